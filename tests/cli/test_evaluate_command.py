from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table
from survey_file import make_table, write_survey

from moosegui.cli.main import EXIT_ERROR, main
from moosegui.data.catalogue import Source, SpectrumRef
from moosegui.data.results import ScanSummary
from moosegui.files.scan.table import write_scan_table
from moosegui.report import canvas

N_WRONG = 3
SECTIONS = (
    "Numbers",
    "Redshift against redshift",
    "Offset against relative depth and robustness",
    "Good Fraction in bins",
    "Relative depth for each ZCONF",
    "Completeness and purity",
    "Reliability of P(z)",
    "Confused lines",
    "Errors",
    "How this was made",
)


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    table = make_table(n=40)
    table["ZCONF"][-4:] = 0
    return write_survey(tmp_path / "truth.fits", table)


def write_scan(path: Path, table: Table, *, ids: list[str] | None = None) -> Path:
    """A scan of `make_table` that takes [O II] for Lyα in the first rows."""
    redshift = np.array(table["Z"], dtype=float) + 1e-4
    redshift[:N_WRONG] = (1 + redshift[:N_WRONG]) * 3728.48 / 1215.67 - 1
    rows = []
    for i, z in enumerate(redshift):
        source_id = str(table["ID"][i]) if ids is None else ids[i]
        spectrum = SpectrumRef(Path(f"spectrum_{i}.fits"))
        summary = ScanSummary(
            float(z), 2e-4, 0.01 + 0.02 * i, 0.2 * i, 1.0, probability=0.5 if i < 10 else 0.95
        )
        rows.append((Source(source_id, source_id, i, spectrum), summary))
    write_scan_table(path, rows, {"BASIS": "small", "RANK": "3"})
    return path


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return write_scan(tmp_path / "scan.fits", make_table(n=40))


def evaluate(scan: Path, truth: Path, *options: str) -> int:
    return main(["evaluate", str(scan), "--truth", str(truth), *options])


def test_that_the_numbers_are_printed_and_written(
    scan: Path, truth: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = evaluate(scan, truth, "--json", str(tmp_path / "numbers.json"))

    numbers = json.loads((tmp_path / "numbers.json").read_text(encoding="utf-8"))
    assert status == 0
    assert (numbers["overall"]["n_good"], numbers["overall"]["n"]) == (33, 36)
    assert numbers["mistakes"][0] == {"true_line": "OII3726", "taken_for": "LYA", "n": 3}
    assert re.search(r"ZCONF >= 1 +33 +36 +0\.9167", capsys.readouterr().out)


def test_that_probabilities_are_judged_by_what_came_true(
    scan: Path, truth: Path, tmp_path: Path
) -> None:
    evaluate(scan, truth, "--json", str(tmp_path / "numbers.json"))

    numbers = json.loads((tmp_path / "numbers.json").read_text(encoding="utf-8"))
    judged = [(b["stated"], b["found"]["n_good"], b["found"]["n"]) for b in numbers["reliability"]]
    assert judged == [(0.5, 7, 10), (pytest.approx(0.95), 26, 26)]


def test_that_the_page_has_every_section(scan: Path, truth: Path, tmp_path: Path) -> None:
    evaluate(scan, truth, "--report", str(tmp_path / "report"))

    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert tuple(re.findall("<h2>(.*?)</h2>", page)) == SECTIONS
    assert page.count("<svg") == 7


def test_that_the_page_needs_nothing_from_elsewhere(
    scan: Path, truth: Path, tmp_path: Path
) -> None:
    evaluate(scan, truth, "--report", str(tmp_path / "report"))

    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    targets = re.findall(r"(?:src|href|data)\s*=\s*[\"'](.*?)[\"']|url\((.*?)\)", page)
    assert targets
    assert all(target.startswith(("#", "data:")) for pair in targets for target in pair if target)
    assert not re.search(r"<script|<link|@import|<iframe", page)


def test_that_no_two_elements_of_the_page_share_an_identifier(
    scan: Path, truth: Path, tmp_path: Path
) -> None:
    evaluate(scan, truth, "--report", str(tmp_path / "report"))

    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    names = re.findall(r'\bid="(.*?)"', page)
    assert len(names) == len(set(names))
    assert set(re.findall(r'href="#(.*?)"|url\(#(.*?)\)', page)[0]) - {""} <= set(names)


def test_that_columns_of_other_names_are_found(tmp_path: Path) -> None:
    table = make_table(n=40)
    other = Table({"id": table["ID"], "z_true": table["Z"], "quality": table["ZCONF"]})
    other["class"] = table["KIND"]
    other.write(tmp_path / "truth.csv")
    scan = write_scan(tmp_path / "scan.csv", table)

    evaluate(scan, tmp_path / "truth.csv", "--json", str(tmp_path / "numbers.json"))

    numbers = json.loads((tmp_path / "numbers.json").read_text(encoding="utf-8"))
    assert {one["label"] for one in numbers["by_kind"]} == {"sf", "passive"}
    assert numbers["secure"]["n"] == 40


def test_that_columns_can_be_named(scan: Path, tmp_path: Path) -> None:
    table = make_table(n=40)
    odd = Table({"thing": table["ID"], "shift": table["Z"], "sure": table["ZCONF"]})
    odd.write(tmp_path / "truth.csv")

    status = evaluate(
        scan, tmp_path / "truth.csv", "--columns", "ID=thing", "Z=shift", "ZCONF=sure"
    )

    assert status == 0


def test_that_a_truth_without_confidences_counts_as_sure(
    scan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = make_table(n=40)
    Table({"ID": table["ID"], "Z": table["Z"]}).write(tmp_path / "truth.csv")

    evaluate(scan, tmp_path / "truth.csv")

    captured = capsys.readouterr()
    assert "counts as ZCONF 3" in captured.err
    assert re.search(r"ZCONF 3 +37 +40", captured.out)


def test_that_sources_match_in_any_order_and_with_leading_zeros(tmp_path: Path) -> None:
    table = make_table(n=40)
    scan = write_scan(tmp_path / "scan.csv", table, ids=[f"{i:05d}" for i in table["ID"]])
    table[::-1].write(tmp_path / "truth.csv")

    evaluate(scan, tmp_path / "truth.csv", "--json", str(tmp_path / "numbers.json"))

    numbers = json.loads((tmp_path / "numbers.json").read_text(encoding="utf-8"))
    assert numbers["overall"]["n_good"] == 37


def test_that_sources_match_by_their_files(tmp_path: Path) -> None:
    table = make_table(n=40)
    scan = write_scan(tmp_path / "scan.csv", table, ids=[f"name {i}" for i in table["ID"]])
    table["FILE"] = [f"elsewhere/spectrum_{i}.fits" for i in range(len(table))]
    table[::-1].write(tmp_path / "truth.csv")

    status = evaluate(scan, tmp_path / "truth.csv")

    assert status == 0


def test_that_sources_without_partner_are_counted(
    scan: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_table(n=40)[5:].write(tmp_path / "truth.csv")

    evaluate(scan, tmp_path / "truth.csv")

    assert "5 of 40 scanned sources are not in the truth" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("ID,Z,ZCONF\n901,0.5,3\n", [], "No ID of"),
        ("ID,MAG\n1,22\n", [], "no column of redshifts"),
        ("NAM,Z\nx,0.5\n", [], "no column of IDs"),
        ("ID,Z,ZCONF\n1,0.5,3\n", ["--columns", "Z=zz"], "no column zz"),
        ("ID,Z,ZCONF\n1,0.5,3\n", ["--columns", "COLOUR=Z"], "knows no COLOUR"),
        ("ID,Z,ZCONF\n1,0.5,0\n", [], "no redshift of ZCONF 1"),
        ("ID,Z,ZCONF\n1,0.5,3\n", ["--bins", "0"], "0 bins"),
    ],
)
def test_that_bad_input_is_answered_with_a_sentence(
    scan: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: str,
    options: list[str],
    said: str,
) -> None:
    (tmp_path / "truth.csv").write_text(content, encoding="utf-8")

    status = evaluate(scan, tmp_path / "truth.csv", *options)

    assert status == EXIT_ERROR
    assert said in capsys.readouterr().err


def test_that_a_missing_plotting_library_is_said_first(
    scan: Path,
    truth: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(canvas.importlib.util, "find_spec", lambda _name: None)

    status = evaluate(scan, truth, "--report", str(tmp_path / "report"))

    assert status == EXIT_ERROR
    assert "moosegui[report]" in capsys.readouterr().err


def test_that_another_basis_than_that_of_the_scan_is_refused(
    truth: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from synthetic import small_basis

    from moosegui.files.models.basis import write_basis

    write_basis(tmp_path / "basis.h5", [small_basis(3)])
    rows = [(Source(str(i), str(i), i), ScanSummary(0.5)) for i in range(1, 41)]
    write_scan_table(tmp_path / "scan.fits", rows, {"BASIS": "b", "BASISSHA": "0123", "RANK": "3"})

    status = evaluate(
        tmp_path / "scan.fits",
        truth,
        "--report",
        str(tmp_path / "report"),
        "--basis",
        str(tmp_path / "basis.h5"),
    )

    assert status == EXIT_ERROR
    assert "not the basis of the scan" in capsys.readouterr().err


def test_that_the_vectors_of_the_basis_are_drawn(scan: Path, truth: Path, tmp_path: Path) -> None:
    from synthetic import small_basis

    from moosegui.files.models.basis import write_basis

    write_basis(tmp_path / "basis.h5", [small_basis(3)])

    evaluate(scan, truth, "--report", str(tmp_path / "r"), "--basis", str(tmp_path / "basis.h5"))

    page = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert "<h2>The basis</h2>" in page
    assert "Hα" in page.split("<h2>The basis</h2>")[1].split("</section>")[0]
