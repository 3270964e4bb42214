"""Event sources, one file each: what a source emits and what it reveals."""
