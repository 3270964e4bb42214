"""A researcher's own table as a recorded stream, every identifier replaced by a synthetic one."""
