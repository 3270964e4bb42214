"""Internet: accounts signed up for with a claimed ID, logins and pages seen through an address."""

from collections.abc import Iterable
from functools import cache
from typing import Annotated, ClassVar, Literal

import numpy as np
import pyarrow as pa
from msgspec import Meta

from streams.events import Registration, Usage
from streams.source import Source
from streams.synthetic import identifiers as ids
from streams.synthetic.emission import Batch, Columns, Emit, Hour, Opening, Uses, coded
from streams.synthetic.identifiers import columns

LOGINS_PER_DAY = 1.0
PAGES_PER_DAY = 2.0
CELLS_PER_REGION = 10
HOUSEHOLDS_PER_REGION = 1024
WIRED = 0.75
"""Share of use at home that goes through the household's own line."""
NEWER = 0.3
"""Share of households whose line is IPv6."""
_EVENING = (2.0, 1.2, 0.7, 0.4, 0.3, 0.3, 0.6, 1.6, 3.0, 4.2, 4.8, 5.0)
RHYTHM = (*_EVENING, *(5.4, 5.0, 4.8, 4.8, 5.0, 5.4, 6.0, 7.2, 8.4, 8.8, 7.0, 4.1))

Service = Literal["chat", "mail", "shop", "video", "news", "game"]
SERVICES: tuple[Service, ...] = ("chat", "mail", "shop", "video", "news", "game")
_SERVICES = pa.array(SERVICES)
HOSTS = 500
_HOSTS = pa.array([f"site-{n:04d}.invalid" for n in range(HOSTS)])


class Signup(Registration, frozen=True, kw_only=True):
    """An account was signed up for."""

    service: Service


class Seen(Usage, frozen=True, kw_only=True):
    """Something seen through an address: the carrier's (shared by a region) or the household's."""

    places: ClassVar[str] = "access region"

    address: ids.NetAddress

    def place(self) -> int:
        """Return the access region that the address serves."""
        if ":" in self.address:
            return int(self.address.split(":")[2] or "0", 16)
        a, b, c, d = (int(part) for part in self.address.split("."))
        if a in {192, 203}:
            return (0 if a == 192 else 512) + d
        if (a, b) == (198, 51):
            return 256 + d
        base = (198 << 24) + (18 << 16) if a == 198 else (240 << 24) - 2**17
        return ((a << 24) + (b << 16) + (c << 8) + d - base) // HOUSEHOLDS_PER_REGION


class Login(Seen, frozen=True, kw_only=True):
    """A login to the account."""


class Page(Seen, frozen=True, kw_only=True):
    """A page asked for, of which site, and how many bytes it was."""

    host: ids.Host
    kilobytes: Annotated[int, Meta(ge=0, lt=1_000_000)]


def _extras(opening: Opening) -> Columns:
    return {"service": coded(opening.rows % len(SERVICES), _SERVICES)}


def _usage(hour: Hour) -> Iterable[Batch]:
    uses = hour.happen(LOGINS_PER_DAY, RHYTHM)
    yield Batch("login", uses, {"address": _addresses(hour, uses)})

    uses = hour.happen(PAGES_PER_DAY, RHYTHM)
    draw = hour.chance
    sizes = draw.lognormal(6.5, 1.2, len(uses)).clip(1, 900_000).astype(np.int64)
    sites = (HOSTS ** draw.random(len(uses))).astype(np.int64) - 1  # Zipf: uniform in log rank
    page = {"address": _addresses(hour, uses), "host": coded(sites, _HOSTS)}
    yield Batch("page", uses, {**page, "kilobytes": pa.array(sizes)})


def _addresses(hour: Hour, uses: Uses) -> pa.DictionaryArray:
    """Return the household's line for most use at home, else the carrier's address of the region.

    Households with the newer protocol have a /64 of their own, seen through its first device.
    """
    people = hour.population
    household = people.household[uses.actor]
    wired = hour.at_home(uses) & (hour.chance.random(len(uses)) < WIRED)
    region = hour.cell_of(uses) // CELLS_PER_REGION
    line = household % HOUSEHOLDS_PER_REGION
    newer = household % 10 < NEWER * 10
    regions = 1 + (people.cells - 1) // CELLS_PER_REGION
    older = region * HOUSEHOLDS_PER_REGION + line
    lines = regions * HOUSEHOLDS_PER_REGION
    code = np.where(wired, np.where(newer, older + lines, older), 2 * lines + region)
    return coded(code, _table(regions))


@cache
def _table(regions: int) -> pa.StringArray:
    lines = regions * HOUSEHOLDS_PER_REGION
    return pa.array(
        [ids.make_household_address(n) for n in range(lines)]
        + [ids.make_ipv6(*divmod(n, HOUSEHOLDS_PER_REGION), 1) for n in range(lines)]
        + [ids.make_nat_address(n) for n in range(regions)]
    )


SOURCE = Source(
    name="internet",
    describes="internet accounts, logins and pages by address",
    account=ids.Login,
    kinds={"signup": Signup, "login": Login, "page": Page},
    resolution="hour x access region",
    emit=Emit(
        registers="signup",
        holdings=(
            *(0.08, 0.25, 0.26, 0.19, 0.11, 0.06, 0.03),
            *(0.012, 0.005, 0.002, 0.0005, 0.0003, 0.0002),
        ),
        asks=("id_number", "surname", "given", "birth", "phone", "mail"),
        subjects=columns.logins,
        extras=_extras,
        usage=_usage,
        carelessness=1.4,
        shared=0.15,
        churn=0.5,
        reopens=0.5,
    ),
)
