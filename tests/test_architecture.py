"""The table of the architecture: who may import whom, and how long things may be."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "moosegui"

# Layer: what it may import of the package. A new module of the top level belongs to the paths,
# between files and screen, unless its name begins with `cli`.
NOUNS = {"foundation", "data"}
PATHS = NOUNS | {"fit", "files", "paths"}
MAY_IMPORT = {
    "foundation": {"foundation"},
    "data": NOUNS,
    "fit": NOUNS | {"fit"},
    "files": NOUNS | {"files"},
    "paths": PATHS,
    "gui": PATHS | {"gui"},
    "cli": PATHS | {"cli"},
}
FOUNDATION = {"moosegui", "errors", "config", "memory"}
THIRD_PARTY = {
    "foundation": set[str](),
    "data": {"numpy"},
    "fit": {"numpy", "scipy", "numba", "llvmlite", "ducc0"},  # llvmlite is the lower half of numba
    "files": {"numpy", "scipy", "astropy", "h5py"},
}
SCREEN_LIBRARIES = {"PyQt6", "pyqtgraph"}

# Of gui/: those who know the session or the jobs. Everything else is told, and emits signals.
WIRING = {"app", "main_window", "projection", "session", "scanner", "screen_redshift"}
WIRING |= {
    "exporter",
    "refiner",
    "live_scan",
    "blend_review",
    "screener",
    "control",
    "known_session",
}  # and every *_control and *_projection
SHARED_STATE = {"session", "known_session", "jobs", "scanner", "app", "main_window", "projection"}
VIEW_NAMES = {
    "basis_view",
    "source_table",
    "solution_list",
    "notices",
    "status_line",
    "key_help",
    "line_strip",
}

MAX_LINES, MAX_FUNCTION_LINES, MAX_POSITIONAL = 400, 50, 5
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, and whether importing the importer imports it at once."""

    name: str
    is_lazy: bool


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {
    module_name(path): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
}
SOURCES = sorted([*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")])


def imports_of(module: str) -> list[Import]:
    """Every module that a module imports; `from package import module` counts as that module."""
    tree = TREES[module]
    functions = [node for node in ast.walk(tree) if isinstance(node, FunctionNode)]
    lazy = {id(inner) for function in functions for inner in ast.walk(function)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in TREES else str(node.module) for name in whole]
        else:
            continue
        found += [Import(name, id(node) in lazy) for name in names]
    return found


def layer_of(module: str) -> str:
    parts = module.split(".")
    if parts[-1] == "__main__":
        return "cli"
    name = parts[1] if len(parts) > 1 else parts[0]
    if name in FOUNDATION:
        return "foundation"
    if name in MAY_IMPORT:
        return name
    return "cli" if name.startswith("cli") else "paths"


def own_imports(module: str) -> list[Import]:
    return [i for i in imports_of(module) if i.name.split(".")[0] == "moosegui"]


def gui_imports(module: str) -> set[str]:
    """Names of the modules of gui/ that a module imports."""
    return {i.name.split(".")[2] for i in own_imports(module) if i.name.startswith("moosegui.gui.")}


def is_view(name: str) -> bool:
    return name.endswith(("_plot", "_panel")) or name in VIEW_NAMES


GUI = [module for module in TREES if layer_of(module) == "gui" and module != "moosegui.gui"]
VIEWS = [module for module in GUI if is_view(module.split(".")[-1])]


@pytest.mark.parametrize("module", TREES)
def test_that_imports_go_one_way(module: str) -> None:
    allowed = MAY_IMPORT[layer_of(module)]

    wrong = [
        i.name
        for i in own_imports(module)
        if layer_of(i.name) not in allowed
        and not (layer_of(module) == "cli" and layer_of(i.name) == "gui" and i.is_lazy)
    ]

    assert wrong == []


@pytest.mark.parametrize("module", TREES)
def test_that_only_the_screen_knows_qt(module: str) -> None:
    libraries = {i.name.split(".")[0] for i in imports_of(module)}

    assert layer_of(module) == "gui" or not libraries & SCREEN_LIBRARIES


@pytest.mark.parametrize("module", [m for m in TREES if layer_of(m) in THIRD_PARTY])
def test_that_a_layer_needs_only_its_libraries(module: str) -> None:
    libraries = {i.name.split(".")[0] for i in imports_of(module)} - {"moosegui"}

    assert libraries - sys.stdlib_module_names <= THIRD_PARTY[layer_of(module)]


@pytest.mark.parametrize("module", GUI)
def test_that_only_the_wiring_knows_the_session_and_its_jobs(module: str) -> None:
    known = gui_imports(module) & SHARED_STATE

    name = module.split(".")[-1]
    assert name in WIRING or name.endswith(("_control", "_projection")) or known == set()


@pytest.mark.parametrize("module", VIEWS)
def test_that_views_do_not_know_each_other(module: str) -> None:
    assert [name for name in gui_imports(module) if is_view(name)] == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_that_modules_are_short(path: Path) -> None:
    n_lines = path.read_text(encoding="utf-8").count("\n")

    assert n_lines <= MAX_LINES


def functions() -> list[tuple[str, FunctionNode]]:
    return [
        (f"{module}:{node.name}", node)
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, FunctionNode)
    ]


def length(node: FunctionNode) -> int:
    """Lines of a function from its `def`, without its docstring."""
    docstring = 0
    if ast.get_docstring(node) is not None:
        docstring = (node.body[0].end_lineno or 0) - node.body[0].lineno + 1
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


def test_that_functions_are_short() -> None:
    long = {name: length(node) for name, node in functions() if length(node) > MAX_FUNCTION_LINES}

    assert long == {}


def test_that_functions_have_few_positional_parameters() -> None:
    def n_positional(node: FunctionNode) -> int:
        names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
        return len([name for name in names if name not in ("self", "cls")])

    wide = [
        name
        for name, node in functions()
        if n_positional(node) > MAX_POSITIONAL and "njit" not in ast.unparse(node).split("def ")[0]
    ]

    assert wide == []


def test_that_there_is_no_drawer_for_everything() -> None:
    names = {name.split(".")[-1] for name in TREES}

    assert not names & {"utils", "util", "helpers", "misc", "common"}
