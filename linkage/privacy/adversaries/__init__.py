"""Adversaries, one file each: what an attacker holds of a target."""
