"""The bench of the tariff ledger: everybody is charged, and the audit of it holds."""

from bench import tariff
from bench.harness import Options


def test_it_measures_what_is_asked_for() -> None:
    rows = {row.name: row for row in tariff.run(Options(people=500))}
    single = rows["charge of one point, committed"]
    many = rows["a point of 10,000 charged at once"]
    assert (single.at_most, single.aim, many.at_most, many.aim) == (100, 60, 10, 4)
    assert all(row.value > 0 for row in rows.values())
    assert many.value < single.value


def test_the_conditions_say_of_how_many() -> None:
    assert "1,000,000 people" in tariff.conditions(Options(people=1_000_000))
