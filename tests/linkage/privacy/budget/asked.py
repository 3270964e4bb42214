"""A policy, a plane and a run to ask questions in."""

from typing import Any

from linkage.privacy.budget.admission import Blocks
from linkage.privacy.budget.contributions import Domain
from linkage.privacy.budget.policy import Policy
from linkage.privacy.budget.question import Question

DOMAIN = Domain(("phone", "bank", "internet"), cells=87, width=10, apart=("internet",))
POLICY = Policy.parse(
    """
version = 2
lifetime_nano_rho = 60
[join.security]
cap_millibits = 100
[join.security.tariff_millibits]
phone = 10
bank = 20
[release.statistics]
sources = ["phone", "bank", "internet"]
delta = 1e-6
person_cap_nano_rho = 50
block_cap_nano_rho = 20
kept_blocks = 24
[[release.statistics.offer]]
query = "active_people"
nano_rho = 10
longest_blocks = 12
[[release.statistics.offer]]
query = "class_people"
nano_rho = 10
most = 3
hours = 2
side = 2
[[release.statistics.offer]]
query = "top_cells"
nano_rho = 10
[release.health]
sources = ["phone"]
delta = 1e-5
person_cap_nano_rho = 30
block_cap_nano_rho = 9
kept_blocks = 24
[[release.health.offer]]
query = "total_events"
nano_rho = 9
most = 4
"""
)
OVER = Blocks(decided=47, oldest=24, over=True, spent={("statistics", 30): 15, ("health", 30): 9})
RUNNING = Blocks(decided=47, oldest=24, over=False, spent={})


def ask(**fields: Any) -> Question:
    usual = {"purpose": "statistics", "query": "active_people", "sources": ("phone", "bank")}
    return Question(**{**usual, "first": 40, "last": 45, "nano_rho": 10, **fields})


def ask_classes(**fields: Any) -> Question:
    return ask(**{"query": "class_people", "most": 3, "hours": 2, "side": 2, **fields})
