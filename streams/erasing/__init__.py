"""Erasing somebody from a run by an entry of the registry: what goes, what is left, and why."""
