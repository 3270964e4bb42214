"""The rules of docs/architecture.md, read from the code, each shown to catch who breaks it."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.reading import ROOT, Code, below, dotted, reached, read, root, within

CODE = read()
Rule = Callable[[Code], Iterator[str]]
RULES: list[Rule] = []

# What may be imported where, and nowhere else in the two packages.
ONLY_IN = {
    "faust": ("streams.runners.faust_worker",),
    "mode": ("streams.runners.faust_worker",),
    "kafka": ("streams.kafka",),
    "aiokafka": ("streams.kafka",),
    "docker": ("streams.kafka.docker_broker",),
    "sqlite3": ("streams.store",),
    "psycopg": ("streams.store",),
    "recordlinkage": ("linkage.training.material", "linkage.quality"),
    "opendp": ("linkage.privacy.budget.mechanisms",),
    "matplotlib": (
        "streams.synthetic.calibration.figures",
        "streams.quality.figures",
        "streams.reproducing.figures",
        "streams.risk.figures",
        "streams.experiments.figures",
        "streams.frontier.figures",
    ),
}
# Modules of the standard library without clock, network, environment or chance.
PURE = (
    *("abc", "bisect", "collections", "contextlib", "dataclasses", "decimal", "enum", "functools"),
    *("hashlib", "heapq", "importlib", "itertools", "json", "math", "operator", "pathlib", "re"),
    *("statistics", "string", "struct", "sys", "tomllib", "types", "typing", "unicodedata", "zlib"),
)
NUMERIC = ("msgspec", "numpy", "opendp", "pandas", "rapidfuzz", "recordlinkage", "scipy")
BLIND = ("streams.stages", "streams.runners", "streams.board", "streams.dashboard", "streams.kafka")
TRUTH = ("streams.synthetic.truth", "streams.synthetic.world")
# Who measures knows not who defends, attacks or uses; who does knows the kind, and no one by name.
STRANGERS = {
    "linkage.privacy.metrics": (
        *("linkage.privacy.defences", "linkage.privacy.defence"),
        *("linkage.privacy.attacks", "linkage.privacy.attack"),
        *("linkage.privacy.uses", "linkage.privacy.use"),
    ),
    "linkage.privacy.attacks": ("linkage.privacy.defences", "linkage.privacy.uses"),
    "linkage.privacy.uses": ("linkage.privacy.defences", "linkage.privacy.attacks"),
    "linkage.privacy.defences": ("linkage.privacy.attacks", "linkage.privacy.uses"),
}
SETTINGS = "streams.settings"
LONGEST = 300
SUFFIXES = {".py", ".js", ".css", ".html", ".yaml", ".toml"}
FOLDERS = ("linkage", "streams", "bench", "tests", "deploy", ".ci")


def rule(function: Rule) -> Rule:
    RULES.append(function)
    return function


@rule
def linkage_stands_alone(code: Code) -> Iterator[str]:
    """streams -> linkage.privacy -> linkage -> standard library and numeric libraries."""
    for module in below(code, "linkage"):
        private = within(module.name, "linkage.privacy")
        for name in sorted(module.imports):
            if within(name, "linkage"):
                if within(name, "linkage.privacy") and not private:
                    yield f"{module.name} imports {name}: linkage does not know its privacy part"
            elif not within(name, *PURE, *NUMERIC):
                yield f"{module.name} imports {name!r}, which is neither pure nor numeric"


@rule
def the_packages_know_no_tests(code: Code) -> Iterator[str]:
    for module in below(code, "linkage", "streams"):
        for name in sorted(module.imports):
            if within(name, "tests", "bench", "pytest", "hypothesis"):
                yield f"{module.name} imports {name}"


@rule
def each_library_has_its_place(code: Code) -> Iterator[str]:
    for module in below(code, "linkage", "streams"):
        for library, places in ONLY_IN.items():
            if not within(module.name, *places) and any(within(n, library) for n in module.imports):
                yield f"{module.name} imports {library}; only {', '.join(places)} may"


@rule
def only_settings_read_the_environment(code: Code) -> Iterator[str]:
    for module in below(code, "linkage", "streams"):
        if module.name == SETTINGS:
            continue
        for name in module.names | module.imports:
            if within(name, "os.environ", "os.environb", "os.getenv", "os.getenvb"):
                yield f"{module.name} uses {name}; {SETTINGS} reads the environment"
        for name, call in module.calls:
            if any(keyword.arg == "envvar" for keyword in call.keywords):
                yield f"{module.name}:{call.lineno}: envvar= belongs into {SETTINGS}"
            # The Docker client finds its engine as the docker command does.
            if name.endswith(".from_env") and module.name != "streams.kafka.docker_broker":
                yield f"{module.name}:{call.lineno}: {name} reads the environment"


@rule
def nothing_that_runs_the_stages_reaches_the_truth(code: Code) -> Iterator[str]:
    for module in below(code, *BLIND):
        found = reached(code, module.name)
        for secret in TRUTH:
            if secret in found:
                yield f"{module.name} reaches {secret} through {found[secret]}"
        for name, _ in module.calls:
            if name.endswith((".truth", ".ground_truth", ".actors")):
                yield f"{module.name} calls {name}()"


@rule
def stages_know_no_runner(code: Code) -> Iterator[str]:
    outside = ("runners", "kafka", "dashboard", "settings", "plan", "board", "cli", "commands")
    for module in below(code, "streams.stages", "streams.stage"):
        for name, by in reached(code, module.name).items():
            if within(name, *(f"streams.{part}" for part in outside)):
                yield f"{module.name} reaches {name} through {by}"


@rule
def runners_know_not_each_other(code: Code) -> Iterator[str]:
    pair = ("streams.runners.embedded", "streams.runners.faust_worker")
    for one, other in (pair, pair[::-1]):
        for module in below(code, one):
            if other in reached(code, module.name):
                yield f"{module.name} reaches {other}"


@rule
def plugins_know_not_each_other(code: Code) -> Iterator[str]:
    """No source imports another source, and so on; who measures knows not who defends."""
    catalogues = (
        *("streams.sources", "streams.scenarios", "streams.published"),
        "linkage.comparisons",
    )
    private = (
        "linkage.privacy.metrics",
        "linkage.privacy.adversaries",
        "linkage.privacy.defences",
        "linkage.privacy.attacks",
        "linkage.privacy.uses",
        "linkage.privacy.budget.queries",
    )
    for folder in (*catalogues, *private):
        for module in below(code, folder):
            others = [n for n in module.imports if within(n, folder)]
            if others and module.name != folder:
                yield f"{module.name} imports {others[0]}"
    for folder, strangers in STRANGERS.items():
        for module in below(code, folder):
            for name in reached(code, module.name):
                if within(name, *strangers):
                    yield f"{module.name} reaches {name}, which is not known in {folder}"


@rule
def linkage_draws_nothing_unseeded(code: Code) -> Iterator[str]:
    """Chance and time are arguments; the salted hash() differs from process to process."""
    for module in below(code, "linkage"):
        for name in module.names:
            if within(name, "numpy.random") and name[13:] not in _SEEDED:
                yield f"{module.name} uses {name}, which hides its seed"
        for name, call in module.calls:
            where = f"{module.name}:{call.lineno}: {name}"
            if within(name, "numpy.random") and not (call.args or call.keywords):
                yield f"{where} without a seed"
            elif name in ("hash", "id"):
                yield f"{where}() differs between processes; use hashlib"
            elif name.rpartition(".")[2] in _CLOCKS:
                yield f"{where} reads the clock"


_SEEDED = ("", "default_rng", "Generator", "PCG64", "Philox", "SeedSequence")
_CLOCKS = ("now", "utcnow", "today", "monotonic", "perf_counter", "time_ns")


@rule
def nothing_is_left_undone(code: Code) -> Iterator[str]:
    for module in code.values():
        if found := _MARKS.search(module.text):
            yield f"{module.name}: {found[0]}"
        for node in ast.walk(module.tree):
            if _is_stub(node):
                yield f"{module.name}:{node.lineno}: a stub"
        if within(module.name, "tests") and (skips := module.names & _SKIPS):
            yield f"{module.name}: {min(skips)}; where it cannot run it fails"


_MARKS = re.compile(r"\b(TO[D]O|FIX[M]E|XX[X])\b")
_SKIPS = {f"pytest.{n}" for n in ("skip", "importorskip", "mark.skip", "mark.skipif", "mark.xfail")}


def _is_stub(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return isinstance(node.test, ast.Constant) and not node.test.value
    if isinstance(node, ast.Raise) and node.exc is not None:
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        return dotted(raised) == "NotImplementedError"
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and node.value.value is Ellipsis
    )


@rule
def importing_does_nothing(code: Code) -> Iterator[str]:
    """At the top of a module stand definitions, and values that are worked out from constants."""
    for module in below(code, "linkage", "streams", "bench"):
        own = {t.id for s in module.tree.body for t in ast.walk(s) if _binds(t)}
        for statement in module.tree.body:
            if not _is_definition(statement, own):
                yield f"{module.name}:{statement.lineno}: done when imported"
            elif isinstance(statement, _ASSIGNS) and statement.value is not None:
                for call in (n for n in ast.walk(statement.value) if isinstance(n, ast.Call)):
                    name = module.resolve(dotted(call.func))
                    if _EFFECTS.match(name.rpartition(".")[2]) or within(name, *_OUTSIDE):
                        yield f"{module.name}:{call.lineno}: {name} is called when imported"


_EFFECTS = re.compile(
    r"(open|print|input|exec|eval|getenv|connect|run|now|today|default_rng|__import__|"
    r"import_module|read_text|read_bytes|write_\w+|mkdir|unlink|load\w*|Popen|start|sleep)\Z"
)
_ASSIGNS = (ast.Assign, ast.AnnAssign, ast.AugAssign)
_OUTSIDE = ("os", "socket", "subprocess", "threading", "time", "random", "logging", "shutil")


def _binds(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _is_definition(statement: ast.stmt, own: set[str]) -> bool:
    if isinstance(statement, ast.Expr):
        # A docstring, or a step in building a value of the module's own, such as its command.
        call = statement.value
        return isinstance(call, ast.Constant) or (isinstance(call, ast.Call) and root(call) in own)
    if isinstance(statement, ast.If):
        name = ast.unparse(statement.test)
        return name in ("TYPE_CHECKING", "__name__ == '__main__'")
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return isinstance(statement, (*kinds, *_ASSIGNS))


def too_long(root: Path) -> list[str]:
    """Return the files of code that are longer than a file may be."""
    files = [p for folder in FOLDERS for p in (root / folder).rglob("*") if p.suffix in SUFFIXES]
    lengths = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in files}
    return [f"{p.relative_to(root)}: {n} lines" for p, n in lengths.items() if n > LONGEST]


@pytest.mark.parametrize("check", RULES, ids=[check.__name__ for check in RULES])
def test_the_code_keeps_it(check: Rule) -> None:
    assert list(check(CODE)) == []


def test_no_file_is_too_long(tmp_path: Path) -> None:
    assert too_long(ROOT) == []
    (tmp_path / "streams").mkdir()
    (tmp_path / "streams" / "short.py").write_text("x = 1\n" * LONGEST)
    (tmp_path / "streams" / "long.py").write_text("x = 1\n" * (LONGEST + 1))
    assert too_long(tmp_path) == ["streams/long.py: 301 lines"]
