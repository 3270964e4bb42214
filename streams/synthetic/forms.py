"""The registration form: what a person would say, what the source asks, what goes wrong."""

from collections.abc import Callable

import numpy as np

from linkage.records import FIELDS
from streams.events import Payload
from streams.source import Source
from streams.synthetic.chance import Dice, Ints, Roll, chance, draw_dice
from streams.synthetic.corruption import STRATA, Context, Form, mistype, plan_faults, spoil
from streams.synthetic.emission import Accounts
from streams.synthetic.population import Population

_MISSING, _MISTYPED, _BORROWED = (STRATA.index(s) for s in ("missing", "mistyped", "borrowed"))


class Forms:
    """Fills in the registrations of one source; the errors of each are planned once."""

    def __init__(
        self, source: Source, population: Population, accounts: Accounts, skew: int, seed: int
    ) -> None:
        self._source, self._population, self._accounts = source, population, accounts
        self._skew = skew
        self._errs = source.emit.carelessness * population.errs[accounts.described]
        draw = chance(seed, f"{source.name}/forms")
        self._faults = plan_faults(draw, self._errs)
        self._dice: Dice = draw_dice(draw, len(accounts))

    def opening(self, tenancy: int) -> Payload:
        """Return the registration that opened an account, errors included."""
        return self._fill(tenancy, int(self._faults[tenancy]))

    def refreshed(self, tenancy: int, draw: np.random.Generator) -> Payload:
        """Return a later registration of the same tenancy, with errors of its own."""
        again: Ints = plan_faults(draw, self._errs[tenancy : tenancy + 1])
        return self._fill(tenancy, int(again[0]))

    def corrected(self, tenancy: int) -> Payload:
        """Return the registration without errors, but for the claimed ID."""
        return self._fill(tenancy, 0)

    def start(self, tenancy: int) -> int:
        """Return when a tenancy begins by the source's clock."""
        return max(0, int(self._accounts.opened[tenancy]) + self._skew)

    def _fill(self, tenancy: int, faults: int) -> Payload:
        accounts, people = self._accounts, self._population
        described = int(accounts.described[tenancy])
        holder = int(accounts.holder[tenancy])
        record = people.record(described, int(accounts.opened[tenancy]))
        form: Form = {field: getattr(record, field) for field in FIELDS}
        roll = Roll(int(self._dice[tenancy]))
        stratum = int(accounts.stratum[tenancy])
        if stratum == _MISSING:
            form["id_number"] = None
        elif stratum == _MISTYPED:
            form["id_number"] = mistype(people.id_number(described), roll)
        elif stratum == _BORROWED:
            form["id_number"] = people.id_number(int(accounts.claimed[tenancy]))
            if accounts.claimed[tenancy] == described:  # the lender's card, but own contacts
                form["phone"], form["mail"] = people.phone(holder), people.mail(holder)
        if faults:
            spoil(form, faults, self._context(described, roll))
        emit = self._source.emit
        said: dict[str, object] = {field: form[field] for field in emit.asks}
        said |= {"opened": self.start(tenancy), **emit.extras(tenancy)}
        registration: Callable[..., Payload] = self._source.kinds[emit.registers]
        return registration(**said)

    def _context(self, described: int, roll: Roll) -> Context:
        people = self._population
        size, first = int(people.size[described]), int(people.first[described])
        shift = 1 + roll.below(size - 1) if size > 1 else 0
        mate = people.record(first + (described - first + shift) % size) if shift else None
        return Context(
            roll=roll,
            mate=mate,
            former_address=people.former_address(described),
            former_phone=people.former_phone(described),
        )
