"""The risk of a run, read from its cells: by view, by person, by group, and beside the truth."""
