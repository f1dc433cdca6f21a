"""Help is there at once: it says what a command takes, and does not load the screen."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

COMMANDS = ("open", "demo", "scan", "export", "lines", "train", "rank", "evaluate")
ASK_FOR_HELP = """
import contextlib, io, json, sys
from moosegui.cli.main import main

answers = {}
for command in json.loads(sys.argv[1]):
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        try:
            main([*command.split(), "--help"])
        except SystemExit as error:
            answers[command] = (error.code, text.getvalue())
screen = [name for name in sys.modules if name.split(".")[0] in ("PyQt6", "pyqtgraph")]
print(json.dumps([answers, screen]))
"""

ASK_FOR_MODULES = """
import json, sys
import moosegui.__main__
at_once = [name for name in sys.modules if name.startswith("moosegui.")]
from moosegui.cli.main import OTHERS, make_parser
make_parser("open").parse_args(["open", "catalogue.fits"])
others = {f"moosegui.cli.{module}" for module, _ in OTHERS.values()}
print(json.dumps([at_once, sorted(others & set(sys.modules))]))
"""


@pytest.fixture(scope="module")
def asked() -> tuple[dict[str, tuple[int, str]], list[str]]:
    """The exit status and text of every help, and the modules of the screen that were loaded."""
    arguments = [sys.executable, "-c", ASK_FOR_HELP, json.dumps(["", *COMMANDS])]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=120)
    answers, screen = json.loads(done.stdout)
    return answers, screen


def test_that_help_does_not_import_qt(asked: tuple[object, list[str]]) -> None:
    assert asked[1] == []


def test_that_the_help_names_every_command(
    asked: tuple[dict[str, tuple[int, str]], object],
) -> None:
    status, text = asked[0][""]

    assert status == 0
    assert [command for command in COMMANDS if f"  {command} " not in text] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_that_a_command_explains_itself(
    asked: tuple[dict[str, tuple[int, str]], object], command: str
) -> None:
    status, text = asked[0][command]

    assert status == 0
    assert text.startswith(f"usage: moosegui {command}")


def test_that_only_the_command_that_runs_is_imported() -> None:
    arguments = [sys.executable, "-c", ASK_FOR_MODULES]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=120)

    at_once, others = json.loads(done.stdout)

    assert "moosegui.cli.main" not in at_once  # processes that are spawned import `__main__`
    assert others == []
