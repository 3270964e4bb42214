"""Errors in registrations: channels by the column, presets of rates, and what came out."""
