"""Defences, one file each: what is promised and how a view is protected."""
