"""python -m bench: every bench, one after the other."""

import sys

from bench.harness import load_benches, main

if __name__ == "__main__":
    sys.exit(main(tuple(load_benches().values())))
