"""--figures: a folder to draw to, looked at before the long run."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import typer


def prepare(folder: Path, names: Sequence[str], force: bool) -> None:
    """Make the folder; BadParameter if figures cannot be drawn, or not without --force."""
    try:
        import_module("streams.synthetic.calibration.figures")  # before the long run
    except ModuleNotFoundError:
        raise typer.BadParameter(
            "drawing needs matplotlib, which is not installed: pip install 'joinlens[figures]'",
            param_hint="--figures",
        ) from None
    if folder.exists() and not folder.is_dir():
        raise typer.BadParameter(f"{folder} is a file; allowed: a folder", param_hint="--figures")
    there = [path for path in paths(folder, names) if path.exists()]
    if there and not force:
        raise typer.BadParameter(
            f"{there[0]} exists; --force draws over it", param_hint="--figures"
        )
    folder.mkdir(parents=True, exist_ok=True)


def paths(folder: Path, names: Sequence[str]) -> list[Path]:
    """Return the files of some figures."""
    return [folder / f"{name}.png" for name in names]
