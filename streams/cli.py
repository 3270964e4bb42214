"""The command `joinlens`."""


def main() -> None:
    """Run the command line."""
