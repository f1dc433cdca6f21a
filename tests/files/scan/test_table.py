"""Tables of scans come back as they were written, and a scan resumes where it stopped."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from hypothesis import given
from hypothesis import strategies as st

from moosegui.data.catalogue import Source, SpectrumRef
from moosegui.data.results import ScanFlag, ScanSummary
from moosegui.errors import ExportError, InputError
from moosegui.files.scan.journal import ScanJournal
from moosegui.files.scan.table import read_scan_table, write_scan_table

FULL = ScanSummary(
    redshift=3.1234567890123,
    redshift_error=1.5e-4,
    relative_depth=0.25,
    robustness=math.inf,
    chi2=1.01,
    alternatives=tuple((0.1 * i, 0.01 * i, -3.0) for i in range(1, 8)),
    flags=ScanFlag.EDGE | ScanFlag.LOW_COVERAGE,
    engine_fingerprint="0123456789abcdef",
    probability=0.97,
    lines_redshift=0.4567,
    carrier="emission",
    p_galaxy=0.02,
    p_star=0.97,
    p_quasar=0.01,
    galaxy_redshift=0.4567,
    star_type="M",
    star_redshift=-1.1e-4,
    star_redshift_error=2e-5,
    quasar_redshift=2.3412,
    quasar_redshift_error=1e-3,
    cross_redshift=0.4571,
    cross_lead=3.2,
    redshift_error_below=1e-4,
    redshift_error_above=2e-4,
    systemic_redshift=0.4551,
    systemic_redshift_error=5e-4,
)
NOTHING = ScanSummary(flags=ScanFlag.NO_DATA)
ROWS = (
    (Source("a", "00012", 0, SpectrumRef(Path("spectra/é 12.fits"))), FULL),
    (Source("b", "NA", 1), NOTHING),
)
META = {"BASIS": "small", "SCANSHA": "0123456789abcdef", "WEIGHTS": "ivar"}
SETTINGS = {"basis": "0123", "zmax": "6.7"}


@pytest.fixture(params=[".fits", ".ecsv", ".csv", ".vot", ".parquet"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == ".parquet":
        pytest.importorskip("pyarrow")
    return tmp_path / f"scan{request.param}"


def test_that_a_row_comes_back(path: Path) -> None:
    write_scan_table(path, ROWS, META)

    row = read_scan_table(path)[0]

    assert (row.source_id, row.file) == ("00012", "spectra/é 12.fits")
    expected = replace(FULL, alternatives=(), engine_fingerprint="")
    assert replace(row.summary, alternatives=(), engine_fingerprint="") == expected


def test_that_five_alternatives_come_back(path: Path) -> None:
    write_scan_table(path, ROWS, META)

    alternatives = read_scan_table(path)[0].summary.alternatives

    assert [pair[:2] for pair in alternatives] == [pair[:2] for pair in FULL.alternatives[:5]]


def test_that_a_source_without_a_solution_has_undefined_values(path: Path) -> None:
    write_scan_table(path, ROWS, META)

    row = read_scan_table(path)[1]

    assert (row.source_id, row.file, row.summary.alternatives) == ("NA", "", ())
    assert math.isnan(row.summary.redshift)
    assert row.summary.flags == ScanFlag.NO_DATA


def test_that_a_table_from_before_the_probabilities_is_read(tmp_path: Path) -> None:
    path = tmp_path / "scan.ecsv"
    write_scan_table(path, ROWS, META)
    older = Table.read(path)
    older.remove_column("P_Z")
    older.write(path, overwrite=True)

    summary = read_scan_table(path)[0].summary

    assert math.isnan(summary.probability)
    assert summary.redshift == FULL.redshift


def test_that_a_scan_of_nothing_gets_a_sentence(path: Path) -> None:
    with pytest.raises(ExportError, match="no sources"):
        write_scan_table(path, [], META)

    assert not path.exists()


@pytest.mark.parametrize("suffix", [".fits", ".ecsv"])
def test_that_alternatives_are_vectors(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"scan{suffix}"

    write_scan_table(path, ROWS, META)

    table = Table.read(path)
    names = (
        "ID, FILE, Z_AUTO, Z_ERR, Z_ERR_LO, Z_ERR_HI, Z_SYS, Z_SYS_ERR, DCHI2, R, P_Z, Z_ALT, "
        "DCHI2_ALT, CHI2, Z_LINES, Z_XCOR, R_XCOR"
    )
    classes = "CLASS, P_GALAXY, P_STAR, P_QSO"
    others = "Z_GALAXY, STAR_TYPE, Z_STAR, Z_STAR_ERR, Z_QSO, Z_QSO_ERR"
    assert ", ".join(table.colnames) == f"{names}, {classes}, {others}, REFZ, FLAGS"
    assert table["CLASS"][0] == "STAR"
    assert table["Z_ALT"].shape == (2, 5)
    assert table.meta["BASIS"] == META["BASIS"]


def test_that_alternatives_are_flat_in_csv(tmp_path: Path) -> None:
    path = tmp_path / "scan.csv"

    write_scan_table(path, ROWS, META)

    header = path.read_text(encoding="utf-8").splitlines()[0]
    assert "R,P_Z,Z_ALT_1,Z_ALT_2,Z_ALT_3,Z_ALT_4,Z_ALT_5,DCHI2_ALT_1," in header


def test_that_a_fits_table_passes_verification(tmp_path: Path) -> None:
    path = tmp_path / "scan.fits"

    write_scan_table(path, ROWS, META)

    with fits.open(path) as hdus:
        hdus.verify("exception")
        assert hdus[1].header["TUCD3"] == "src.redshift"
        assert hdus[1].data["Z_ALT"][0][1] == pytest.approx(0.2)


def test_that_the_fingerprint_of_the_scan_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "scan.fits"

    write_scan_table(path, ROWS, META)

    assert read_scan_table(path)[0].summary.engine_fingerprint == META["SCANSHA"]


def test_that_a_table_is_replaced_whole(path: Path) -> None:
    write_scan_table(path, ROWS, META)
    write_scan_table(path, ROWS[:1], META)

    assert len(read_scan_table(path)) == 1
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_that_the_input_is_not_overwritten(path: Path) -> None:
    path.write_text("ID\n1\n")

    with pytest.raises(ExportError, match="overwrite its input"):
        write_scan_table(path, ROWS, META, source_path=path)

    assert path.read_text() == "ID\n1\n"


def test_that_an_unknown_ending_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="names a format"):
        write_scan_table(tmp_path / "scan.xlsx", ROWS, META)


def test_that_a_missing_folder_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no folder"):
        write_scan_table(tmp_path / "absent" / "scan.fits", ROWS, META)


def test_that_another_table_is_no_table_of_a_scan(tmp_path: Path) -> None:
    path = tmp_path / "cat.csv"
    path.write_text("ID,Z\n1,0.5\n")

    with pytest.raises(InputError, match="no table of a scan"):
        read_scan_table(path)


def test_that_a_damaged_table_gets_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "scan.csv"
    write_scan_table(path, ROWS, META)
    path.write_text(path.read_text(encoding="utf-8").replace("EDGE", "EGDE"), encoding="utf-8")

    with pytest.raises(InputError, match="no table of a scan"):
        read_scan_table(path)


def same(first: ScanSummary, second: ScanSummary) -> bool:
    """Whether two summaries agree, nan with nan."""
    return repr(first) == repr(second)


def test_that_a_scan_resumes_where_it_stopped(tmp_path: Path) -> None:
    with ScanJournal.open(tmp_path / "scan.fits", SETTINGS) as journal:
        journal.append("é", FULL)
        journal.append("b", NOTHING)

    with ScanJournal.open(tmp_path / "scan.fits", SETTINGS) as journal:
        done = dict(journal.done)

    assert list(done) == ["é", "b"]
    assert same(done["é"], FULL)
    assert same(done["b"], NOTHING)


def test_that_a_new_journal_is_empty(tmp_path: Path) -> None:
    with ScanJournal.open(tmp_path / "scan.fits", SETTINGS) as journal:
        assert journal.path.name == "scan.fits.part"
        assert not journal.done


def test_that_a_finished_scan_leaves_no_journal(tmp_path: Path) -> None:
    with ScanJournal.open(tmp_path / "scan.fits", SETTINGS) as journal:
        journal.append("a", FULL)
        journal.remove()

    assert list(tmp_path.iterdir()) == []


def test_that_results_are_on_disk_before_the_journal_is_closed(tmp_path: Path) -> None:
    with ScanJournal.open(tmp_path / "scan.fits", SETTINGS) as journal:
        journal.append("a", FULL)

        assert journal.path.read_bytes().count(b"\n") == 2


@given(cut=st.integers(0, 2000))
def test_that_a_journal_cut_anywhere_keeps_its_whole_lines(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    table = tmp_path_factory.mktemp("scan") / "scan.fits"
    with ScanJournal.open(table, SETTINGS) as journal:
        for key in "abc":
            journal.append(key, FULL)
    content = journal.path.read_bytes()[: cut % 1500]
    journal.path.write_bytes(content)

    with ScanJournal.open(table, SETTINGS) as journal:
        n_kept = len(journal.done)
        journal.append("d", NOTHING)
    with ScanJournal.open(table, SETTINGS) as journal:
        keys = list(journal.done)

    assert n_kept == max(0, content.count(b"\n") - 1)
    assert keys == [*"abc"[:n_kept], "d"]


def test_that_a_journal_of_other_settings_is_refused(tmp_path: Path) -> None:
    ScanJournal.open(tmp_path / "scan.fits", SETTINGS).close()
    before = (tmp_path / "scan.fits.part").read_bytes()

    with pytest.raises(ExportError, match="with another zmax"):
        ScanJournal.open(tmp_path / "scan.fits", {**SETTINGS, "zmax": "3"})

    assert (tmp_path / "scan.fits.part").read_bytes() == before


def test_that_a_file_that_is_no_journal_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "scan.fits.part").write_text("mine\n")

    with pytest.raises(ExportError, match="not the journal"):
        ScanJournal.open(tmp_path / "scan.fits", SETTINGS)

    assert (tmp_path / "scan.fits.part").read_text() == "mine\n"


def test_that_a_journal_in_a_missing_folder_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be written"):
        ScanJournal.open(tmp_path / "absent" / "scan.fits", SETTINGS)


def test_that_a_big_table_keeps_its_order(tmp_path: Path) -> None:
    redshifts = np.random.default_rng(3).uniform(0, 6.7, 2000)
    rows = [(Source(str(i), str(i), i), ScanSummary(redshift=z)) for i, z in enumerate(redshifts)]

    write_scan_table(tmp_path / "scan.fits", rows, META)

    read = [row.summary.redshift for row in read_scan_table(tmp_path / "scan.fits")]
    assert read == list(redshifts)
