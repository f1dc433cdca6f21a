"""`moosegui lines` from end to end, on a small survey."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_survey import IDS, TRUTHS, write_catalogue
from synthetic import small_basis

from moosegui.cli.main import EXIT_ERROR, main
from moosegui.files.models.basis import write_basis
from moosegui.files.tables.read import read_table

COLUMNS = ["ID", "Z", "LINE", "WAVE_REST", "FAMILY", "FLUX", "FLUX_ERR", "SNR", "V", "V_ERR"]
COLUMNS += ["SIGMA", "SIGMA_ERR", "EW", "EW_ERR", "FLAGS"]


@pytest.fixture(scope="module")
def basis(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    path = tmp_path_factory.mktemp("basis") / "small.h5"
    write_basis(path, [small_basis(step=5e-5)])
    return ["--basis", str(path)]


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    """The small survey with its true redshifts in a column of an unusual name."""
    path = write_catalogue(tmp_path / "catalogue.csv")
    table = read_table(path)
    table["Z_MINE"] = TRUTHS
    table.write(path, overwrite=True)
    return path


def lines(catalogue: Path, output: Path, *options: str) -> int:
    return main(["lines", str(catalogue), "-o", str(output), *options])


@pytest.mark.parametrize("ending", ["fits", "ecsv", "csv", "vot"])
def test_that_every_format_holds_the_columns_in_order(
    catalogue: Path, basis: list[str], tmp_path: Path, ending: str
) -> None:
    output = tmp_path / f"lines.{ending}"

    status = lines(catalogue, output, "--redshifts", "Z_MINE", *basis)

    assert status == 0
    assert read_table(output).colnames == COLUMNS


def test_that_every_source_is_fitted_at_the_redshift_of_its_column(
    catalogue: Path, basis: list[str], tmp_path: Path
) -> None:
    output = tmp_path / "lines.fits"

    lines(catalogue, output, "--redshifts", "Z_MINE", *basis)

    table = read_table(output)
    fitted = {(str(row["ID"]).strip(), round(float(row["Z"]), 6)) for row in table}
    assert fitted == set(zip(IDS, TRUTHS, strict=True))


def test_that_the_lines_of_the_galaxies_are_found(
    catalogue: Path, basis: list[str], tmp_path: Path
) -> None:
    output = tmp_path / "lines.fits"

    lines(catalogue, output, "--redshifts", "Z_MINE", *basis)

    table = read_table(output)
    oiii = table[(np.char.strip(np.asarray(table["LINE"], str)) == "OIII5007")]
    assert len(oiii) == 1
    assert oiii["SNR"][0] > 10


def test_that_one_redshift_serves_all(catalogue: Path, basis: list[str], tmp_path: Path) -> None:
    output = tmp_path / "lines.fits"

    lines(catalogue, output, "--redshift", "0.31", *basis)

    assert set(np.asarray(read_table(output)["Z"])) == {0.31}


def test_that_a_damaged_spectrum_is_told_and_skipped(
    catalogue: Path, basis: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "spectra" / f"spectrum_{IDS[1]}.fits").write_bytes(b"not a spectrum")
    output = tmp_path / "lines.fits"

    status = lines(catalogue, output, "--redshifts", "Z_MINE", *basis)

    assert status == 0
    assert f"spectrum_{IDS[1]}.fits" in capsys.readouterr().err
    ids = {str(source_id).strip() for source_id in read_table(output)["ID"]}
    assert ids == set(IDS) - {IDS[1]}


def test_that_a_source_without_a_redshift_is_told(
    catalogue: Path, basis: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = read_table(catalogue)
    table["Z_MINE"][2] = np.nan
    table.write(catalogue, overwrite=True)

    lines(catalogue, tmp_path / "lines.fits", "--redshifts", "Z_MINE", *basis)

    assert f"Source {IDS[2]} has no redshift" in capsys.readouterr().err


@pytest.mark.parametrize(("column", "said"), [("Z_NONE", "no column Z_NONE"), ("FILE", "numbers")])
def test_that_a_column_without_redshifts_is_an_error(
    catalogue: Path,
    basis: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    column: str,
    said: str,
) -> None:
    status = lines(catalogue, tmp_path / "lines.fits", "--redshifts", column, *basis)

    assert status == EXIT_ERROR
    assert said in capsys.readouterr().err


def test_that_a_list_without_lines_writes_no_table(
    catalogue: Path, basis: list[str], tmp_path: Path
) -> None:
    output = tmp_path / "lines.fits"

    status = lines(catalogue, output, "--redshift", "40", *basis)

    assert status == EXIT_ERROR
    assert not output.exists()
