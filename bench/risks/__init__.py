"""Risk figures beside those of other tools, and beside what an exhaustive count says."""
