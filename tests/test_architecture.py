"""The rules of the house, read off its folders: who may import whom, and how large things are."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from source_tree import (
    PACKAGE,
    ROOT,
    cycles_of,
    decorators_of,
    folder_of,
    functions_of,
    imports_of,
    length,
    n_positional,
    package_trees,
    parts_reached,
    public_methods,
    read_trees,
)

# Floor: what it may import of the package. The floor of a module is its first folder; a module of
# the root that needs only the root and the standard library is foundation, any other pipeline.
NOUNS = {"foundation", "data"}
BELOW = NOUNS | {"fit", "files", "pipeline", "report"}
MAY_IMPORT = {
    "foundation": {"foundation"},
    "data": NOUNS,
    "fit": NOUNS | {"fit"},
    "files": NOUNS | {"files"},
    "pipeline": BELOW - {"report"},
    "report": BELOW,
    "gui": BELOW | {"gui"},
    "cli": BELOW | {"cli"},  # and gui, in functions: the command line starts without Qt
}
THIRD_PARTY = {
    "foundation": {"astropy", "pyvo"},  # their SAMP client, in functions only
    "data": {"numpy"},
    # llvmlite is the lower half of numba; astropy has the stretches of images, in functions only
    "fit": {"numpy", "scipy", "numba", "llvmlite", "ducc0", "astropy"},
    "files": {"numpy", "scipy", "astropy", "h5py"},
    "pipeline": {"numpy", "threadpoolctl", "tomlkit"},
    "report": {"numpy", "matplotlib"},
    "gui": {"PyQt6", "pyqtgraph", "numpy", "scipy", "threadpoolctl", "typing_extensions"},
    "cli": {"numpy", "astropy", "tqdm"},
}
# Imported where they are used, if they are there
OPTIONAL = {"distributed", "mpdaf", "pyarrow", "pyplatefit", "pyvo"}

# The floors of the window; every other folder of gui/ is a feature, between them
FEATURE = 3
GUI_FLOORS = {"session": 0, "style": 1, "plots": 2, "keys": 2, "window": 4}

# Arrows of gui/ that point up or from one feature to another, on their way out: what is mended must
# be struck off here
ARROWS_TO_MEND: set[tuple[str, str]] = set()
# Places outside gui/session that call into a part of the session (`session.live.ask()`) instead of
# the session itself; to be lowered as they go, to 0. What it hands out as frozen values is none.
MAX_REACHES = 0
NOUNS_OF_SESSION = {"shown", "current", "engine", "conditions", "source_list"}

MAX_LINES, MAX_FUNCTION_LINES, MAX_POSITIONAL, MAX_METHODS = 400, 50, 5, 15
MAX_MODULES, MAX_ROOT_MODULES = 20, 8

TREES = package_trees()
FOLDERS = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / PACKAGE).rglob("*.py")}
IMPORTS = {module: imports_of(module, TREES) for module in TREES}
OWN = {
    module: {i.name for i in imports if i.name.split(".")[0] == PACKAGE and i.name != PACKAGE}
    for module, imports in IMPORTS.items()
}
SOURCES = sorted([*(ROOT / PACKAGE).rglob("*.py"), *(ROOT / "tests").rglob("*.py")])
GUI = [module for module in TREES if module.startswith(f"{PACKAGE}.gui.")]


def floor_of(module: str) -> str:
    parts = module.split(".")
    if parts[-1] == "__main__":
        return "cli"
    if len(parts) > 1 and f"{PACKAGE}.{parts[1]}" in FOLDERS:
        return parts[1]
    return "foundation" if is_foundation(module) else "pipeline"


def is_foundation(module: str) -> bool:
    own = OWN[module]
    return all(name.count(".") == 1 and name not in FOLDERS and is_foundation(name) for name in own)


def feature_of(module: str) -> str:
    return module.split(".")[2]


def gui_floor(folder: str) -> int:
    return GUI_FLOORS.get(folder, FEATURE)


def is_wrong_arrow(source: str, target: str) -> bool:
    """Whether a folder of gui/ may not import another: it lies above, or both are features."""
    above = gui_floor(target) > gui_floor(source)
    return above or (source != target and gui_floor(source) == gui_floor(target) == FEATURE)


def wrong_arrows() -> set[tuple[str, str]]:
    pairs = {
        (feature_of(module), feature_of(name))
        for module in GUI
        for name in OWN[module]
        if name.startswith(f"{PACKAGE}.gui.")
    }
    return {pair for pair in pairs if is_wrong_arrow(*pair)}


def needs_qt(module: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a module holds what changes on the screen: it or one it imports knows Qt."""
    if module in seen:
        return False
    if any(i.name.split(".")[0] == "PyQt6" for i in IMPORTS[module]):
        return True
    inside = [name for name in OWN[module] if name.startswith(f"{PACKAGE}.gui.")]
    return any(needs_qt(name, seen | {module}) for name in inside)


def is_wiring(module: str) -> bool:
    """Whether a module may know the session: a control, a projection, or the window itself."""
    classes = [node.name for node in TREES[module].body if isinstance(node, ast.ClassDef)]
    return (
        gui_floor(feature_of(module)) != FEATURE
        or module.endswith(("control", "projection"))
        or any(name.endswith("Control") for name in classes)
    )


VIEWS = [module for module in GUI if not is_wiring(module)]


@pytest.mark.parametrize("module", TREES)
def test_that_imports_go_one_way(module: str) -> None:
    floor = floor_of(module)

    wrong = [
        i.name
        for i in IMPORTS[module]
        if i.name in OWN[module]
        and floor_of(i.name) not in MAY_IMPORT[floor]
        and not (floor == "cli" and floor_of(i.name) == "gui" and i.is_lazy)
        and module != f"{PACKAGE}.__main__"
    ]

    assert wrong == []


@pytest.mark.parametrize("module", TREES)
def test_that_a_floor_needs_only_its_libraries(module: str) -> None:
    libraries = {i.name.split(".")[0] for i in IMPORTS[module]} - {PACKAGE}
    allowed = THIRD_PARTY[floor_of(module)] | OPTIONAL

    assert libraries - sys.stdlib_module_names <= allowed


@pytest.mark.parametrize("module", TREES)
def test_that_what_is_optional_is_imported_where_it_is_used(module: str) -> None:
    at_once = {i.name.split(".")[0] for i in IMPORTS[module] if not i.is_lazy}

    assert not at_once & OPTIONAL
    assert floor_of(module) != "foundation" or at_once - {PACKAGE} <= sys.stdlib_module_names


def test_that_no_modules_import_each_other_in_a_circle() -> None:
    assert cycles_of(OWN) == []


def test_that_no_folders_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = {}
    to_mend = {(f"{PACKAGE}.gui.{a}", f"{PACKAGE}.gui.{b}") for a, b in ARROWS_TO_MEND}
    for module, names in OWN.items():
        if module.count(".") > 1:  # the root is no room
            home = folder_of(module, FOLDERS)
            others = {folder_of(name, FOLDERS) for name in names if name.count(".") > 1}
            graph.setdefault(home, set()).update(o for o in others if (home, o) not in to_mend)

    assert cycles_of(graph) == []


def test_that_the_folders_of_the_window_import_one_way() -> None:
    assert wrong_arrows() - ARROWS_TO_MEND == set()


def test_that_every_arrow_to_mend_is_still_there() -> None:
    assert ARROWS_TO_MEND - wrong_arrows() == set()


def test_that_views_are_told_and_do_not_ask_the_session() -> None:
    asking = {
        module
        for module in VIEWS
        for name in OWN[module]
        if name.startswith(f"{PACKAGE}.gui.session") and needs_qt(name)
    }

    assert asking == set()


def test_that_nobody_reaches_through_the_session_more_than_before() -> None:
    reached = [
        part
        for module in GUI
        if feature_of(module) != "session"
        for part in parts_reached(TREES[module])
        if part not in NOUNS_OF_SESSION
    ]

    assert len(reached) <= MAX_REACHES


def test_that_a_circle_is_found_through_a_lazy_import_and_through_importlib(
    tmp_path: Path,
) -> None:
    folder = tmp_path / PACKAGE / "room"
    folder.mkdir(parents=True)
    (folder / "one.py").write_text(f"def f():\n    from {PACKAGE}.room import two\n")
    (folder / "two.py").write_text(
        f"import importlib\nimportlib.import_module('{PACKAGE}.room.three')"
    )
    (folder / "three.py").write_text(
        "from importlib import import_module\n"
        f"def f(x):\n    import_module(f'{PACKAGE}.room.{{x}}')\n"
    )
    trees = read_trees(tmp_path)

    graph = {module: {i.name for i in imports_of(module, trees)} for module in trees}

    assert cycles_of(graph) == [[f"{PACKAGE}.room.{name}" for name in ("one", "three", "two")]]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_that_modules_are_short(path: Path) -> None:
    n_lines = path.read_text(encoding="utf-8").count("\n")

    assert n_lines <= MAX_LINES


def test_that_functions_are_short() -> None:
    long = {
        f"{module}:{node.name}": length(node)
        for module, tree in TREES.items()
        for node in functions_of(tree)
        if length(node) > MAX_FUNCTION_LINES
    }

    assert long == {}


def test_that_functions_have_few_positional_parameters() -> None:
    wide = [
        f"{module}:{node.name}"
        for module, tree in TREES.items()
        for node in functions_of(tree)
        if n_positional(node) > MAX_POSITIONAL
        and not {"njit", "intrinsic"} & set(decorators_of(node))
    ]

    assert wide == []


def test_that_classes_offer_few_methods() -> None:
    wide = {
        f"{module}:{node.name}": len(public_methods(node))
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and len(public_methods(node)) > MAX_METHODS
    }

    assert wide == {}


@pytest.mark.parametrize("folder", sorted(FOLDERS))
def test_that_folders_hold_few_modules(folder: str) -> None:
    modules = [
        path for path in ROOT.joinpath(*folder.split(".")).glob("*.py") if path.stem != "__init__"
    ]

    assert len(modules) <= (MAX_ROOT_MODULES if folder == PACKAGE else MAX_MODULES)


def test_that_there_is_no_drawer_for_everything() -> None:
    names = {part for name in TREES for part in name.split(".")}

    assert not names & {"utils", "util", "helpers", "misc", "common"}


def test_that_the_tests_mirror_the_rooms() -> None:
    folders = {
        str(path.parent.relative_to(ROOT / "tests")) for path in (ROOT / "tests").rglob("test_*.py")
    }

    rooms = {str(Path(*folder.split(".")).relative_to(PACKAGE)) for folder in FOLDERS}
    assert folders - rooms == {"reliability"}  # of the whole: what must never be lost
