"""Internet: accounts signed up for with a claimed ID, logins and pages seen through an address."""

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta

from streams.events import Registration, Usage
from streams.source import Source
from streams.synthetic import identifiers as ids
from streams.synthetic.chance import Ints
from streams.synthetic.emission import Batch, Emit, Hour

LOGINS_PER_DAY = 1.0
PAGES_PER_DAY = 2.0
CELLS_PER_REGION = 10
HOUSEHOLDS_PER_REGION = 1024
WIRED = 0.75
"""Share of use at home that goes through the household's own line."""
_EVENING = (2.0, 1.2, 0.7, 0.4, 0.3, 0.3, 0.6, 1.6, 3.0, 4.2, 4.8, 5.0)
RHYTHM = (*_EVENING, *(5.4, 5.0, 4.8, 4.8, 5.0, 5.4, 6.0, 7.2, 8.4, 8.8, 7.0, 4.1))

Service = Literal["chat", "mail", "shop", "video", "news", "game"]
SERVICES: tuple[Service, ...] = ("chat", "mail", "shop", "video", "news", "game")


class Signup(Registration, frozen=True, kw_only=True):
    """An account was signed up for."""

    service: Service


class Seen(Usage, frozen=True, kw_only=True):
    """Something seen through an address: the carrier's (shared by a region) or the household's."""

    places: ClassVar[str] = "access region"

    address: ids.IPv4

    def place(self) -> int:
        """Return the access region that the address serves."""
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
    """A page asked for, and how many bytes it was."""

    kilobytes: Annotated[int, Meta(ge=0, lt=1_000_000)]


def _extras(tenancy: int) -> Mapping[str, object]:
    return {"service": SERVICES[tenancy % len(SERVICES)]}


def _addresses(hour: Hour, accounts: Ints) -> list[str]:
    people, holder = hour.population, hour.accounts.holder[accounts]
    wired = hour.at_home(accounts) & (hour.chance.random(len(accounts)) < WIRED)
    region = hour.cell_of(accounts) // CELLS_PER_REGION
    line = region * HOUSEHOLDS_PER_REGION + people.household[holder] % HOUSEHOLDS_PER_REGION
    where = np.where(wired, line, -1 - region).tolist()
    return [
        ids.make_household_address(n) if n >= 0 else ids.make_nat_address(-1 - n) for n in where
    ]


def _usage(hour: Hour) -> Iterable[Batch]:
    accounts, times = hour.happen(LOGINS_PER_DAY, RHYTHM)
    yield Batch("login", accounts, times, {"address": _addresses(hour, accounts)})

    accounts, times = hour.happen(PAGES_PER_DAY, RHYTHM)
    sizes = hour.chance.lognormal(6.5, 1.2, len(accounts)).clip(1, 900_000).astype("int64")
    columns = {"address": _addresses(hour, accounts), "kilobytes": sizes.tolist()}
    yield Batch("page", accounts, times, columns)


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
        subject=ids.make_login,
        extras=_extras,
        usage=_usage,
        carelessness=1.4,
    ),
)
