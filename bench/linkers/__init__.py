"""Data sets on which linkers are compared, ours among them, and how answers are scored."""
