"""Experiments: every combination of some worlds and ways to measure them, as one table."""
