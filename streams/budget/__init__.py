"""The two ledgers for people: what was spent, priced, audited, saved and moved."""
