from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.errors import PolicyError
from linkage.privacy.budget.policy import Policy, check_caps
from linkage.privacy.budget.terms import Counter, Offer, Standing

GOOD = """
version = 2
lifetime_nano_rho = 60
[join.security]
cap_millibits = 100
[join.security.tariff_millibits]
phone = 10
bank = 20
internet = 30
[release.statistics]
sources = ["phone", "bank"]
delta = 1e-6
person_cap_nano_rho = 50
block_cap_nano_rho = 20
kept_blocks = 24
[[release.statistics.standing]]
query = "active_people"
nano_rho = 5
[[release.statistics.counter]]
name = "people_seen"
nano_rho = 7
horizon_blocks = 1024
[[release.statistics.offer]]
query = "class_people"
nano_rho = 9
most = 2
hours = 3
side = 4
longest_blocks = 12
"""
SECOND = '[[release.statistics.standing]]\nquery = "active_people"\nnano_rho = 5\n'


def test_the_fields_of_a_policy() -> None:
    policy = Policy.parse(GOOD)
    (join,), (release,) = policy.joins, policy.releases
    assert (join.name, join.sources, join.tariffs, join.cap) == (
        "security",
        ("phone", "bank", "internet"),
        (10, 20, 30),
        100,
    )
    assert (policy.grace, policy.lifetime, policy.text) == (1, 60, GOOD)
    assert (release.name, release.sources, release.delta) == ("statistics", ("phone", "bank"), 1e-6)
    assert (release.person_cap, release.block_cap, release.kept) == (50, 20, 24)
    assert release.standing == (Standing("active_people", 5),)
    assert release.counters == (Counter("people_seen", 7, 1024),)
    assert release.offers == (Offer("class_people", 9, 2, 3, 4, 12),)
    assert Policy.parse("version = 2\ngrace_blocks = 0").grace == 0


def test_sources_that_a_run_lacks_are_left_out_in_place() -> None:
    policy = Policy.parse(GOOD)
    (join,) = policy.only(["internet", "phone"]).joins
    assert (join.sources, join.tariffs) == (("phone", "internet"), (10, 30))
    assert policy.only(["internet", "phone"]).releases[0].sources == ("phone",)
    assert policy.only(["internet"]).joins == ()
    assert policy.only(["camera"]).releases == ()
    assert policy.only(["internet"]).hash == policy.hash


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("version = 2", "", r"^policy: field 'version' is missing"),
        ("version = 2", "version = 1", r"^line 2: policy\.version: got 1, needs 2: version 2 chan"),
        ("version = 2", "version = 3", r"^line 2: policy\.version: got 3, .* newer joinlens"),
        ("version = 2", "version = 0", r"^line 2: policy\.version: got 0, needs a whole number"),
        ("version = 2", "version = 2\ncap = 3", r"^line 3: policy\.cap: unknown field; allowed"),
        ("version = 2", "version = 2\ngrace_blocks = -1", r"^line 3: policy\.grace_blocks: got -1"),
        ("version = 2", "version = = 2", r"not valid TOML: .*line 2"),
        ("version = 2", "version = 2\nversion = 2", r"not valid TOML: .*line 3"),
        ("lifetime_nano_rho = 60", "", r"^policy: field 'lifetime_nano_rho' is missing"),
        ("lifetime_nano_rho = 60", "lifetime_nano_rho = inf", r"^line 3: .*lifetime.*: got inf"),
        ("cap_millibits = 100", "cap_millibits = 1.5", r"^line 5: join\.security\.cap_milli.*1\.5"),
        ("cap_millibits = 100", "", r"^line 4: join\.security: field 'cap_millibits' is missing"),
        ("phone = 10", "phone = -1", r"^line 7: join\.security\.tariff_millibits\.phone: got -1"),
        ("phone = 10", "phone = true", r"^line 7: .*tariff_millibits\.phone: got True"),
        ("phone = 10\nbank = 20\n", "", r"^line 6: .*: got \['internet'\], needs at least two"),
        ("[join.security]", '[join."a/b"]', r"^line 4: join\.a/b: a name has"),
        ('"phone", "bank"', "", r"^line 11: release\.statistics\.sources: got \[\], needs a list"),
        ('["phone", "bank"]', '["phone", "phone"]', r"^line 11: .*sources: got .*different"),
        ("delta = 1e-6", "delta = nan", r"^line 12: .*delta: got nan"),
        ("delta = 1e-6", "delta = 1.0", r"^line 12: .*delta: got 1\.0"),
        ("delta = 1e-6", "delta = 0.0", r"^line 12: .*delta: got 0\.0"),
        (
            "person_cap_nano_rho = 50",
            "person_cap_nano_rho = 61",
            r"^line 13: .*got 61, needs 60 \(",
        ),
        (
            "block_cap_nano_rho = 20",
            "block_cap_nano_rho = 11",
            r"^line 14: .*got 11, needs 12 or m",
        ),
        (
            "kept_blocks = 24",
            "kept_blocks = 11",
            r"^line 29: .*longest_blocks: got 12, needs 11 \(",
        ),
        ("kept_blocks = 24", "kept = 24", r"^line 10: release\.statistics: field 'kept_blocks' is"),
        ('"active_people"', '"all"', r"^line 17: .*standing\[1\]\.query: got 'all', needs one of"),
        ("nano_rho = 5\n", "nano_rho = 0\n", r"^line 18: .*standing\[1\]\.nano_rho: got 0, needs"),
        ("nano_rho = 5\n", "nano_rho = 21\n", r"^line 18: .*nano_rho: got 21, needs 20 or less"),
        ("nano_rho = 5\n", "nano_rho = 5\n" + SECOND, r"^line 20: .*standing\[2\]\.query: .*twice"),
        ("nano_rho = 5\n", "nano_rho = 5\nblock = 1\n", r"^line 19: .*standing\[1\]\.block: activ"),
        ("nano_rho = 5\n", "nano_rho = 5\nside = 2\n", r"^line 19: .*side: active_people has no"),
        ("nano_rho = 5\n", "nano_rho = 5\nhours = 25\n", r"^line 19: .*hours: got 25, needs 24 \("),
        ("nano_rho = 9\n", "nano_rho = 9\nk = 3\n", r"^line 26: .*offer\[1\]\.k: class_people has"),
        ('"people_seen"', '"cats_seen"', r"^line 20: .*counter\[1\]\.name: got 'cats_seen'"),
        ("horizon_blocks = 1024", "horizon_blocks = 0", r"^line 22: .*horizon_blocks: got 0"),
        ("most = 2", "most = -2", r"^line 26: .*offer\[1\]\.most: got -2, needs a whole number"),
        ("hours = 3", "hours = 13", r"^line 27: .*hours: got 13, needs 12 \(longest_blocks\)"),
        (
            "[[release.statistics.offer]]",
            "[release.statistics.offer]",
            r"offer: got .* needs tables",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_is_allowed(
    old: str, new: str, names: str
) -> None:
    assert old in GOOD
    with pytest.raises(PolicyError, match=names):
        Policy.parse(GOOD.replace(old, new, 1))


def test_a_purpose_that_joins_and_releases_is_two_purposes() -> None:
    with pytest.raises(PolicyError, match="both join and release; use two"):
        Policy.parse(GOOD.replace("release.statistics", "release.security"))


def test_a_purpose_group_must_be_a_table() -> None:
    with pytest.raises(PolicyError, match=r"line 2: policy\.join: got 3, needs a table"):
        Policy.parse("version = 2\njoin = 3")
    with pytest.raises(PolicyError, match=r"line 3: join\.security: got 3, needs a table"):
        Policy.parse("version = 2\n[join]\nsecurity = 3")


@pytest.mark.parametrize("text", ["", "\n\n", "# a comment\n"])
def test_an_empty_file_states_nothing(text: str) -> None:
    with pytest.raises(PolicyError, match="states nothing, needs `version = 2` first"):
        Policy.parse(text)


def test_bytes_that_are_not_text_are_named_by_their_line() -> None:
    assert Policy.decode(b"\xef\xbb\xbf" + GOOD.encode()).hash == Policy.parse(GOOD).hash
    with pytest.raises(PolicyError, match=r"^line 3: policy: byte 0xff is not UTF-8"):
        Policy.decode(b"version = 2\n#\n# \xff\n")


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, f"version = {'1' * 9999}", "a = 1_", "="])
def test_what_the_parser_chokes_on_is_no_policy(text: str) -> None:
    with pytest.raises(PolicyError, match="not valid TOML"):
        Policy.parse(text)


@given(st.integers(0, len(GOOD)), st.integers(0, 9), st.text("[]{}=.,\"'#\n -1e_xa\r", max_size=6))
@settings(max_examples=300, deadline=None)
def test_a_file_with_a_blot_is_a_policy_or_an_error_that_says_where(
    at: int, gone: int, blot: str
) -> None:
    with suppress(PolicyError):
        assert Policy.parse(GOOD[:at] + blot + GOOD[at + gone :]).lifetime > 0


def test_any_change_changes_the_hash() -> None:
    assert Policy.parse(GOOD).hash == Policy.parse(GOOD).hash
    assert Policy.parse(GOOD.replace("100", "101")).hash != Policy.parse(GOOD).hash


def test_a_cap_is_never_lowered_below_what_is_spent() -> None:
    policy = Policy.parse(GOOD)
    check_caps(policy, {"statistics": 50, "gone": 10}, 60)
    with pytest.raises(PolicyError, match=r"^release\.statistics\.person_cap_nano_rho: 50 is bel"):
        check_caps(policy, {"statistics": 51}, 51)
    with pytest.raises(PolicyError, match=r"^policy\.lifetime_nano_rho: 60 is below .* \(61 nano"):
        check_caps(policy, {"statistics": 50, "gone": 11}, 61)


def test_the_default_lets_two_to_four_points_be_seen_joined() -> None:
    policy = Policy.default(("phone", "bank", "internet"))
    (join,) = policy.joins
    for tariff in join.tariffs:
        assert 2 <= join.cap // tariff <= 4


def test_an_answer_of_the_default_hardly_distinguishes_and_a_few_questions_fit() -> None:
    (release,) = Policy.default(("phone", "bank", "internet")).releases
    terms = (*release.standing, *release.counters, *release.offers)
    assert {term.nano_rho for term in terms} == {1_000_000}
    always = len(release.standing) + len(release.counters)
    assert 2 <= release.block_cap // 1_000_000 - always <= 5
