"""The subcommands of `joinlens`, one file each."""
