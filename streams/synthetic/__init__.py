"""The synthetic world: people who cannot exist, and what happens to them.

To read it in order: who there is (`population`, `life`, `businesses`, `names`, `particulars`),
where they are (`places`, `mobility`), what they have (`accounts`, `branch`, `forms`,
`corruption/`), what a source sees (`emission`, `activity`, `filing`, `rows`), how it arrives
(`disorder`, `wire`, `arrivals`), all of it together (`shards`, `crews`, `registration`, `world`),
and for people who study it (`truth`, `frames`, `flat`, `calibration/`). `identifiers/` are the
ranges that nobody has; `chance` is where all randomness comes from.
"""
