"""Pure steps over batches: step(state, batch) -> (changes, outputs)."""
