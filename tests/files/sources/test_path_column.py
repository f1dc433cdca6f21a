"""A column of paths leads only to regular files under the folder of the catalogue."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from small_survey import write_spectra

from moosegui.files.sources.path_column import ELSEWHERE, named_files
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.spectra import list_headers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "survey"
    (place / "spectra").mkdir(parents=True)
    (place / "spectra" / "a.fits").write_bytes(b"x")
    (tmp_path / "secret.fits").write_bytes(b"x")
    os.mkfifo(place / "pipe.fits")
    (place / "out.fits").symlink_to(tmp_path / "secret.fits")
    (place / "in.fits").symlink_to(place / "spectra" / "a.fits")
    (place / "null.fits").symlink_to("/dev/null")
    (place / "away").symlink_to(tmp_path)
    return place


@pytest.mark.parametrize("name", ["spectra/a.fits", "in.fits", "./spectra/../spectra/a.fits"])
def test_that_a_file_inside_is_taken(folder: Path, name: str) -> None:
    (path,) = named_files(folder, [name], "FILE").paths

    assert path == str(folder / name)


@pytest.mark.parametrize(
    "name",
    [
        "/etc/shadow",
        "/dev/zero",
        "../secret.fits",
        "spectra/../../secret.fits",
        "out.fits",
        "away/secret.fits",
        "null.fits",
    ],
)
def test_that_a_path_that_leads_elsewhere_is_not_read(folder: Path, name: str) -> None:
    found = named_files(folder, [name], "FILE")

    assert found.paths == (None,)
    assert found.problems[0].endswith(ELSEWHERE)
    assert found.n_outside == 1


def test_that_a_folder_that_was_allowed_is_read(folder: Path, tmp_path: Path) -> None:
    names = ["../secret.fits", "out.fits", "/dev/zero"]

    asked = named_files(folder, names, "FILE").outside
    found = named_files(folder, names, "FILE", [tmp_path, Path("/dev")])

    assert asked == (Path("/dev"), tmp_path.resolve())
    assert found.paths == (f"{folder}/../secret.fits", f"{folder}/out.fits", None)
    assert "is no regular file" in found.problems[2]


@pytest.mark.parametrize("name", ["pipe.fits", "spectra", "absent.fits", "", "a\0b.fits"])
def test_that_what_is_no_file_is_not_read(folder: Path, name: str) -> None:
    found = named_files(folder, [name], "FILE")

    assert found.paths == (None,)
    assert found.problems[0]
    assert found.n_outside == 0


def test_that_it_is_said_once_how_spectra_elsewhere_are_read(folder: Path) -> None:
    catalogue = folder / "cat.csv"
    catalogue.write_text("ID,FILE\n1,../secret.fits\n2,/etc/shadow\n3,spectra/a.fits\n")

    notices = open_source_list(catalogue).notices

    assert sum("--spectra" in notice for notice in notices if notice.startswith("2 spectra")) == 1


def test_that_a_name_that_is_no_utf8_spoils_only_itself(tmp_path: Path) -> None:
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/spec_\xff.fits")
    for path in (odd, tmp_path / "spec_1.fits"):
        Path(path).write_bytes(b"no spectrum")

    sources = list(open_source_list(tmp_path))

    assert len(sources) == 2
    for source in sources:
        source.key.encode("utf-8")
        source.problem.encode("utf-8")


@pytest.mark.parametrize("has_catalogue", [False, True])
def test_that_a_link_out_of_a_folder_of_spectra_is_followed_only_where_it_was_allowed(
    tmp_path: Path, has_catalogue: bool
) -> None:
    elsewhere = write_spectra(tmp_path / "elsewhere")
    first, second = sorted(elsewhere.glob("*.fits"))[:2]
    folder = tmp_path / "survey"
    folder.mkdir()
    shutil.copy(first, folder)
    (folder / second.name).symlink_to(second)
    listed = tmp_path / "cat.csv" if has_catalogue else folder
    if has_catalogue:
        ids = [header.source_id for header in list_headers(elsewhere)[:2]]
        listed.write_text("\n".join(["ID", *ids, ""]))
    spectra = folder if has_catalogue else None

    refused = open_source_list(listed, spectra)
    allowed = open_source_list(listed, spectra, roots=refused.outside)

    assert [bool(source.problem) for source in refused] == [False, True]
    assert "is a link out of its folder" in list(refused)[1].problem
    assert refused.outside == (elsewhere.resolve(),)
    assert [source.problem for source in allowed] == ["", ""]
    assert allowed.outside == ()
