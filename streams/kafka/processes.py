"""What a process id stands for, on Linux and macOS."""

import subprocess
from pathlib import Path


def command_of(pid: int) -> str:
    """Return the command line of a process; empty when there is none or it only waits to be reaped.

    A pid is reused: whoever kills one looks here first whether it still is what it was.
    """
    linux = Path(f"/proc/{pid}/cmdline")
    if linux.parent.parent.joinpath("self").exists():
        try:
            return linux.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    shown = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip()
