"""Published studies, one file each: what was found, and what a synthetic world says of it."""
