"""What joining reveals, and what a budget makes of it."""
