"""Comparisons, one file each: how two values of one field agree, as a level."""
