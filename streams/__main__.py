"""`python -m streams` is `joinlens`."""

from streams.cli import main

if __name__ == "__main__":
    main()
