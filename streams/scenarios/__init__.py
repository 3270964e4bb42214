"""Scenarios, one file each: which sources a run has and who may join them."""
