"""What is read from the cells is what measure said, to the last digit."""

from itertools import pairwise

import msgspec
import numpy as np
import pytest

from linkage.errors import RiskError
from linkage.privacy.each import adds
from linkage.privacy.metric import figures, load_metrics
from streams.cases import cases_of
from streams.risk.accounts import is_linked, subtotals, used
from streams.risk.cells import tasks
from streams.risk.groups import groups_report
from streams.risk.membership import groupings, households
from streams.risk.more_tables import groups_text
from streams.risk.standing import Standing, standing
from streams.risk.views import views_report
from streams.store.sqlite import SqliteStore
from tests.streams.risk.ran import KNOWS, POINTS, Ran, ran
from tests.streams.stages.town import plan

METRICS = load_metrics()


def test_every_figure_is_the_one_that_the_run_told_last(hard: Ran) -> None:
    told = {view.view: view for view in hard.risk.views}
    counted = {view.view: view for view in hard.risk.lattice}
    found = views_report("a test", hard.stand, METRICS, POINTS, KNOWS)
    assert found.block == hard.risk.block
    assert [view.view for view in found.views] == list(counted)
    for view in found.views:
        assert view.figures == told[view.view].figures
        assert view.figures.items() >= counted[view.view].figures.items()
        assert (view.people, view.level) == (counted[view.view].people, 0)
        assert view.resolution == told[view.view].resolution
        assert found.adversary.holds == told[view.view].adversary
    assert found.adversary.attacked == told["phone"].identified.n == 100
    assert len(tasks(hard.store, "join")) == 3  # read as one


def test_profiles_and_classes_are_of_the_same_people(hard: Ran) -> None:
    stand = hard.stand
    for context in stand.contexts(POINTS, KNOWS):
        if context.view.purpose is None:
            people = stand.alike(context.view)
            keys = stand.sums[:, stand.chosen(context.view)].sum(axis=1, dtype=np.uint64).tolist()
            size = context.histogram.size
            assert people.size.tolist() == [size(context.number, key) if key else 0 for key in keys]
            each = adds(people)
            said = figures({name: METRICS[name] for name in each}, context)
            for name, values in each.items():
                assert float(values.mean()) == pytest.approx(said[name].value, abs=1e-12)


def test_accounts_bring_what_people_have(hard: Ran) -> None:
    """The points of all accounts, by person, are join's profiles: none is left out or counted
    twice."""
    stand, found = hard.stand, subtotals(hard.store, hard.stand.sources)
    assert len(found.names) == sum(a.status == "linked" for a in hard.answers.values()) > 1000
    assert profiles_of(stand, found.person, found.source, found.total) == stand.sums.tolist()
    without = slice(1, None) if found.total[0] else slice(int(np.flatnonzero(found.total)[0]) + 1)
    some = found.person[without], found.source[without], found.total[without]
    assert profiles_of(stand, *some) != stand.sums.tolist()


def profiles_of(stand: Standing, person, source, total) -> list[list[int]]:
    known = np.isin(person, stand.person)
    assert not total[~known].any()  # who has no point got none
    sums = np.zeros_like(stand.sums)
    np.add.at(sums, (np.searchsorted(stand.person, person[known]), source[known]), total[known])
    return sums.tolist()


def test_usage_goes_to_the_tenancy_of_its_time(hard: Ran) -> None:
    by_account: dict[tuple[str, str], list] = {}
    for one in used(hard.store, is_linked):
        by_account.setdefault(one.name[:2], []).append(one)
        assert all(entry.record is None for entry in one.usage)
    for several in by_account.values():
        several.sort(key=lambda one: one.name[2])
        for earlier, later in pairwise(several):
            assert all(entry.time < later.name[2] for entry in earlier.usage)


def test_a_thinned_view_is_read_as_thinned(hard: Ran, tmp_path) -> None:
    """The cell says how far; figures then have intervals, and those of people stay exact."""
    store = SqliteStore(tmp_path)
    for task in hard.store.tasks():
        for table in ("said", "profiles", "totals", "watched"):
            rows = [(table, *row) for row in hard.store.peek(task, table)]
            if rows and task.split("/")[0] in ("join", "measure"):
                store.open(task).commit(rows, {}, [], 0)
    encode = msgspec.msgpack.encode
    store.open("measure/classes/0").commit([("thinned", encode(6), encode(2))], {}, [], 0)
    thinned = standing(store, plan(1))
    found = views_report("a test", thinned, METRICS, POINTS, KNOWS)
    whole = found.views[6]
    assert (whole.view, whole.level) == ("phone+bank+internet", 2)
    assert whole.figures["bits"].estimand == "sample"
    assert found.views[0].figures["bits"].estimand == "census"
    view = thinned.free[6]
    assert thinned.alike(view).size.tolist() == hard.stand.alike(view).size.tolist()


def test_a_handful_of_people_and_households(tmp_path) -> None:
    few = ran(tmp_path, 3, "clean")
    assert 1 <= len(few.stand.person) <= 3
    for view in views_report("a test", few.stand, METRICS, POINTS, KNOWS).views:
        for figure in view.figures.values():
            assert figure.low <= figure.value <= figure.high
    by = groupings(few.stand.person, few.world.identities(), cases_of(few.store))
    household = households(few.stand.person, few.world.identities())
    said = groups_text(groups_report("a test", few.stand, by, household, POINTS, KNOWS))
    assert "one alone" in said
    assert few.beside_truth().wrong == 0


def test_a_run_without_points_is_refused(tmp_path) -> None:
    with pytest.raises(RiskError, match="no points yet; let it close its first block"):
        standing(SqliteStore(tmp_path), plan(1))
