"""Code, page and docs claim no more than linkage/privacy/claims.py says, in its words."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from linkage.privacy.claims import CLAIMED, NEVER, NEVER_ADDED, OPERATOR, claimed, instead
from tests.reading import ROOT

PAGE = ROOT / "docs" / "privacy-claims.md"
SAID = (
    *("linkage/**/*.py", "linkage/**/*.toml", "streams/**/*.py", "streams/**/*.js"),
    *("streams/**/*.html", "docs/**/*.md", "README.md", "CONTRIBUTING.md", "CHANGELOG.md"),
)
OWN = {"linkage/privacy/claims.py", "docs/privacy-claims.md"}
"""Where the list of what is never claimed stands, and so the words that are not to be used."""

# A rule: what a sentence must not say, and what in it makes it say something else after all.
FORBIDDEN = {
    "anonymous": (
        r"\banonymous(ly)?\b|\banonymi[sz](ed|ing|ation)\b",
        r"\bnot anonymous\b|\b(nobody|never|not)\b.*\"anonymous\"",
    ),
    "join with epsilon": (
        r"(?=.*\bepsilons?\b)(?=.*\b(raw join|joins?|joined|joining|linked)\b)",
        r"\b(no|without|never an|has none|nothing but).*\bepsilon\b|\bepsilon\b.*\bnone\b",
    ),
    "private store": (
        r"(?=.*\bdifferential(ly)? priva)(?=.*\b(joins?|joined|linked store|operator)\b)",
        r"\b(not|never|no|nothing|none)\b",
    ),
    "bits as a guarantee": (r"(?=.*\bbits\b)(?=.*\bguarantees?\b)", r"\b(no|not|never)\b"),
    "safe": (
        r"\bsafe to (publish|release|share)\b|\bcannot be (re-?)?identified\b|"
        r"\bguarantees? (of )?(privacy|anonymity)\b|\bfully private\b|\bGDPR.compliant\b",
        r"(?!)",
    ),
}
ALLOWED = {
    # A source's share of accounts that were never registered, as `Emit` names the field.
    ("streams/synthetic/emission.py", "anonymous"),
    ("streams/synthetic/accounts.py", "anonymous"),
    ("streams/sources/camera.py", "anonymous"),
    ("docs/datasheet.md", "anonymous"),
    ("docs/decisions/0015-world-by-columns.md", "anonymous"),
    # The list of what the figures must not be read as.
    ("README.md", "anonymous"),
    ("README.md", "private store"),
}


def sentences(text: str) -> Iterator[str]:
    """Yield sentences, cells of tables and items of lists, each on one line."""
    for block in re.split(r"\n\s*(?:#|//|\*|-)?\s*\n", text):
        lines = (re.sub(r"^\s*(#+|//|\*|-|>)\s", "", line).strip() for line in block.split("\n"))
        yield from re.split(r"(?<=[.;:!?])\s|\s\|\s", " ".join(lines))


def claims_too_much(text: str) -> set[tuple[str, str]]:
    return {
        (rule, sentence)
        for sentence in sentences(text)
        for rule, (says, unless) in FORBIDDEN.items()
        if re.search(says, sentence, re.I) and not re.search(unless, sentence, re.I)
    }


def files() -> list[Path]:
    return [path for pattern in SAID for path in sorted(ROOT.glob(pattern))]


def test_nobody_claims_more() -> None:
    found, used = [], set()
    for path in files():
        name = str(path.relative_to(ROOT))
        if name in OWN:
            continue
        for rule, sentence in claims_too_much(path.read_text(encoding="utf-8")):
            used.add((name, rule))
            if (name, rule) not in ALLOWED:
                found.append(f"{name}: {rule}: {sentence}")
    assert found == []
    assert used >= ALLOWED, "an exception that nobody needs"


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("With k = 5 the release is anonymous.", "anonymous"),
        ("The joined view has epsilon 1.7.", "join with epsilon"),
        ("# a join costs\n# epsilon .1 a point", "join with epsilon"),
        ("| joins | epsilon of the linked store: 2 |", "join with epsilon"),
        ("The linked store is differentially private, rho .1.", "private store"),
        ("A cap of 24 bits guarantees that nobody is named.", "bits as a guarantee"),
        ("What is left is safe to publish.", "safe"),
    ],
)
def test_a_claim_that_is_too_much_is_seen(said: str, rule: str) -> None:
    assert rule in {name for name, _ in claims_too_much(said)}


def test_what_is_never_claimed_may_be_said_to_be_so() -> None:
    for said in ("A raw join has no epsilon.", "It is pseudonymous, not anonymous."):
        assert claims_too_much(said) == set()


def test_the_page_has_the_words() -> None:
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    for one in NEVER:
        assert f'| {one.never} | {one.why} | "{one.instead}" |' in text
    for claim in CLAIMED:
        assert f'"{claim.claim}"' in text
    assert NEVER_ADDED in text and f'"{OPERATOR}"' in text


def test_every_word_has_one_name() -> None:
    names = [one.name for one in NEVER] + [one.name for one in CLAIMED]
    assert len(set(names)) == len(names)
    assert [instead(one.name) for one in NEVER] == [one.instead for one in NEVER]
    assert [claimed(one.name) for one in CLAIMED] == [one.claim for one in CLAIMED]
