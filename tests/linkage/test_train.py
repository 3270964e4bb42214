"""Training: estimates near the truth, and the packaged model is what training gives."""

import msgspec
import pandas as pd
import pytest

from linkage.model import Model
from linkage.train import Settings, train
from streams.scenario import default_sources
from streams.training import train_on_world


def small(townsfolk, claims, seed: int) -> Model:
    registry = pd.DataFrame([msgspec.structs.asdict(i.record) for i in townsfolk])
    registrations = pd.DataFrame([msgspec.structs.asdict(c.record) for c in claims])
    return train(registrations, registry, seed=seed, settings=Settings(random_pairs=300_000))


def test_training_repeats_itself_and_depends_on_the_seed(townsfolk, claims) -> None:
    model = small(townsfolk, claims, 3)
    assert small(townsfolk, claims, 3).encode() == model.encode()
    assert small(townsfolk, claims, 4).encode() != model.encode()
    assert Model.decode(model.encode()) == model


def test_estimates_are_near_what_the_town_really_does(townsfolk, claims) -> None:
    model = small(townsfolk, claims, 3)
    level = {
        (found.label.split("(")[0], x.name): x for found in model.comparisons for x in found.levels
    }
    assert level["mail", "missing"].m == pytest.approx(0.3, abs=0.03)
    assert level["phone", "missing"].m == pytest.approx(0.2, abs=0.03)
    assert level["identity", "id_near"].m == pytest.approx(0.04, abs=0.02)
    assert level["name", "surname_only"].m < 0.02
    assert level["address", "house"].u < 0.01
    assert level["name", "missing"].bits == pytest.approx(0.0, abs=1e-6)
    assert "name(surname, given): missing" in model.report.unseen
    assert model.report.kinds.matches == pytest.approx(len(claims), rel=0.02)
    assert model.report.kinds.covered == pytest.approx(1.0, abs=0.02)


def test_the_share_of_registrations_without_an_identity_is_found(townsfolk, claims) -> None:
    some = [identity for identity in townsfolk if identity.person % 5 > 1]
    model = small(some, claims, 3)
    assert model.report.kinds.covered == pytest.approx(0.6, abs=0.02)
    n, odds = len(some), model.prior / (1.0 - model.prior)
    assert odds == pytest.approx(model.report.kinds.covered / (1 - model.report.kinds.covered) / n)


@pytest.fixture(scope="module")
def retrained() -> Model:
    report = Model.default().report
    assert report.settings["sources"] == " ".join(sorted(default_sources()))
    return train_on_world(
        int(report.settings["people"]), int(report.settings["days"]), report.seed, default_sources()
    )


def test_training_reproduces_the_packaged_default(retrained: Model) -> None:
    assert retrained.encode() == Model.default().encode()


def test_no_pass_of_the_default_was_empty_or_left_out_nothing() -> None:
    for session in Model.default().report.passes:
        assert session.left_out
        assert 0 < session.matches < session.pairs
        assert 1 < session.iterations <= 500
