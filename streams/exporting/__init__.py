"""What a run has linked, as files for study offline, and the truth beside them."""
