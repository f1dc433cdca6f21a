"""Tables of one spectrum whose columns have names that nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table

from moosegui.cli.main import main
from moosegui.data.catalogue import ReadingChoice
from moosegui.data.medium import convert
from moosegui.errors import InputError, QuestionError
from moosegui.files.spectra import list_headers, read_spectrum
from moosegui.files.spectra.registry import holds_spectra, with_choice
from moosegui.pipeline.reading.questions import open_question

WAVE = np.linspace(4800.0, 9300.0, 200)
FLUX = 20.0 + np.random.default_rng(3).normal(size=200)
SIGMA = np.full(200, 1.5)
COLUMNS = {"X": WAVE, "Y": FLUX, "Y2": 2.0 * FLUX, "DY": SIGMA}
SAID = ReadingChoice(wave="x", flux="Y", error="DY as sigma")


def as_rows(path: Path) -> None:
    Table(COLUMNS).write(path, format="fits")


def as_cells(path: Path) -> None:
    Table({name: [values] for name, values in COLUMNS.items()}).write(path, format="fits")


def as_text(path: Path) -> None:
    Table(COLUMNS).write(path, format="ascii.csv")


def as_ecsv(path: Path) -> None:
    Table(COLUMNS).write(path, format="ascii.ecsv")


def as_votable(path: Path) -> None:
    Table(COLUMNS).write(path, format="votable")


def as_ipac(path: Path) -> None:
    Table(COLUMNS).write(path, format="ascii.ipac")


def as_machine_readable(path: Path) -> None:
    Table(COLUMNS).write(path, format="ascii.mrt")


DECLARED = [as_ecsv, as_votable, as_ipac, as_machine_readable]


@pytest.mark.parametrize("write", [as_rows, as_cells, as_text, *DECLARED])
def test_that_columns_are_what_the_user_says(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path / "s")
    (header,) = list_headers(tmp_path / "s")

    spectrum = read_spectrum(with_choice(header.ref, SAID))

    np.testing.assert_allclose(spectrum.wave, convert(WAVE, "air", "vacuum"), rtol=1e-9)
    np.testing.assert_allclose(spectrum.flux, FLUX, rtol=1e-9)
    np.testing.assert_allclose(spectrum.sigma, SIGMA, rtol=1e-9)
    assert spectrum.provenance.unused == ("Y2",)


@pytest.mark.parametrize("kind", ["ascii.ecsv", "votable", "ascii.ipac"])
def test_that_declared_catalogues_are_no_spectra(tmp_path: Path, kind: str) -> None:
    table = Table({"num": np.arange(200), "xpos": FLUX, "mag": FLUX, "name": ["a"] * 200})
    table.write(tmp_path / "cat", format=kind)

    assert not holds_spectra(tmp_path / "cat")


@pytest.mark.parametrize("write", DECLARED)
def test_that_a_declared_table_is_asked(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path / "s")

    question = open_question(list_headers(tmp_path / "s")[0].ref)

    assert question is not None
    assert (question.what, [r.option for r in question.readings]) == ("wave", ["X"])


@pytest.mark.parametrize(
    ("said", "what", "options"),
    [
        (ReadingChoice(), "wave", ("X",)),
        (ReadingChoice(wave="X"), "flux", ("Y", "Y2", "DY")),
    ],
)
def test_that_wavelengths_are_asked_then_fluxes(
    tmp_path: Path, said: ReadingChoice, what: str, options: tuple[str, ...]
) -> None:
    as_rows(tmp_path / "s.fits")
    ref = with_choice(list_headers(tmp_path / "s.fits")[0].ref, said)

    with pytest.raises(QuestionError, match=f"--{what} {options[0]}"):
        read_spectrum(ref)
    question = open_question(ref)

    assert question is not None
    assert question.what == what
    assert tuple(reading.option for reading in question.readings) == options
    assert all(reading.spectrum is not None for reading in question.readings)


def test_that_fluxes_alone_are_asked_where_wavelengths_have_a_name(tmp_path: Path) -> None:
    columns = {"wavelength": WAVE, "brightness": FLUX, "err": SIGMA}
    Table(columns).write(tmp_path / "s.fits")

    question = open_question(list_headers(tmp_path / "s.fits")[0].ref)

    assert question is not None
    assert (question.what, [r.option for r in question.readings]) == ("flux", ["brightness"])


@pytest.mark.parametrize(
    "columns",
    [
        {"num": np.arange(200), "xpos": FLUX, "mag": FLUX},
        {"ID": np.arange(200) + 100.0, "Y": FLUX},
        {"X": WAVE[:10], "Y": FLUX[:10]},
    ],
    ids=("row numbers", "IDs", "few rows"),
)
def test_that_catalogues_are_no_spectra(tmp_path: Path, columns: dict[str, np.ndarray]) -> None:
    Table(columns).write(tmp_path / "s.fits")

    assert not holds_spectra(tmp_path / "s.fits")


def test_that_a_column_that_is_not_there_is_asked_again(tmp_path: Path) -> None:
    as_rows(tmp_path / "s.fits")
    ref = with_choice(list_headers(tmp_path / "s.fits")[0].ref, ReadingChoice(wave="lam"))

    with pytest.raises(InputError, match="--wave X"):
        read_spectrum(ref)


def test_that_the_command_line_takes_the_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    as_text(tmp_path / "s.csv")

    assert main(["info", "--wave", "X", "--flux", "Y", str(tmp_path / "s.csv")]) == 0

    assert "column X (Angstrom)" in capsys.readouterr().out


def test_that_a_table_of_something_else_is_no_source_beside_spectra(tmp_path: Path) -> None:
    Table({"lbda": WAVE, "fwhm": SIGMA}).write(tmp_path / "lsf.fits")
    Table({"wave": WAVE, "flux": FLUX}).write(tmp_path / "s.fits")

    assert [header.source_id for header in list_headers(tmp_path)] == ["s"]


@pytest.mark.parametrize(
    ("power", "kind"), [(1, "sigma"), (2, "variance"), (-2, "inverse variance")]
)
def test_that_errors_without_a_name_are_asked_by_their_numbers(
    tmp_path: Path, power: int, kind: str
) -> None:
    sigma = np.linspace(0.5, 4.0, 400)
    flux = 20.0 + sigma * np.random.default_rng(8).normal(size=400)
    columns = {"wave_vac": np.linspace(4800.0, 9300.0, 400), "flux": flux, "third": sigma**power}
    Table(columns).write(tmp_path / "s.csv", format="ascii.csv")
    ref = list_headers(tmp_path / "s.csv")[0].ref

    question = open_question(ref)
    assert question is not None
    estimated, told = question.readings

    assert (question.what, question.is_taken) == ("error", True)
    assert [estimated.option, told.option] == ["estimated", f"third as {kind}"]
    assert estimated.spectrum is not None
    assert told.spectrum is not None
    np.testing.assert_allclose(told.spectrum.sigma, sigma, rtol=1e-3)
    np.testing.assert_array_equal(estimated.spectrum.ivar, read_spectrum(ref).ivar)
    assert open_question(with_choice(ref, estimated.choice)) is None
    assert not any("There is no error" in fact for fact in estimated.spectrum.facts)


def test_that_columns_that_follow_no_scatter_are_not_asked(tmp_path: Path) -> None:
    columns = {"wave_vac": WAVE, "flux": FLUX, "temperature": 280.0 + np.arange(200) / 100.0}
    Table(columns).write(tmp_path / "s.csv", format="ascii.csv")

    assert open_question(list_headers(tmp_path / "s.csv")[0].ref) is None


def test_that_errors_of_the_file_are_left_out_where_they_are_to_be_estimated(
    tmp_path: Path,
) -> None:
    Table({"wave_vac": WAVE, "flux": FLUX, "err": 50.0 * SIGMA}).write(tmp_path / "s.fits")
    ref = list_headers(tmp_path / "s.fits")[0].ref

    spectrum = read_spectrum(with_choice(ref, ReadingChoice(error="estimated")))

    assert np.median(spectrum.sigma) < 3.0
    assert "Not used as errors: err." in spectrum.provenance.left_out
