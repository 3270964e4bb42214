"""The environments that the peers live in, each made when first asked for."""

import subprocess
import sys
from pathlib import Path

from bench.harness import FOLDER

REQUIREMENTS = FOLDER / "peers" / "requirements.txt"
PLACE = FOLDER.parent / ".joinlens" / "bench-peers"


def peers_python(requirements: Path = REQUIREMENTS, place: Path = PLACE) -> str:
    """Return the Python that has what a requirements file lists; the first time takes minutes.

    By default Splink and recordlinkage. Made anew when the requirements change. Raises
    CalledProcessError when pip cannot get them.
    """
    wanted = requirements.read_text(encoding="utf-8")
    python, stamp = place / "bin" / "python", place / "made-of.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(place)], check=True)
        pip = [str(python), "-m", "pip", "install", "-q", "-r", str(requirements)]
        subprocess.run(pip, check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return str(python)
