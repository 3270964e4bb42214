"""The synthetic world: people who cannot exist, and what happens to them."""
