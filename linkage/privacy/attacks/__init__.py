"""Attacks, one file each: what is asked of what was published, and how often it is learnt."""
