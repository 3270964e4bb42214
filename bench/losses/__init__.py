"""Parts of the bench of accounting: losses in epsilon, counters, and noise."""
