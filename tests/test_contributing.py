"""Each example of CONTRIBUTING.md, dropped into a temporary catalogue, works and keeps the laws."""

import json
from dataclasses import replace
from pathlib import Path

import httpx
import msgspec
import pytest

from linkage.comparison import load_comparisons
from linkage.explain import explain
from linkage.linker import Linker
from linkage.privacy.adversary import Knowledge, load_adversaries
from linkage.privacy.attack import load_attacks, publisher
from linkage.privacy.budget.query import load_queries
from linkage.privacy.defence import load_defences
from linkage.privacy.metric import load_metrics
from linkage.privacy.use import load_uses
from linkage.records import Identity
from linkage.registry import Registry
from linkage.train import Settings, train
from streams.dashboard.app import PANELS
from streams.dashboard.server import Dashboard
from streams.scenario import load_scenarios
from streams.source import load_sources
from streams.synthetic.world import World
from streams.training import frame, registrations, without_usage
from tests.contracts import test_attacks as attack_laws
from tests.contracts import test_comparisons as comparison_laws
from tests.contracts import test_defences as defence_laws
from tests.contracts import test_metrics as metric_laws
from tests.contracts import test_queries as query_laws
from tests.contracts import test_sources as source_laws
from tests.contracts import test_uses as use_laws
from tests.examples import drop, examples
from tests.linkage.privacy.budget.query_worlds import question_to
from tests.linkage.privacy.defence_worlds import material, told, town
from tests.linkage.privacy.worlds import contexts
from tests.reading import ROOT
from tests.streams.dashboard import sample

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_there_is_one_example_for_each_catalogue_and_none_exists_already() -> None:
    assert sorted(str(Path(path).parent) for path in examples()) == [
        "linkage/comparisons",
        "linkage/privacy/adversaries",
        "linkage/privacy/attacks",
        "linkage/privacy/budget/queries",
        "linkage/privacy/defences",
        "linkage/privacy/metrics",
        "linkage/privacy/uses",
        "streams/dashboard/static/panels",
        "streams/scenarios",
        "streams/sources",
    ]
    assert [path for path in examples() if (ROOT / path).exists()] == []
    assert PAGE.count("```python") + PAGE.count("```js") == len(examples())


def test_a_source_emits_and_is_decoded(tmp_path: Path) -> None:
    name = drop("streams/sources", tmp_path)
    source = load_sources(tmp_path, "contributed_sources")[name]
    for law in (
        source_laws.test_all_its_kinds_occur_and_pass_the_gate,
        source_laws.test_registrations_register_and_usage_states_a_place,
        source_laws.test_the_form_asks_what_it_says,
        source_laws.test_a_seed_repeats_and_another_differs,
        source_laws.test_seq_is_dense_for_each_account,
        source_laws.test_every_tenancy_has_a_truth_and_every_truth_a_registration,
        source_laws.test_usage_is_of_registered_accounts_or_of_those_that_never_are,
    ):
        law(source)


def test_a_scenario_picks_its_sources(tmp_path: Path) -> None:
    name = drop("streams/scenarios", tmp_path)
    scenario = load_scenarios(tmp_path, "contributed_scenarios")[name]
    picked = scenario.pick(load_sources())
    assert list(picked) == ["phone", "internet"]
    assert list(World(50, 1, 1, picked).sources) == ["phone", "internet"]


def test_an_adversary_knows_the_rarest_points(tmp_path: Path) -> None:
    name = drop("linkage/privacy/adversaries", tmp_path)
    adversary = load_adversaries(tmp_path, "contributed_adversaries")[name]
    # Point 1 is everybody's, point 2 of two people, the rest of one: known is the person's own.
    people = [[(0, 1), (0, 2), (0, 3 + n)] if n < 2 else [(0, 1), (0, 3 + n)] for n in range(9)]
    context = next(contexts(people, knowledge=Knowledge(1)))
    found = replace(context, adversary=adversary)
    assert found.crowds.tolist() == [1] * 9
    assert adversary.says(Knowledge(2)) == "the 2 points of a person that fewest others share"


def test_a_comparison_is_trained_and_takes_part_in_a_link(tmp_path: Path) -> None:
    name = drop("linkage/comparisons", tmp_path)
    comparison = load_comparisons(tmp_path)[name]
    for law, _ in comparison_laws.MUTANTS:
        comparison_laws.apply(law, comparison)
    world = World(400, 1, 1, without_usage(load_sources()))
    records = [record for group in registrations(world).values() for record in group]
    catalogue = {**load_comparisons(), name: comparison}
    model = train(
        frame(records),
        frame([identity.record for identity in world.identities()]),
        seed=1,
        settings=Settings(random_pairs=20_000),
        catalogue=catalogue,
    )
    trained = {c.label: {level.name: level.bits for level in c.levels} for c in model.comparisons}
    assert trained[f"{name}(mail)"]["same"] > 0 > trained[f"{name}(mail)"]["other"]
    registry = Registry(model.schema, catalogue=catalogue)
    registry.upsert(Identity(1, comparison_laws.FULL))
    linker = Linker(model, registry, catalogue=catalogue)
    moved = msgspec.structs.replace(comparison_laws.FULL, mail="wei.zhang7@example.net")
    found = explain(linker, [moved], 1)
    assert {part.comparison: part.level for part in found.parts}[f"{name}(mail)"] == "other"
    assert found.decision.status == "link"


def test_a_metric_measures_and_is_honest(tmp_path: Path) -> None:
    name = drop("linkage/privacy/metrics", tmp_path)
    metric = load_metrics(tmp_path, "contributed_metrics")[name]
    alike = [[(0, 1)], [(0, 1)], [(0, 1)], [(0, 2)]]
    phone = metric_laws.figures(metric, alike)[0]
    assert (phone.value, phone.n) == (0.75, 4)
    bank = metric_laws.figures(metric, alike)[1]
    assert bank.value == 1.0, "nobody has a point there, so all look alike"
    metric_laws.assert_explains_itself(metric)
    for sample_size in (1, 3, 9):
        metric_laws.assert_honest(metric, alike, sample_size)
    metric_laws.test_nobody_and_one_person(metric)


def test_a_defence_protects_and_keeps_its_promise(tmp_path: Path) -> None:
    name = drop("linkage/privacy/defences", tmp_path)
    defence = load_defences(tmp_path, "contributed_defences")[name]
    world = [(1, 0, 0, 4), (1, 0, 3, 4), (2, 0, 25, 4), (2, 1, 30, 7), (3, 1, 48, 7)]
    published = defence.protect(material(world), 3, 0)
    assert sorted(told(published)) == [(1, 0, 3, 4), (2, 1, 30, 7)]
    defence_laws.assert_explains_itself(defence)
    defence_laws.assert_strength_one_changes_nothing(defence, world, 0)
    for strength in (1, 2, 5, 30):
        defence_laws.assert_invents_nobody(defence, world, strength, 0)
        defence_laws.assert_publishes_its_form(defence, world, strength)
        defence_laws.assert_points_are_as_its_legend_says(defence, world, strength, 0)
        defence_laws.assert_pseudonyms_last_as_its_legend_says(defence, world, strength)
        defence_laws.assert_chance_comes_from_the_seed(defence, world, strength, 0)
    defence_laws.test_a_strength_below_one_is_refused(defence)


def test_an_attack_succeeds_and_learns_from_what_is_published_alone(tmp_path: Path) -> None:
    name = drop("linkage/privacy/attacks", tmp_path)
    attack = load_attacks(tmp_path, "contributed_attacks")[name]
    attack_laws.assert_explains_itself(attack)
    suppress = load_defences()["suppress"]
    world = [(1, 0, 3, 4), (2, 0, 3, 4), (2, 0, 5, 4), (3, 0, 3, 4)]
    counted = attack.run(publisher(suppress, 1), material(world), 0)
    assert counted.value == pytest.approx(2 / 3), "two have one point, and one is alone with two"
    plain = attack.run(publisher(suppress, 1), town(), 0)
    attack_laws.assert_honest(plain)
    attack_laws.assert_can_succeed(plain)
    assert attack.run(publisher(suppress, 4), town(), 0).value < plain.value
    for law in (
        attack_laws.test_nobody_and_one_person,
        attack_laws.test_the_numbers_of_pseudonyms_and_the_order_of_points_tell_nothing,
        attack_laws.test_whose_points_they_are_is_all_it_is_told_by,
    ):
        law(attack)


def test_a_query_counts_and_one_person_moves_it_as_far_as_it_says(tmp_path: Path) -> None:
    name = drop("linkage/privacy/budget/queries", tmp_path)
    query = load_queries(tmp_path, "contributed_queries")[name]
    world = [(1, 0, 0, 4, 1), (1, 0, 2, 4, 1), (1, 1, 5, 7, 1), (2, 2, 3, 1, 9), (3, 0, 9, 1, 1)]
    question = question_to(query)
    assert query_laws.tally(query, question, world).tolist() == [1, 1, 0]
    query_laws.assert_explains_itself(query)
    query_laws.test_somebody_moves_it_as_far_as_it_says(query, most=1, many=2)
    query_laws.test_what_it_does_not_use_changes_nothing(query)
    for some in (world, world[:1], []):
        query_laws.assert_shaped(query, question, some)
        query_laws.assert_bounded(query, question, some, 1)


def test_a_use_is_whole_without_defence_and_falls_with_it(tmp_path: Path) -> None:
    name = drop("linkage/privacy/uses", tmp_path)
    use = load_uses(tmp_path, "contributed_uses")[name]
    generalise = load_defences()["generalise"]
    left = [use.kept(publisher(generalise, hours), town(), 0) for hours in (1, 4, 24)]
    assert 1.0 == left[0] > left[1] > left[2]
    for law in (
        use_laws.test_it_explains_itself,
        use_laws.test_it_is_whole_without_defence,
        use_laws.test_nothing_is_left_of_nothing,
        use_laws.test_order_and_numbers_do_not_matter,
    ):
        law(use)
    use_laws.assert_between_nothing_and_all(use, generalise, [(1, 0, 3, 4), (2, 0, 9, 4)], 3)


def test_a_panel_is_served_and_found_by_the_page(tmp_path: Path) -> None:
    name = drop("streams/dashboard/static/panels", tmp_path)
    dashboard = Dashboard(sample.board(), panels=tmp_path)
    with httpx.Client(base_url=dashboard.start()) as client:
        assert client.get("/panels.json").json() == [name]
        text = client.get(f"/panels/{name}.js").text
        used = set(json.loads(client.get("/snapshot.json").text))
    dashboard.stop()
    assert "export const title = " in text
    assert "export function render(element, { rejects })" in text
    assert "rejects" in used
    shipped = " ".join(path.read_text() for path in PANELS.parent.glob("*.js"))
    imported = [line for line in text.splitlines() if line.startswith("import")]
    names = [n.strip() for line in imported for n in line.split("{")[1].split("}")[0].split(",")]
    assert all(
        f"export function {n}(" in shipped or f"export const {n} =" in shipped for n in names
    )


def test_an_example_that_is_wrong_would_be_seen(tmp_path: Path) -> None:
    text = examples()["linkage/privacy/defences/curfew.py"]
    wrong = text.replace("traces.hour % 24 >=", "traces.hour % 24 >")
    (tmp_path / "curfew.py").write_text(wrong)
    defence = load_defences(tmp_path, "wrong_defences")["curfew"]
    with pytest.raises(AssertionError):
        defence_laws.assert_strength_one_changes_nothing(defence, [(1, 0, 0, 4), (2, 0, 3, 4)], 0)


def test_the_targets_that_the_page_names_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = [line.split("`")[1].split()[1] for line in PAGE.splitlines() if line.startswith("| `")]
    assert len(named) == 6
    for target in named:
        assert f"\n{target}:" in makefile
