"""The package as the test of the architecture reads it: modules, folders and imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "moosegui"

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, and whether importing the importer leaves it for later."""

    name: str
    is_lazy: bool


def module_name(path: Path, root: Path = ROOT) -> str:
    """Return the dotted name of a file below `root`."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def read_trees(root: Path = ROOT) -> dict[str, ast.Module]:
    """Return the syntax tree of every module of the package below `root`, by dotted name."""
    return {
        module_name(path, root): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((root / PACKAGE).rglob("*.py"))
    }


def folder_of(module: str, folders: Iterable[str]) -> str:
    """Return the dotted name of the folder of a module; a package lies in itself."""
    return module if module in folders else module.rpartition(".")[0]


def functions_of(tree: ast.AST) -> Iterator[FunctionNode]:
    """Yield every function and method of a module."""
    return (node for node in ast.walk(tree) if isinstance(node, FunctionNode))


def imports_of(module: str, trees: Mapping[str, ast.Module]) -> list[Import]:
    """Return what a module imports: at the top, in functions, for types, and by `importlib`.

    `from package import name` counts as the module `package.name` if there is one. A name given to
    `import_module` as an f-string counts as every module of the package that it can name.
    """
    tree = trees[module]
    lazy = {id(inner) for later in _run_later(tree) for inner in ast.walk(later)}
    return [
        Import(name, id(node) in lazy)
        for node in ast.walk(tree)
        for name in _names(node, module, trees)
    ]


def _run_later(tree: ast.Module) -> list[ast.AST]:
    """Return what the import of a module does not run: functions, and what is for types only."""
    typing = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    return [*functions_of(tree), *typing]


def _names(node: ast.AST, module: str, trees: Mapping[str, ast.Module]) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, f"{module} has a relative import"
        whole = [f"{node.module}.{alias.name}" for alias in node.names]
        return [name if name in trees else str(node.module) for name in whole]
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
        return _called_names(node.args[0], module, trees)
    return []


def _called_names(argument: ast.expr, module: str, trees: Mapping[str, ast.Module]) -> list[str]:
    if isinstance(argument, ast.Constant):
        return [str(argument.value)]
    assert isinstance(argument, ast.JoinedStr), f"{module} hides what it imports: give a literal"
    pattern = "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+"
        for part in argument.values
    )
    return [name for name in trees if re.fullmatch(pattern, name)]


def cycles_of(graph: Mapping[str, set[str]]) -> list[list[str]]:
    """Return the cycles of a graph: the strongly connected groups of more than one (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(graph.get(node, ())):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            start = stack.index(node)
            group = sorted(stack[start:])
            del stack[start:]
            if len(group) > 1:
                found.append(group)

    for node in graph:
        if node not in index:
            visit(node)
    return found


def length(node: FunctionNode) -> int:
    """Return the lines of a function from its `def`, without its docstring."""
    docstring = 0
    if ast.get_docstring(node) is not None:
        docstring = (node.body[0].end_lineno or 0) - node.body[0].lineno + 1
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


def decorators_of(node: FunctionNode) -> set[str]:
    """Return the last names of the decorators: `njit` of `@numba.njit(cache=True)`."""
    texts = (ast.unparse(decorator).split("(")[0] for decorator in node.decorator_list)
    return {text.split(".")[-1] for text in texts}


def n_positional(node: FunctionNode) -> int:
    """Return how many arguments a function takes by position, `self` and `cls` aside."""
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    return len([name for name in names if name not in ("self", "cls")])


def public_methods(node: ast.ClassDef) -> list[str]:
    """Return the names of the methods that a class offers; overrides of Qt and properties aside."""
    return [
        inner.name
        for inner in node.body
        if isinstance(inner, FunctionNode)
        and not inner.name.startswith("_")
        and not decorators_of(inner) & {"override", "property", "cached_property", "setter"}
    ]


def parts_reached(tree: ast.AST) -> list[str]:
    """Return the parts of a session that a module reaches into: `live` of `session.live.ask()`.

    To connect a signal of the session itself is no reach.
    """
    return [
        node.value.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr not in ("connect", "disconnect", "emit")
        and isinstance(node.value, ast.Attribute)
        and _is_session(node.value.value)
    ]


def _is_session(node: ast.expr) -> bool:
    return getattr(node, "attr", getattr(node, "id", "")) in ("session", "_session")


@cache
def package_trees() -> dict[str, ast.Module]:
    """Return the syntax trees of this repository, read once."""
    return read_trees()
