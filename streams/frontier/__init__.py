"""The frontier of a synthetic world: risk left against usefulness kept, as table and figure."""
