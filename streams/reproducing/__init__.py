"""Published studies recomputed on synthetic worlds: what they share, and how it is shown."""
