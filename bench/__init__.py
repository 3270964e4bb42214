"""Measurements, one file per question: `python -m bench` runs all."""
