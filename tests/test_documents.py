"""What docstrings say and cite exists: parameters, types, sections, folders and files."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from source_tree import PACKAGE, ROOT, FunctionNode, package_trees

DOCUMENTS = sorted((ROOT / "docs").glob("*.md"))
READMES = sorted([ROOT / "README.md", *(ROOT / "resources").rglob("README.md")])
TREES = package_trees()
CITED = re.compile(
    r"docs/(\w+)\.md(?:\)?,?\s+(?:#\s*)?sections?\s+([\d.]+)[a-d]?(?:\s+and\s+([\d.]+))?)?"
)
SECTION = re.compile(r"^(\w[\w ]*)\n-+\n", re.MULTILINE)
TYPE = re.compile(r"\b[A-Z][a-z]+(?:[A-Z][a-z0-9]+)+\b")  # LineDetection, and no word of prose


def documented(tree: ast.Module) -> Iterator[tuple[ast.ClassDef | FunctionNode, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | FunctionNode) and (text := ast.get_docstring(node)):
            yield node, text


def sections(docstring: str) -> dict[str, str]:
    """Return the numpydoc sections of a docstring."""
    parts = SECTION.split(inspect.cleandoc(docstring))
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def parameters(docstring: str) -> list[str]:
    """Return the names that the section of the parameters describes."""
    lines = sections(docstring).get("Parameters", "").splitlines()
    heads = [line.split(" : ")[0] for line in lines if line and not line[0].isspace()]
    return [name.strip().lstrip("*") for head in heads for name in head.split(",")]


def accepted(node: ast.ClassDef | FunctionNode) -> set[str]:
    """Return what a function takes, or what makes an object of a class."""
    if isinstance(node, ast.ClassDef):
        fields = {
            item.target.id
            for item in node.body
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        }
        made = [i for i in node.body if isinstance(i, FunctionNode) and i.name == "__init__"]
        return fields.union(*(accepted(function) for function in made))
    arguments = node.args
    several = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *several]
    return {argument.arg for argument in named}


CLASSES = {
    node.name
    for tree in TREES.values()
    for node in ast.walk(tree)
    if isinstance(node, ast.ClassDef)
}


def named_in(tree: ast.Module) -> set[str]:
    """Return every name that a module spells outside its texts."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    aliases = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    return names | aliases


@pytest.mark.parametrize("module", TREES)
def test_that_documented_parameters_exist(module: str) -> None:
    missing = {
        f"{node.name}({name})"
        for node, text in documented(TREES[module])
        for name in parameters(text)
        if name not in accepted(node)
    }

    assert missing == set()


@pytest.mark.parametrize("module", TREES)
def test_that_documented_types_exist(module: str) -> None:
    known = CLASSES | named_in(TREES[module]) | set(dir(builtins))

    missing = {
        f"{node.name}: {name}"
        for node, text in documented(TREES[module])
        for part in sections(text).values()
        for name in TYPE.findall(part)
        if name not in known
    }

    assert missing == set()


@pytest.mark.parametrize("module", TREES)
def test_that_dotted_names_in_docstrings_exist(module: str) -> None:
    texts = [ast.get_docstring(TREES[module]) or "", *(t for _, t in documented(TREES[module]))]
    names = {name for text in texts for name in re.findall(rf"`({PACKAGE}(?:\.\w+)+)`", text)}

    assert {name for name in names if not is_defined(name)} == set()


def is_defined(name: str) -> bool:
    """Whether a dotted name leads to a module, or to what one of them defines."""
    module, rest = name, []
    while module and module not in TREES:
        module, _, last = module.rpartition(".")
        rest.insert(0, last)
    return not rest or (module != PACKAGE and rest[0] in defined_in(module))


def defined_in(module: str) -> set[str]:
    """Return the names of the functions, classes and constants of a module."""
    tree = TREES.get(module, ast.Module([], []))
    named = [node for node in tree.body if isinstance(node, ast.ClassDef | FunctionNode)]
    made = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    targets = [t for n in made for t in (n.targets if isinstance(n, ast.Assign) else [n.target])]
    constants = [target.id for target in targets if isinstance(target, ast.Name)]
    return {node.name for node in named}.union(constants)


def signals(node: ast.ClassDef) -> set[str]:
    """Return the public signals that a class defines."""
    made = [item for item in node.body if isinstance(item, ast.Assign)]
    targets = [
        target
        for item in made
        if isinstance(item.value, ast.Call) and ast.unparse(item.value.func) == "pyqtSignal"
        for target in item.targets
    ]
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    return {name for name in names if not name.startswith("_")}


@pytest.mark.parametrize("module", [m for m in TREES if m.startswith(f"{PACKAGE}.gui.")])
def test_that_the_signals_of_a_class_are_those_that_it_lists(module: str) -> None:
    classes = [n for n in ast.walk(TREES[module]) if isinstance(n, ast.ClassDef)]
    told = {
        node.name: set(
            re.findall(r"`(\w+)[(`]", (ast.get_docstring(node) or "").partition("Signal")[2])
        )
        for node in classes
    }

    public = {n.name: signals(n) for n in classes if signals(n) and not n.name.startswith("_")}
    assert {name: told[name] for name in public} == public


def numbers(document: str) -> set[str]:
    """Return the numbers of the sections of a document, and of the items of its lists."""
    text = (ROOT / "docs" / f"{document}.md").read_text(encoding="utf-8")
    found, section = set(), ""
    for line in text.splitlines():
        if heading := re.match(r"#+ ([\d.]+?)\.? ", line):
            section = heading[1]
            found.add(section)
        elif item := re.match(r"(\d+)\. ", line):
            found.add(f"{section}.{item[1]}")
    return found


@pytest.mark.parametrize("path", sorted((ROOT / PACKAGE).rglob("*.py")), ids=lambda path: path.stem)
def test_that_cited_sections_exist(path: Path) -> None:
    cited = [
        (document, number.rstrip("."))
        for document, *found in CITED.findall(path.read_text(encoding="utf-8"))
        for number in found
        if number
    ]

    assert [(d, n) for d, n in cited if n not in numbers(d)] == []


@pytest.mark.parametrize("path", [*DOCUMENTS, *READMES], ids=str)
def test_that_linked_files_exist(path: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8"))

    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", [*DOCUMENTS, *READMES], ids=str)
def test_that_named_modules_exist(path: Path) -> None:
    named = re.findall(r"`((?:[\w]+/)+\w+\.(?:py|md))`", path.read_text(encoding="utf-8"))

    places = (ROOT, ROOT / PACKAGE)
    assert [name for name in named if not any((place / name).exists() for place in places)] == []


def test_that_the_map_names_every_room() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")

    rooms = {path.parent.relative_to(ROOT / PACKAGE) for path in (ROOT / PACKAGE).rglob("*.py")}
    missing = {str(room) for room in rooms if room.parts and f"{room.as_posix()}/`" not in text}
    assert missing == set()
