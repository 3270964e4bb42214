"""What a process needs for its share of a plan: registry, worker, and where tasks are made."""

from typing import NamedTuple

from linkage.privacy.budget.mechanisms import Sampler
from streams.plan import Plan, Workshop
from streams.runners.registry_log import BlockRegistry, RegistryLog
from streams.runners.task import Probe, ignore
from streams.runners.worker import Worker
from streams.store.protocol import Store


class Outfit(NamedTuple):
    """One process's share of a run, on any runner."""

    log: RegistryLog
    worker: Worker
    shop: Workshop


def outfit(plan: Plan, store: Store, sampler: Sampler, probe: Probe = ignore) -> Outfit:
    """Return a worker without tasks, and the workshop that makes them."""
    log = RegistryLog(plan.partitions)
    desk = BlockRegistry(log, plan.model, plan.thresholds, plan.shadow, plan.cutover)
    return Outfit(log, Worker(log, desk), Workshop(plan, store, desk, sampler, probe))
