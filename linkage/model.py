"""The model: how much each level of agreement says, in bits.

A match weight is a sum (Fellegi and Sunter 1969, JASA 64:1183): log2 of the prior odds, and per
comparison log2(m / u) with m = P(level | same person), u = P(level | two random people). Where a
level rests on a shared name, the name's own frequency corrects u: log2(mean / p(value)), with the
mean over random agreeing pairs being the sum of p squared. What agreements say together is one
part more (`linkage.dependence`).
A model is frozen: live counts never change it, so the order of events cannot change a decision.
"""

from collections.abc import Mapping
from functools import cached_property
from hashlib import blake2b
from importlib.resources import files
from math import log2
from pathlib import Path

import msgspec

from linkage.comparison import Comparison
from linkage.dependence import Dependence
from linkage.errors import SchemaError
from linkage.schema import Schema

FORMAT = 3


class LevelModel(msgspec.Struct, frozen=True):
    """One level: its m and u probability."""

    name: str
    m: float
    u: float

    @property
    def bits(self) -> float:
        """Return log2(m / u), the weight of the level."""
        return log2(self.m / self.u)


class ComparisonModel(msgspec.Struct, frozen=True):
    """One comparison of the schema, by its label, and its levels in order."""

    label: str
    levels: tuple[LevelModel, ...]


class TermFrequencies(msgspec.Struct, frozen=True, dict=True):
    """How common each value of a field is; `smoothing` is added to every count, seen or not.

    >>> t = TermFrequencies(smoothing=1.0, counts={"li": 5, "oz": 1})
    >>> round(t.share("li"), 3), round(t.share("never seen"), 3)
    (0.667, 0.111)
    >>> round(t.bits("li"), 3), round(t.bits("oz"), 3)
    (-0.433, 1.152)
    """

    smoothing: float
    counts: dict[str, int]

    @cached_property
    def total(self) -> float:
        """Return the smoothed number of values, with one place kept for all unseen ones."""
        return sum(self.counts.values()) + self.smoothing * (len(self.counts) + 1)

    @cached_property
    def mean(self) -> float:
        """Return the chance that two random values are the same: the sum of squared shares."""
        return sum(((count + self.smoothing) / self.total) ** 2 for count in self.counts.values())

    def share(self, value: str | None) -> float:
        """Return the smoothed share of a value."""
        return (self.counts.get(value or "", 0) + self.smoothing) / self.total

    def bits(self, value: str | None) -> float:
        """Return what sharing this value says beyond sharing just any value."""
        return log2(self.mean / self.share(value))


class Pass(msgspec.Struct, frozen=True):
    """One EM session: its blocking key, the comparisons it left out, and how it ended.

    `matches` are expected among its `pairs`; `turned` says that the classes came out swapped and
    were named anew.
    """

    rule: str
    left_out: tuple[str, ...]
    pairs: int
    matches: float
    iterations: int
    turned: bool


class Kinds(msgspec.Struct, frozen=True):
    """The joint fit: how many candidate `pairs` of how many left `records`, and what it found.

    `matches` are expected among the pairs; `covered` is the share of left records whose person is
    among the right ones, in one frame alone the share of all its pairs that match.
    """

    pairs: int
    records: int
    matches: float
    covered: float
    iterations: int


class Report(msgspec.Struct, frozen=True):
    """How the model came about, so that training again can reproduce it.

    `unseen` levels were never met in training and weigh nothing; `warnings` say what is doubtful.
    """

    seed: int
    settings: dict[str, int | float | str]
    identities: int
    registrations: int
    random_pairs: int
    rule_hits: int
    passes: tuple[Pass, ...]
    kinds: Kinds | None = None
    unseen: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Model(msgspec.Struct, frozen=True, dict=True):
    """A trained model.

    `prior` is the chance that a random pair is a match, against that its left record has none;
    `dependence` is what comparisons say together.
    """

    format: int
    schema: Schema
    prior: float
    comparisons: tuple[ComparisonModel, ...]
    frequencies: dict[str, TermFrequencies]
    report: Report
    dependence: Dependence = Dependence()

    @classmethod
    def default(cls) -> "Model":
        """Return the model that ships with the package."""
        return cls.decode(files("linkage").joinpath("models", "default.json").read_bytes())

    @classmethod
    def load(cls, path: Path) -> "Model":
        """Read a model from a file; raises SchemaError when it is none."""
        return cls.decode(path.read_bytes())

    @classmethod
    def decode(cls, data: bytes) -> "Model":
        """Read a model from JSON; raises SchemaError naming the field and what is allowed."""
        try:
            version = msgspec.json.decode(data, type=_Format).format
            if version != FORMAT:
                raise SchemaError(
                    f"model: format is {version}, this release reads {FORMAT}; "
                    "train again with `joinlens train`"
                )
            model = msgspec.json.decode(data, type=cls)
        except msgspec.DecodeError as error:
            raise SchemaError(f"model: {error}; train again with `joinlens train`") from error
        _check(model)
        return model

    def encode(self) -> bytes:
        """Return the model as JSON, the same bytes for the same model."""
        return msgspec.json.format(msgspec.json.encode(self, order="deterministic"), indent=1)

    @cached_property
    def version(self) -> str:
        """Return the format and a hash of the content, such as 'fs1-0f3a91c2'."""
        return f"fs{self.format}-{blake2b(self.encode(), digest_size=4).hexdigest()}"

    @property
    def prior_bits(self) -> float:
        """Return log2 of the prior odds."""
        return log2(self.prior / (1.0 - self.prior))

    def check(self, catalogue: Mapping[str, Comparison]) -> None:
        """Raise SchemaError when a comparison is gone or has other levels than in training."""
        self.schema.checked(catalogue)
        for compare, trained in zip(self.schema.compare, self.comparisons, strict=True):
            found = [level.name for level in catalogue[compare.comparison].levels]
            wanted = [level.name for level in trained.levels]
            if wanted != found:
                raise SchemaError(
                    f"model: comparison {compare.label!r} was trained with levels {wanted}, the "
                    f"code has {found}; train again with `joinlens train`"
                )


class _Format(msgspec.Struct):
    format: int


def _check(model: Model) -> None:
    if not 0.0 < model.prior < 1.0:
        raise SchemaError(f"model: prior is {model.prior}, needs a number between 0 and 1")
    labels = [compare.label for compare in model.schema.compare]
    if [comparison.label for comparison in model.comparisons] != labels:
        raise SchemaError(f"model: its comparisons must be those of its schema, {labels}")
    for comparison in model.comparisons:
        for level in comparison.levels:
            for letter, value in (("m", level.m), ("u", level.u)):
                if not 0.0 < value <= 1.0:
                    raise SchemaError(
                        f"model: {letter} of {comparison.label}.{level.name} is {value}, "
                        "needs a number above 0 and at most 1"
                    )
    wanted = [len(comparison.levels) for comparison in model.comparisons]
    for kind in (*model.dependence.matches, *model.dependence.others):
        if [len(levels) for levels in kind.levels] != wanted:
            raise SchemaError(f"model: kinds of pairs must have levels as comparisons, {wanted}")
        if min(kind.share, *map(min, kind.levels)) <= 0.0:
            raise SchemaError("model: shares and levels of kinds need numbers above 0")
    for field, terms in model.frequencies.items():
        if terms.smoothing <= 0.0 or not terms.counts:
            raise SchemaError(
                f"model: frequencies of {field!r} need counts and a smoothing above 0"
            )
