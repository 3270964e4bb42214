"""What a run really had of its parameters: errors in registrations, disorder of the stream."""

import msgspec
import numpy as np
import pandas as pd
import pyarrow as pa

from linkage.privacy.estimate import Estimate, wilson
from linkage.records import FIELDS
from streams.events import HOUR
from streams.synthetic.branch import Branch
from streams.synthetic.chance import Flags, Ints
from streams.synthetic.corruption.channels import CHANNELS, STRATA, Form
from streams.synthetic.corruption.disagreement import disagreement
from streams.synthetic.disorder import Disorder
from streams.synthetic.truth import true_rows
from streams.synthetic.world import World

QUARTER = HOUR // 4
"""No outage lasts as long (ms): what is later was late by itself."""


class Rate(msgspec.Struct, frozen=True):
    """A rate: what the parameters imply, and what came out with its 95 % interval.

    The interval takes each row as a draw of its own. Errors come by person, so theirs is too short.
    """

    name: str
    implied: float
    realised: Estimate


def realised_disagreement(world: World) -> pd.DataFrame:
    """Return how far the registrations of a run are from the truth, all sources together.

    Columns as in `disagreement.COLUMNS`. The truth here is what the same registration would have
    said without errors, the claimed ID number apart. Only fields that a source asks for count.
    """
    parts = [_compared(branch, world.hours) for branch in world.branches]
    true, said = _stacked([part[0] for part in parts]), _stacked([part[1] for part in parts])
    return disagreement(true, said, np.concatenate([part[2] for part in parts]))


def _stacked(forms: list[Form]) -> Form:
    return {field: pa.concat_arrays([form[field] for form in forms]) for field in FIELDS}


def _compared(branch: Branch, hours: int) -> tuple[Form, Form, Ints]:
    meant, said, faults = branch.forms.compared(true_rows(branch, hours))
    unasked = pa.nulls(len(faults), pa.string())
    asks = branch.source.emit.asks
    true, told = ({f: form[f] if f in asks else unasked for f in FIELDS} for form in (meant, said))
    return true, told, faults


def realised_channels(world: World) -> list[Rate]:
    """Return how often each channel hit a registration, and what rates and sources imply."""
    parts = [(b, b.forms.compared(true_rows(b, world.hours))[2]) for b in world.branches]
    faults = np.concatenate([mask for _, mask in parts])
    care = sum(branch.source.emit.carelessness * len(mask) for branch, mask in parts)
    rates = world.preset.errors.rates
    return [
        Rate(
            channel.name,
            rates.get(channel.name, 0.0) * care / max(len(faults), 1),
            wilson(int(np.count_nonzero(faults >> bit & 1)), len(faults)),
        )
        for bit, channel in enumerate(CHANNELS)
    ]


def realised_claims(world: World) -> list[Rate]:
    """Return the shares of claimed ID numbers that are right, missing, mistyped and borrowed."""
    strata = np.concatenate([b.accounts.stratum[true_rows(b, world.hours)] for b in world.branches])
    counts = np.bincount(strata, minlength=len(STRATA)).tolist()
    wanted = zip(STRATA, world.preset.errors.claimed, counts, strict=True)
    return [Rate(f"ID {name}", share, wilson(n, len(strata))) for name, share, n in wanted]


def realised_disorder(world: World) -> list[Rate]:
    """Return how much of a run's stream was late, twice or changed.

    Reads every event of the run as it arrived, so let the run be short.
    """
    events, disorder = world.events(), world.preset.disorder
    usage = events[(events["op"] == "create") & ~events["kind"].isin(_registering(world.branches))]
    once = usage.drop_duplicates(["source", "subject", "seq"])
    late = (once["ingest"] - once["time"]).to_numpy()
    said = len(events.drop_duplicates(["source", "subject", "seq"]))
    twice, same = len(events) - said, len(events) - events["id"].nunique()
    n = len(once)
    rates = [
        Rate("over 15 minutes late", later(disorder, QUARTER), _share(late > QUARTER)),
        Rate("over 2 hours late", later(disorder, 2 * HOUR), _share(late > 2 * HOUR)),
        Rate("delivered twice", disorder.duplicates, wilson(twice, said)),
        Rate("of these under the same id", disorder.same_id, wilson(same, twice)),
    ]
    for name, op, rate in (
        ("corrected", "correct", disorder.corrections),
        ("retracted", "retract", disorder.retractions),
    ):
        changed = events[(events["op"] == op) & events["kind"].isin(usage["kind"].unique())]
        changed = changed.drop_duplicates(["source", "subject", "seq"])
        rates.append(Rate(name, rate, wilson(len(changed), n)))
    return rates


def later(disorder: Disorder, wait: int) -> float:
    """Return the share of events that the parameters make later than `wait` ms.

    Whoever is late by hours is late by minutes too, so that wait is a sum of two exponentials.
    """
    short, long = disorder.late_mean, disorder.by_hours_mean
    both = (long * np.exp(-wait / long) - short * np.exp(-wait / short)) / (long - short)
    only = float(np.exp(-wait / short))
    return float((disorder.late - disorder.by_hours) * only + disorder.by_hours * both)


def _share(hit: Flags) -> Estimate:
    return wilson(int(np.count_nonzero(hit)), len(hit))


def _registering(branches: list[Branch]) -> list[str]:
    return [branch.registers for branch in branches]
