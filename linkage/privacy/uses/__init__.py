"""Uses of published data, one file each: what is asked of them, and how much of it is left."""
