import pytest

from linkage.errors import PolicyError
from linkage.privacy.policy import Policy

GOOD = """
version = 1
[join.security]
cap_millibits = 100
[join.security.tariff_millibits]
phone = 10
bank = 20
internet = 30
[release.statistics]
query = "active_people"
sources = ["phone", "bank"]
nano_rho = 5
lifetime_nano_rho = 50
delta = 1e-6
"""


def test_the_fields_of_a_policy():
    policy = Policy.parse(GOOD)
    (join,), (release,) = policy.joins, policy.releases
    assert (join.name, join.sources, join.tariffs, join.cap) == (
        "security",
        ("phone", "bank", "internet"),
        (10, 20, 30),
        100,
    )
    assert (release.name, release.nano_rho, release.lifetime_nano_rho) == ("statistics", 5, 50)
    assert release.l2_sensitivity == pytest.approx(2**0.5)
    assert policy.grace == 1
    assert Policy.parse("version = 1\ngrace_blocks = 0").grace == 0


def test_sources_that_a_run_lacks_are_left_out_in_place():
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
        ("version = 1", "version = 2", r"policy\.version: got 2, needs a whole number from 1 to 1"),
        ("version = 1", "", "policy: field 'version' is missing"),
        ("version = 1", "version = 1\ncap = 3", "policy: unknown field 'cap'; allowed are"),
        ("version = 1", "version = 1\ngrace_blocks = -1", r"policy\.grace_blocks: got -1"),
        ("cap_millibits = 100", "cap_millibits = 1.5", r"join\.security\.cap_millibits: got 1\.5"),
        ("cap_millibits = 100", "", r"join\.security: field 'cap_millibits' is missing"),
        ("phone = 10", "phone = -1", r"join\.security\.tariff_millibits\.phone: got -1"),
        ("phone = 10", "phone = true", r"tariff_millibits\.phone: got True"),
        (
            "phone = 10\nbank = 20\n",
            "",
            r"tariff_millibits: got \['internet'\], needs at least two",
        ),
        ('"active_people"', '"everything"', r"statistics\.query: got 'everything', needs one of"),
        ('["phone", "bank"]', "[]", r"statistics\.sources: got \[\], needs a list"),
        ('["phone", "bank"]', '["phone", "phone"]', r"statistics\.sources: got .*different"),
        ("nano_rho = 5\n", "nano_rho = 0\n", r"statistics\.nano_rho: got 0"),
        ("lifetime_nano_rho = 50", "lifetime_nano_rho = 4", r"lifetime_nano_rho: got 4, .* from 5"),
        ("delta = 1e-6", "delta = nan", r"statistics\.delta: got nan"),
        ("delta = 1e-6", "delta = 1.0", r"statistics\.delta: got 1\.0"),
        ("[release.statistics]", "[release.security]", "both join and release"),
        ("version = 1", "version = = 1", "not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_what_is_allowed(old, new, names):
    assert old in GOOD
    with pytest.raises(PolicyError, match=names):
        Policy.parse(GOOD.replace(old, new, 1))


def test_a_purpose_group_must_be_a_table():
    with pytest.raises(PolicyError, match=r"policy\.join: got 3, needs a table"):
        Policy.parse("version = 1\njoin = 3")
    with pytest.raises(PolicyError, match=r"join\.security: got 3, needs a table"):
        Policy.parse("version = 1\n[join]\nsecurity = 3")


def test_any_change_changes_the_hash():
    assert Policy.parse(GOOD).hash == Policy.parse(GOOD).hash
    assert Policy.parse(GOOD.replace("100", "101")).hash != Policy.parse(GOOD).hash


def test_the_default_lets_two_to_four_points_be_seen_joined():
    policy = Policy.default(("phone", "bank", "internet"))
    (join,) = policy.joins
    for tariff in join.tariffs:
        assert 2 <= join.cap // tariff <= 4
    (release,) = policy.releases
    assert release.lifetime_nano_rho > release.nano_rho
