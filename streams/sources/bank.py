"""Bank: accounts opened under know-your-customer rules, card payments and transfers."""

from collections.abc import Iterable
from functools import cache
from typing import Annotated, ClassVar

import numpy as np
import pyarrow as pa
from msgspec import Meta

from streams.events import Registration, Usage
from streams.source import Source
from streams.synthetic import identifiers as ids
from streams.synthetic.chance import Ints, mix
from streams.synthetic.emission import Batch, Columns, Emit, Hour, Opening, coded
from streams.synthetic.identifiers import columns

CARDS_PER_DAY = 0.6
TRANSFERS_PER_DAY = 0.3
BANKS = 12
SHOPS_PER_CELL = 2
"""About one shop for 115 people; in de Montjoye et al. 2015 it was one for 110."""
_CUSTOM = (0.8, 0.2)
"""How custom is shared among a cell's shops, so that four days and shops tell as much as there."""
_PRICES = np.log(np.array([350.0, 800.0, 1_500.0, 3_000.0, 6_000.0, 20_000.0]))
"""Typical prices (log cents) of six kinds of shops."""
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


def _subjects(number: Ints) -> pa.StringArray:
    return columns.bank_accounts(1 + number % BANKS, number)


def _extras(opening: Opening) -> Columns:
    rows = opening.rows
    return {"card": columns.cards(1 + opening.accounts.number[rows] % BANKS, rows)}


def _usage(hour: Hour) -> Iterable[Batch]:
    draw = hour.chance
    uses = hour.happen(CARDS_PER_DAY)
    cells = hour.cell_of(uses)
    door = draw.choice(SHOPS_PER_CELL, len(uses), p=_CUSTOM)
    shop = cells * SHOPS_PER_CELL + door
    price = _PRICES[mix(shop.astype(np.uint64)) % np.uint64(len(_PRICES))]
    cents = np.exp(price + 0.6 * draw.standard_normal(len(uses))).clip(50, 999_999)
    shops = coded(shop, _shops(hour.population.cells))
    yield Batch("card", uses, {"shop": shops, "cents": pa.array(cents.astype(np.int64))})

    uses = hour.happen(TRANSFERS_PER_DAY)
    others = hour.accounts.number[draw.integers(0, len(hour.accounts), len(uses))]
    sums = draw.lognormal(9.5, 1.2, len(uses)).clip(1, 999_999).astype(np.int64)
    yield Batch("transfer", uses, {"to": _subjects(others), "cents": pa.array(sums)})


@cache
def _shops(cells: int) -> pa.StringArray:
    return pa.array(
        [f"shop-{c:05d}-{d:02d}" for c in range(1, cells + 1) for d in range(SHOPS_PER_CELL)]
    )


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
        subjects=_subjects,
        extras=_extras,
        usage=_usage,
        carelessness=0.5,
        shared=0.15,
        churn=0.25,
        reopens=0.5,
    ),
)
