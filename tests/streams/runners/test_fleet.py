"""Workers of one machine: what they print, and that they end together."""

import sys
import time

import pytest

from streams.runners.fleet import Fleet

NOISY = [sys.executable, "-c", "import time; print('noise', flush=True); time.sleep(60)"]


def test_workers_print_nothing_on_the_standard_output_of_their_parent(
    capfd: pytest.CaptureFixture[str],
) -> None:
    fleet, heard, out = Fleet(2, lambda _: NOISY), "", ""
    try:
        for _ in range(600):
            said = capfd.readouterr()
            heard, out = heard + said.err, out + said.out
            if heard.count("noise") == 2:
                break
            time.sleep(0.05)
    finally:
        fleet.stop()
    assert (heard.count("noise"), out, fleet.restarts) == (2, "", 0)
