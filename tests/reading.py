"""The project's code as data for the architecture tests: modules, what they import and call."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("linkage", "streams", "bench", "tests")


@dataclass(frozen=True)
class Module:
    """One file: its dotted name and its text."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def imports(self) -> frozenset[str]:
        """Every dotted name that is imported, `from a import b` as both `a` and `a.b`."""
        return frozenset(name for node in ast.walk(self.tree) for name in _imported(node, self))

    @cached_property
    def calls(self) -> tuple[tuple[str, ast.Call], ...]:
        """Every call with the dotted name it is made by, local names resolved to imported ones."""
        found = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]
        return tuple((self.resolve(dotted(call.func)), call) for call in found)

    @cached_property
    def names(self) -> frozenset[str]:
        """Every dotted name that is used anywhere, resolved."""
        nodes = (n for n in ast.walk(self.tree) if isinstance(n, ast.Attribute | ast.Name))
        return frozenset(self.resolve(dotted(node)) for node in nodes)

    def resolve(self, name: str) -> str:
        """Return a local name as what it was imported as: `np.random` is `numpy.random`."""
        head, dot, rest = name.partition(".")
        return self._aliases.get(head, head) + dot + rest

    @cached_property
    def _aliases(self) -> dict[str, str]:
        found = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {a.asname: a.name for a in node.names if a.asname}
            elif isinstance(node, ast.ImportFrom):
                base = _base(node, self)
                found |= {a.asname or a.name: f"{base}.{a.name}" for a in node.names}
        return found


Code = Mapping[str, Module]


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for such an expression; what is not a name in it is written `?`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return "?"


def root(node: ast.expr) -> str:
    """Return the name that an expression of calls and attributes starts from."""
    while isinstance(node, ast.Call | ast.Attribute):
        node = node.func if isinstance(node, ast.Call) else node.value
    return dotted(node)


def read(root: Path = ROOT) -> dict[str, Module]:
    """Return all modules of the project by dotted name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = Module(name, path.read_text(encoding="utf-8"))
    return found


def within(name: str, *roots: str) -> bool:
    """Return whether a dotted name is one of these or below one of them."""
    return any(name == root or name.startswith(f"{root}.") for root in roots)


def below(code: Code, *roots: str) -> Iterator[Module]:
    """Yield the modules that are one of these or below one of them."""
    return (module for name, module in code.items() if within(name, *roots))


def reached(code: Code, start: str) -> dict[str, str]:
    """Return every project module that importing `start` reaches, with who imports it."""
    found, waiting = {start: start}, [start]
    while waiting:
        here = waiting.pop()
        for name in code[here].imports:
            if name in code and name not in found:
                found[name] = here
                waiting.append(name)
    return found


def _imported(node: ast.AST, module: Module) -> Iterable[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = _base(node, module)
        return [base, *(f"{base}.{alias.name}" for alias in node.names)]
    if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in _DYNAMIC:
        literal = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else ""
        return [str(literal)]
    return []


def _base(node: ast.ImportFrom, module: Module) -> str:
    if not node.level:
        return node.module or ""
    parent = module.name.split(".")[: -node.level]
    return ".".join([*parent, *([node.module] if node.module else [])])


_DYNAMIC = ("import_module", "__import__")
