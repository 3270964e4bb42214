"""Bad input: refused with the column and the fix, or trained on with a warning; never nonsense."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from linkage.errors import SchemaError
from linkage.frames import link
from linkage.model import Model
from linkage.schema import Compare, Field, Key, Schema
from linkage.train import Settings, train

KINDS = {"given": "name", "family": "name", "born": "date", "town": "text", "number": "code"}
SCHEMA = Schema(
    fields=tuple(Field(name, kind) for name, kind in KINDS.items()),
    compare=(
        Compare("name", ("family", "given")),
        Compare("date", ("born",)),
        Compare("spelling", ("town",)),
        Compare("code", ("number",)),
    ),
    keys=(
        Key("name", ("family", "given")),
        Key("born", ("born",)),
        Key("number", ("number",)),
        Key("place", ("family", "town")),
    ),
)
FEW = Settings(random_pairs=100_000)
PEOPLE, BOTH = 600, 400


def frames(both: int = BOTH, people: int = PEOPLE, seed: int = 1) -> tuple[pd.DataFrame, ...]:
    """Two frames of people, of whom `both` are in both, one field in five missing or another."""
    rng = np.random.default_rng(seed)
    syllables = ["ba", "ko", "li", "mu", "ne", "ro", "sa", "ti"]
    word = ["".join(rng.choice(syllables, 3)) for _ in range(300)]
    days = pd.date_range("1950-01-01", "2000-12-31").strftime("%Y-%m-%d").to_numpy()
    size = 2 * people - both
    world = pd.DataFrame(
        {
            **{field: rng.choice(word, size) for field in ("given", "family", "town")},
            "born": rng.choice(days, size),
            "number": rng.integers(10**6, 10**7, size).astype(str),
        }
    )
    left, right = world.iloc[:people].copy(), world.iloc[people - both :].copy()
    spoilt = rng.random(left.shape) < 0.1
    return left.mask(spoilt, None), right


def trained(left: pd.DataFrame, right: pd.DataFrame | None) -> Model:
    return train(left, right, SCHEMA, seed=1, settings=FEW)


def right_links(model: Model, left: pd.DataFrame, right: pd.DataFrame) -> tuple[int, int]:
    """Return how many left records are linked, and how many of them rightly."""
    best = link(left, right, model).drop_duplicates("left")
    linked = best[best["probability"] >= 0.5]
    return len(linked), int((linked["left"] == linked["right"]).sum())


def test_good_frames_give_a_good_model_without_warnings() -> None:
    left, right = frames()
    model = trained(left, right)
    assert model.report.warnings == ()
    linked, correct = right_links(model, left, right)
    assert correct == linked
    assert correct >= 0.97 * BOTH


def test_missing_columns_and_repeated_labels_are_named() -> None:
    left, right = frames()
    with pytest.raises(SchemaError, match=r"the right frame: columns \['town'\] are missing; its"):
        trained(left, right.drop(columns="town"))
    with pytest.raises(SchemaError, match=r"label '0' stands more than once; use frame"):
        trained(pd.concat([left, left.iloc[:1]]), right)
    with pytest.raises(SchemaError, match=r"the left frame: it has no rows"):
        trained(left.iloc[:0], right)


def test_a_column_without_values_of_its_kind_is_named() -> None:
    left, right = frames()
    with pytest.raises(SchemaError, match=r"600 of 600 values of column 'born' \(str\) are not"):
        trained(left.assign(born="soon"), right)


DULL: list[tuple[Callable[[pd.DataFrame], pd.DataFrame], str]] = [
    (lambda f: f.assign(town=None), r"column 'town' of the left frame has no values"),
    (lambda f: f.assign(town="ulm"), r"column 'town' of the left frame has one value only"),
    (lambda f: f.assign(given="li", family="wei"), r"key 'name': 1 values are shared by too many"),
]


@pytest.mark.parametrize(("spoil", "warning"), DULL)
def test_a_column_that_says_nothing_is_told_and_does_no_harm(
    spoil: Callable[[pd.DataFrame], pd.DataFrame], warning: str
) -> None:
    left, right = (spoil(frame) for frame in frames())
    model = trained(left, right)
    text = "\n".join(model.report.warnings)
    assert pd.Series(text).str.contains(warning).all(), text
    assert "says nothing: matches agree no more than strangers" in text
    linked, correct = right_links(model, left, right)
    assert correct == linked
    assert correct >= 0.9 * BOTH


def test_mixed_types_are_read_as_what_they_say() -> None:
    left, right = frames()
    mixed = [
        int(v) if i % 3 == 0 and v else float(v) if i % 3 == 1 and v else v
        for i, v in enumerate(left["number"])
    ]
    assert trained(left.assign(number=mixed), right) == trained(left, right)


def test_one_record_is_too_little() -> None:
    left, right = frames()
    with pytest.raises(SchemaError, match=r"only \d of \d+ candidate pairs meet .* on more rows"):
        trained(left.iloc[-1:], right)


def test_frames_without_anybody_in_common_are_refused() -> None:
    left, right = frames(both=0)
    with pytest.raises(SchemaError, match=r"have the frames people in common\?"):
        trained(left, right)


def test_a_frame_without_duplicates_is_refused() -> None:
    _, right = frames()
    with pytest.raises(SchemaError, match=r"does the frame hold any duplicates\?"):
        trained(right, None)


def test_chance_is_not_taken_for_matches() -> None:
    """Values so few that many pairs meet a rule by chance, and nobody is in both frames."""
    rng = np.random.default_rng(5)
    left, right = (
        pd.DataFrame({field: rng.choice(list("abcdefgh"), 2000) for field in KINDS}).assign(
            born=rng.choice(pd.date_range("1980", "1983").strftime("%Y-%m-%d"), 2000),
            number=rng.integers(0, 2000, 2000).astype(str),
        )
        for _ in range(2)
    )
    with pytest.raises(SchemaError, match="matches are certain, 10 are needed"):
        trained(left, right)


def test_ten_thousand_of_one_name_and_nothing_else_are_refused() -> None:
    same = pd.DataFrame({field: [None] * 10_000 for field in KINDS}).assign(given="li", family="wu")
    with pytest.raises(SchemaError, match=r"no two records share a blocking key .*too many.*name"):
        trained(same, same.copy())


def test_ten_thousand_of_one_name_among_others_do_no_harm() -> None:
    left, right = frames()
    crowd = pd.DataFrame({"given": "li", "family": "wu"}, index=range(10_000, 20_000))
    model = trained(left, pd.concat([right, crowd]))
    linked, correct = right_links(model, left, pd.concat([right, crowd]))
    assert correct == linked
    assert correct >= 0.97 * BOTH


def test_a_right_frame_that_repeats_people_is_told() -> None:
    left, right = frames()
    again = right.set_axis(right.index + 10_000)
    model = trained(left, pd.concat([right, again]))
    assert "the right frame repeats people" in "\n".join(model.report.warnings)


def test_one_frame_is_linked_with_itself() -> None:
    left, right = frames()
    both = pd.concat([left, right.set_axis(right.index + 10_000)])
    model = trained(both, None)
    assert model.report.kinds.matches == pytest.approx(BOTH, rel=0.02)
    pairs = link(both, None, model)
    sure = pairs[pairs["probability"] >= 0.99]
    assert ((sure["left"] - sure["right"]).abs() == 10_000).all()
    assert len(sure) >= 0.95 * BOTH
    assert train(both, both, SCHEMA, seed=1, settings=FEW) == model
