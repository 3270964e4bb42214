"""A folder of one-file plug-ins becomes a read-only table.

Every public module of the folder exports one constant (``COMPARISON``, ``METRIC``, ``SOURCE`` ...)
whose ``name`` is the module's own name. Nothing registers itself: adding a file is all there is
to adding a plug-in.
"""

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TypeVar

from linkage.errors import CatalogueError

T = TypeVar("T")


def load_catalogue(package: str, folder: Path, constant: str, kind: type[T]) -> Mapping[str, T]:
    """Read every public module of a folder and return its plug-ins by name, sorted.

    `package` is the dotted name the modules are imported under, so that each is loaded once.
    Raises CatalogueError naming the file and the fix when the constant is missing, has the wrong
    type, or its `name` is not the file's.
    """
    table: dict[str, T] = {}
    for path in sorted(folder.glob("*.py")):
        if path.stem.startswith("_"):
            continue
        plugin = getattr(_module(f"{package}.{path.stem}", path), constant, None)
        if plugin is None:
            raise CatalogueError(f"{path}: exports no {constant}; add `{constant} = ...`")
        if not isinstance(plugin, kind):
            raise CatalogueError(
                f"{path}: {constant} is a {type(plugin).__name__}, needs a {kind.__name__}"
            )
        name = getattr(plugin, "name", None)
        if name != path.stem:
            raise CatalogueError(
                f"{path}: {constant}.name is {name!r}; rename it or the file so that both agree"
            )
        table[path.stem] = plugin
    return MappingProxyType(table)


def _module(name: str, path: Path) -> ModuleType:
    loaded = sys.modules.get(name)
    if loaded is not None and getattr(loaded, "__file__", None) == str(path):
        return loaded
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise CatalogueError(f"{path}: cannot be read as a Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
