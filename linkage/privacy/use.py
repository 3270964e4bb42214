"""What a use is: what somebody wants published data for, and how much of it a defence leaves.

A use is the other side of an attack. It may publish as often as it likes too, and a scorer tells
how near it comes to what the holder's own data would have said.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from linkage.catalogue import load_catalogue
from linkage.privacy.attack import Publish
from linkage.privacy.defence import Form, Material

FOLDER = Path(__file__).parent / "uses"


@dataclass(frozen=True)
class Use:
    """A question that published data are to answer, and how well they still do.

    `kept(publish, material, seed)` is from 0 (nothing is left of it) to 1 (as without defence, or
    there was nothing to lose). `reads` are the forms of publication that it can be put to.
    """

    name: str
    question: str
    formula: str
    unit: str
    paper: str
    must_not_be_read_as: str
    reads: tuple[Form, ...]
    kept: Callable[[Publish, Material, int], float]


def load_uses(folder: Path = FOLDER, package: str = "linkage.privacy.uses") -> Mapping[str, Use]:
    """Return every use of the catalogue by name."""
    return load_catalogue(package, folder, "USE", Use)
