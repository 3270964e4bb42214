"""Bank: accounts opened under know-your-customer rules, card payments and transfers."""

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar

from msgspec import Meta

from streams.events import Registration, Usage
from streams.source import Source
from streams.synthetic import identifiers as ids
from streams.synthetic.emission import Batch, Emit, Hour

CARDS_PER_DAY = 0.6
TRANSFERS_PER_DAY = 0.3
BANKS = 12
SHOPS_PER_CELL = 40
NO_PLACE = 0

Cents = Annotated[int, Meta(ge=1, lt=1_000_000)]
Shop = Annotated[str, Meta(pattern=r"\Ashop-[0-9]{5}-[0-9]{2}\Z")]  # cell of the grid, place in it


class KycOpened(Registration, frozen=True, kw_only=True):
    """An account was opened, with the card that came with it."""

    card: ids.Card


class Card(Usage, frozen=True, kw_only=True):
    """A card payment in a shop."""

    places: ClassVar[str] = "shop's cell"

    shop: Shop
    cents: Cents

    def place(self) -> int:
        """Return the number of the shop's cell."""
        return int(self.shop[5:10])


class Transfer(Usage, frozen=True, kw_only=True):
    """Money sent to another account: a time, but no place."""

    places: ClassVar[str] = "none"

    to: ids.BankAccount
    cents: Cents

    def place(self) -> int:
        """Return 0, which is no cell."""
        return NO_PLACE


def _subject(number: int) -> str:
    return ids.make_bank_account(1 + number % BANKS, number)


def _extras(tenancy: int) -> Mapping[str, object]:
    return {"card": ids.make_card(1 + tenancy % BANKS, tenancy)}


def _usage(hour: Hour) -> Iterable[Batch]:
    draw = hour.chance
    accounts, times = hour.happen(CARDS_PER_DAY)
    cells = 1 + hour.cell_of(accounts)
    door = draw.integers(0, SHOPS_PER_CELL, len(accounts))
    shops = [f"shop-{c:05d}-{d:02d}" for c, d in zip(cells.tolist(), door.tolist(), strict=True)]
    cents = draw.lognormal(8.0, 1.0, len(accounts)).clip(50, 999_999).astype("int64")
    yield Batch("card", accounts, times, {"shop": shops, "cents": cents.tolist()})

    accounts, times = hour.happen(TRANSFERS_PER_DAY)
    others = hour.accounts.number[draw.integers(0, len(hour.accounts), len(accounts))]
    cents = draw.lognormal(9.5, 1.2, len(accounts)).clip(1, 999_999).astype("int64")
    to = [_subject(number) for number in others.tolist()]
    yield Batch("transfer", accounts, times, {"to": to, "cents": cents.tolist()})


SOURCE = Source(
    name="bank",
    describes="bank accounts, card payments by shop, transfers",
    account=ids.BankAccount,
    kinds={"kyc_opened": KycOpened, "card": Card, "transfer": Transfer},
    resolution="hour x shop cell",
    emit=Emit(
        registers="kyc_opened",
        holdings=(0.06, 0.68, 0.19, 0.05, 0.015, 0.005),
        asks=("id_number", "surname", "given", "birth", "sex", "address", "phone", "mail"),
        subject=_subject,
        extras=_extras,
        usage=_usage,
        carelessness=0.5,
    ),
)
