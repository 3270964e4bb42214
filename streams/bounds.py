"""The numbers that an event may hold: bounded, and event time."""

from typing import Annotated

import msgspec

HOUR = 3_600_000
"""Milliseconds in an hour; event and ingest times are milliseconds of the synthetic epoch."""
# Bounded, so that no longer number of somebody's can pass for one of these.
Count = Annotated[int, msgspec.Meta(ge=0, lt=10**7)]
Time = Annotated[int, msgspec.Meta(ge=0, lt=10**10)]
"""Milliseconds of the synthetic epoch, which lasts 115 days."""
