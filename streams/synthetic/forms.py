"""The registration form: what a person would say, what the source asks, what goes wrong."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.records import FIELDS
from streams.source import Source
from streams.synthetic.chance import Dice, Flags, Ints, below, chance, draw_dice, salted
from streams.synthetic.corruption.channels import STRATA, Context, Form, plan_faults, spoil
from streams.synthetic.corruption.errors import Errors
from streams.synthetic.corruption.mistyped import mistype
from streams.synthetic.emission import Accounts, Columns, Opening
from streams.synthetic.identifiers import columns
from streams.synthetic.particulars import (
    former_phones,
    id_numbers,
    mails,
    older_addresses,
    particulars,
    surnames,
)
from streams.synthetic.population import SPREAD, Population

_MISSING, _MISTYPED, _BORROWED = (STRATA.index(s) for s in ("missing", "mistyped", "borrowed"))


class Forms:
    """Fills in the registrations of one source; the errors of each are planned once."""

    def __init__(
        self,
        source: Source,
        population: Population,
        accounts: Accounts,
        skew: int,
        errors: Errors,
        seed: int,
    ) -> None:
        self._source, self._population, self._accounts = source, population, accounts
        self._skew = skew
        draw = chance(seed, f"{source.name}/forms")
        here = draw.lognormal(-(SPREAD**2) / 8, SPREAD / 2, len(population))
        propensity = source.emit.carelessness * (population.errs * here)[accounts.described]
        self._faults = plan_faults(draw, propensity, errors)
        self._faults_again = plan_faults(draw, propensity, errors)
        self._dice: Dice = draw_dice(draw, len(accounts))

    def registrations(self, rows: Ints, again: Flags) -> tuple[Columns, Columns]:
        """Return what registrations of these tenancies say, and what they should have said.

        `again` marks later registrations of a tenancy, which have errors of their own. The
        claimed ID is the same in all four.
        """
        words = np.where(again, salted(self._dice[rows], "again"), self._dice[rows])
        faults = np.where(again, self._faults_again[rows], self._faults[rows])
        meant = self._meant(rows)
        said = self._spoiled(meant, rows, faults, words)
        extras = self._source.emit.extras(Opening(self._population, self._accounts, rows))
        return self._payload(rows, said, extras), self._payload(rows, meant, extras)

    def compared(self, rows: Ints) -> tuple[Form, Form, Ints]:
        """Return the forms that opened accounts as they should be, as they are, and their faults.

        The faults are a bit mask over CHANNELS; all fields are there, asked for or not.
        """
        meant, faults = self._meant(rows), self._faults[rows]
        return meant, self._spoiled(meant, rows, faults, self._dice[rows]), faults

    def start(self, rows: Ints) -> Ints:
        """Return when tenancies begin by the source's clock (ms)."""
        return np.maximum(self._accounts.opened[rows] + self._skew, 0)

    def _meant(self, rows: Ints) -> Form:
        accounts, people = self._accounts, self._population
        described, times = accounts.described[rows], accounts.opened[rows]
        form = particulars(people, described, times)
        self._claim(form, rows, described, times)
        return form

    def _spoiled(self, form: Form, rows: Ints, faults: Ints, words: Dice) -> Form:
        hit = np.flatnonzero(faults)
        if not len(hit):
            return form
        at = rows[hit]
        described, times = self._accounts.described[at], self._accounts.opened[at]
        context = self._context(described, times, words[hit])
        spoiled = spoil({f: form[f].take(pa.array(hit)) for f in FIELDS}, faults[hit], context)
        mask = pa.array(faults != 0)
        return {f: pc.replace_with_mask(form[f], mask, spoiled[f]) for f in FIELDS}

    def _context(self, described: Ints, times: Ints, words: Dice) -> Context:
        people = self._population
        mates = people.mates(described, below(salted(words, "mate"), 60))
        alone, nobody = pa.array(mates == described), pa.scalar(None, pa.string())
        mate = particulars(people, mates, times)
        return Context(
            dice=words,
            mate={field: pc.if_else(alone, nobody, mate[field]) for field in FIELDS},
            former_address=older_addresses(people, described),
            former_phone=former_phones(described),
            former_surname=surnames(people, described, np.full(len(described), -1)),
        )

    def _claim(self, form: Form, rows: Ints, described: Ints, times: Ints) -> None:
        """Put the claimed ID number into the form, and a borrower's own contacts."""
        accounts, people = self._accounts, self._population
        stratum, claimed = accounts.stratum[rows], accounts.claimed[rows]
        number = id_numbers(people, np.where(claimed >= 0, claimed, described), times)
        wrong = np.flatnonzero(stratum == _MISTYPED)
        typed = mistype(number.take(pa.array(wrong)), self._dice[rows[wrong]])
        number = pc.replace_with_mask(number, pa.array(stratum == _MISTYPED), typed)
        missing = pa.array(stratum == _MISSING)
        form["id_number"] = pc.if_else(missing, pa.scalar(None, pa.string()), number)
        card = (stratum == _BORROWED) & (claimed == described)  # the lender's card
        if card.any():
            borrower = accounts.holder[rows[card]]
            for field, own in (
                ("phone", columns.phones(borrower)),
                ("mail", mails(people, borrower)),
            ):
                form[field] = pc.replace_with_mask(form[field], pa.array(card), own)

    def _payload(self, rows: Ints, form: Form, extras: Columns) -> Columns:
        asked = {field: form[field] for field in self._source.emit.asks}
        return {"opened": pa.array(self.start(rows)), **asked, **extras}
