"""Where state, position and outbox are kept, in one transaction."""
