"""Registrations are filled in ahead in portions, of which nobody can tell the size."""

from collections import Counter
from typing import Any

import numpy as np
import pytest

from streams.events import HOUR
from streams.source import load_sources
from streams.synthetic import filing
from streams.synthetic.branch import Branch
from streams.synthetic.filing import Filed, Filing
from streams.synthetic.preset import PRESETS
from streams.synthetic.world import World

HOURS = 72
CATALOGUE = load_sources()
NAMES = ("phone", "camera")
WORLD = World(300, 3, 7, {name: CATALOGUE[name] for name in NAMES}, PRESETS["hard"])
BRANCHES = {branch.source.name: branch for branch in WORLD.branches}


def filed(branch: Branch) -> list[Filed]:
    of = Filing(branch, branch.rows_of(0))
    return [of.hour(block) for block in range(HOURS)]


def told(hour: Filed) -> list[Any]:
    columns = [{k: v.to_pylist() for k, v in form.items()} for form in (hour.said, hour.meant)]
    return [hour.tenancy.tolist(), hour.issued.tolist(), *columns]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("portion", [1, 7, 50])
def test_the_size_of_a_portion_changes_nothing(
    name: str, portion: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [told(hour) for hour in filed(BRANCHES[name])]
    monkeypatch.setattr(filing, "PORTION", portion)
    assert [told(hour) for hour in filed(BRANCHES[name])] == whole
    assert sum(len(hour[0]) for hour in whole) > portion
    assert any(hour[0] == [] for hour in whole)


@pytest.mark.parametrize("name", NAMES)
def test_each_registration_is_filed_once_in_its_hour(name: str) -> None:
    branch = BRANCHES[name]
    a, (again, times) = branch.accounts, branch.refreshes
    planned = [(row, a.opened[row]) for row in np.flatnonzero(a.named)]
    planned += [(row, time) for row, time in zip(again, times, strict=True) if a.named[row]]
    due = Counter((int(row), int(time)) for row, time in planned if time < HOURS * HOUR)
    found = Counter[tuple[int, int]]()
    for block, hour in enumerate(filed(branch)):
        assert (hour.issued // HOUR == block).all()
        assert (np.diff(hour.issued) >= 0).all()
        found.update(zip(hour.tenancy.tolist(), hour.issued.tolist(), strict=True))
    assert found == due
    assert len({row for row, _ in found}) < len(found), "some register again"


def test_a_form_is_of_its_tenancy_and_only_the_first_and_later_ones_err_apart() -> None:
    branch = BRANCHES["phone"]
    said: dict[int, list[tuple[object, ...]]] = {}
    wrong = 0
    for hour in filed(branch):
        starts = branch.forms.start(hour.tenancy)
        assert hour.said["opened"].to_pylist() == hour.meant["opened"].to_pylist()
        assert hour.said["opened"].to_pylist() == starts.tolist()
        columns = zip(*(column.to_pylist() for column in hour.said.values()), strict=True)
        meant = zip(*(column.to_pylist() for column in hour.meant.values()), strict=True)
        for row, form, right in zip(hour.tenancy.tolist(), columns, meant, strict=True):
            said.setdefault(row, []).append(form)
            wrong += form != right
    assert 0 < wrong < sum(map(len, said.values()))
    twice = [forms for forms in said.values() if len(forms) > 1]
    assert any(forms[0] != forms[1] for forms in twice)
