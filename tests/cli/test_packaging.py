"""What is installed is complete: from a wheel and as a link to the checkout."""

from __future__ import annotations

import email
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RESOURCES = ROOT / "resources"
BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
LOOK = """
import json
from moosegui.config import DEFAULT_BASIS, resource
from moosegui.files.surveys.demo import DEMO_SURVEY

print(json.dumps([str(resource("basis", DEFAULT_BASIS)), str(resource("demo", DEMO_SURVEY))]))
"""


def run_python(*arguments: str, cwd: Path, path: Path | None = None) -> str:
    """Run Python away from the checkout, with `path` before everything that is installed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"  # what was unpacked stays as it was packed
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of a wheel, built without network and unpacked as an installer would."""
    pytest.importorskip("hatchling", reason="hatchling, which builds the wheel, is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    name = run_python("-c", BUILD, str(folder), cwd=ROOT).strip()
    with zipfile.ZipFile(folder / name) as wheel:
        wheel.extractall(folder / "unpacked")
    return folder / "unpacked"


def information(unpacked: Path) -> Path:
    (folder,) = unpacked.glob("moosegui-*.dist-info")
    return folder


def test_that_a_wheel_finds_its_resources(unpacked: Path, tmp_path: Path) -> None:
    found = [Path(p) for p in json.loads(run_python("-c", LOOK, cwd=tmp_path, path=unpacked))]

    assert all(path.is_file() and path.is_relative_to(unpacked) for path in found)


def test_that_an_editable_install_finds_its_resources(tmp_path: Path) -> None:
    found = [Path(p) for p in json.loads(run_python("-c", LOOK, cwd=tmp_path))]

    assert all(path.is_file() and path.is_relative_to(RESOURCES) for path in found)


def test_that_a_wheel_holds_every_resource(unpacked: Path) -> None:
    inside = unpacked / "moosegui" / "_resources"

    expected = {p.relative_to(RESOURCES): p.read_bytes() for p in RESOURCES.rglob("*.*")}
    packed = {p.relative_to(inside): p.read_bytes() for p in inside.rglob("*.*")}

    assert packed == expected


def test_that_a_wheel_holds_every_module_and_nothing_else(unpacked: Path) -> None:
    package = ROOT / "moosegui"

    expected = {p.relative_to(package) for p in package.rglob("*.py")}
    packed = {p.relative_to(unpacked / "moosegui") for p in unpacked.rglob("moosegui/**/*.*")}

    assert {path for path in packed if path.parts[0] not in ("_resources", "_manual")} == expected


def test_that_a_wheel_finds_and_holds_the_manual(unpacked: Path, tmp_path: Path) -> None:
    asked = "from moosegui.config import manual_folder; print(manual_folder())"
    found = Path(run_python("-c", asked, cwd=tmp_path, path=unpacked).strip())

    manual = ROOT / "docs" / "manual"
    assert found.is_relative_to(unpacked)
    assert {p.name: p.read_bytes() for p in found.iterdir()} == {
        p.name: p.read_bytes() for p in manual.iterdir()
    }


def test_that_a_wheel_holds_the_licence(unpacked: Path) -> None:
    licence = information(unpacked) / "licenses" / "LICENSE"

    assert licence.read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_that_a_wheel_names_its_licence_and_version(unpacked: Path) -> None:
    printed = run_python("-m", "moosegui", "--version", cwd=unpacked, path=unpacked)

    metadata = email.message_from_bytes((information(unpacked) / "METADATA").read_bytes())

    assert metadata["License-Expression"] == "GPL-3.0-or-later"
    assert printed.split() == ["moosegui", metadata["Version"]]


def test_that_a_wheel_installs_the_command(unpacked: Path) -> None:
    lines = (information(unpacked) / "entry_points.txt").read_text(encoding="utf-8").split("\n")

    assert lines[:2] == ["[console_scripts]", "moosegui = moosegui.__main__:run"]


def test_that_resources_are_small() -> None:
    size = sum(path.stat().st_size for path in (RESOURCES / "demo").iterdir())

    assert size <= 4_000_000
