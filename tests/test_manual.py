"""The manual has all that it is to explain, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from moosegui.cli.main import OTHERS
from moosegui.data.catalogue import FalseReason
from moosegui.files.scan import vetting_columns
from moosegui.files.scan.lines import line_columns
from moosegui.files.scan.summary import scan_columns
from moosegui.files.session.verdict_fields import verdict_columns
from moosegui.files.update.layout import column_names
from moosegui.preferences import PLACES

ROOT = Path(__file__).resolve().parents[1]
MANUAL = ROOT / "docs" / "manual"
PAGES = sorted(MANUAL.glob("*.md"))
COMMANDS = ("open", "demo", "start", *OTHERS)
LINK = re.compile(r"\]\(([^)]+)\)")


def text_of(name: str) -> str:
    return (MANUAL / name).read_text(encoding="utf-8")


def column_rows() -> set[str]:
    return set(re.findall(r"^\| `(\w+)` \|", text_of("columns.md"), re.MULTILINE))


def test_that_every_column_of_the_export_is_in_it() -> None:
    reconciled = {one.name for one in verdict_columns("reconciled")}

    assert {*column_names(), *reconciled, "READ_VI"} - column_rows() == set()


def test_that_every_column_of_a_scan_is_in_it() -> None:
    blends = {one.name for one in vetting_columns.COLUMNS}
    wanted = {one.name for one in scan_columns()} | blends | {"ID", "FILE", "REFZ", "FLAGS"}

    assert wanted - column_rows() == set()


def test_that_every_column_of_the_lines_is_in_it() -> None:
    assert {name for name, _ in line_columns()} - column_rows() == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_that_every_command_is_in_it(command: str) -> None:
    text = text_of("commands.md")

    assert f"| `moosegui {command}` |" in text
    assert f"\n## {command}\n" in text


def test_that_every_preference_is_in_it() -> None:
    text = text_of("settings.md")

    wanted = {f"[{table}] {key}".strip() if table else key for table, key in PLACES.values()}
    assert {name for name in wanted if f"`{name}`" not in text} == set()


def test_that_every_reason_of_a_false_source_is_in_it() -> None:
    text = text_of("false-sources.md")

    assert [r.value for r in FalseReason if f"| `X {r.key}` | {r.value}" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_that_links_lead_to_what_is_there(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))

    assert [link for link in links if not (MANUAL / link.split("#")[0]).is_file()] == []


def test_that_the_contents_name_every_page() -> None:
    named = set(LINK.findall(text_of("contents.md")))

    assert named == {page.name for page in PAGES} - {"contents.md"}


def test_that_commands_in_examples_exist() -> None:
    named = {
        command
        for page in PAGES
        for command in re.findall(
            r"(?:^|`)moosegui ([a-z][a-z-]+)\b", page.read_text(encoding="utf-8"), re.M
        )
    }

    assert named - set(COMMANDS) == set()
