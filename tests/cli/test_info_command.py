"""What `moosegui info` says of files, and the answers that open and scan take."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from spectrum_files import write_spectrum, write_survey

from moosegui.cli.main import main
from moosegui.data.catalogue import ReadingChoice
from moosegui.files.session.reading import settled_choice


@pytest.fixture
def silent(tmp_path: Path) -> Path:
    """A table in nanometres that does not say so."""
    path = tmp_path / "silent.fits"
    wave = np.linspace(475.0, 935.0, 400)
    Table({"wave": wave, "flux": wave**0, "err": wave**0}).write(path)
    return path


def test_that_info_says_what_was_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_spectrum(tmp_path / "a.fits", primary={"OBJECT": "g2", "REDSHIFT": 0.7})

    status = main(["info", "--json", str(path)])

    (said,) = json.loads(capsys.readouterr().out)
    assert status == 0
    assert said["kind"] == "MPDAF spectrum"
    assert (said["source_id"], said["redshift"]) == ("g2", 0.7)
    assert (said["wave"], said["error"]) == (
        "header of DATA (Angstrom)",
        "extension STAT (variance)",
    )
    assert said["medium"].startswith("air")
    assert said["problem"] == ""


def test_that_info_is_readable_by_people(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_survey(tmp_path / "s.fits")

    main(["info", str(path)])

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == str(path)
    assert any(line.startswith("  spectra  6;") for line in lines)


def test_that_a_refused_file_is_told_with_what_answers(
    silent: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = main(["info", str(silent)])
    first = capsys.readouterr().out
    answered = main(["info", str(silent), "--wave-unit", "nm", "--medium", "vacuum"])
    second = capsys.readouterr().out

    assert (refused, answered) == (1, 0)
    assert "--wave-unit nm" in first
    assert "4750.00 to 9350.00 Angstrom" in second


def test_that_a_catalogue_is_called_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "c.csv"
    path.write_text("ID,RA,DEC,Z\n1,10.0,-5.0,0.5\n")

    main(["info", "--json", str(path)])

    (said,) = json.loads(capsys.readouterr().out)
    assert said["kind"] == "catalogue of 1 row"
    assert "z from Z" in said["why"]


def test_that_a_scan_of_nothing_readable_fails(
    silent: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["scan", str(silent), "-o", str(tmp_path / "o.csv"), "--zmax", "0.02"])

    assert status == 1
    assert "of 1 source none could be scanned" in capsys.readouterr().err


def test_that_a_scan_takes_the_answer(silent: Path, tmp_path: Path) -> None:
    arguments = ["scan", str(silent), "-o", str(tmp_path / "o.csv"), "--zmax", "0.02"]

    assert main([*arguments, "--wave-unit", "nm"]) == 0


def test_that_an_answer_is_remembered_until_the_next() -> None:
    class Texts(dict[str, str]):
        n_forgotten = 0

        def forget_scans(self, source_key: str | None = None) -> None:
            self.n_forgotten += 1

        def set(self, key: str, value: str) -> None:
            self[key] = value

        def get(self, key: str, default: str = "") -> str:  # type: ignore[override]
            return super().get(key, default)

    memory = Texts()
    said = ReadingChoice(wave_unit="nm", medium="air")

    now, later = settled_choice(memory, said), settled_choice(memory)

    assert now == later == said
    assert settled_choice(Texts()) == ReadingChoice()
    assert memory.n_forgotten == 1
    settled_choice(memory, ReadingChoice(wave_unit="um"))
    assert memory.n_forgotten == 2


def test_that_a_factor_multiplies_every_sigma(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_spectrum(tmp_path / "one.fits")
    main(["info", "--json", str(path)])
    before = json.loads(capsys.readouterr().out)[0]["median_snr"]

    main(["info", "--json", "--sigma-factor", "2", str(path)])

    after = json.loads(capsys.readouterr().out)[0]
    assert after["median_snr"] == pytest.approx(before / 2.0)
    assert any("multiplied by 2" in sentence for sentence in after["assumed"])
    with pytest.raises(SystemExit):
        main(["info", "--sigma-factor", "0", str(path)])


def test_that_info_names_the_columns_of_a_catalogue_used_and_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "c.csv"
    path.write_text("ID,RA [deg],Dec [deg],z (spec),q_spec,z (phot),Kron\na,1.0,2.0,0.5,3,0.6,1\n")

    main(["info", "--json", str(path)])

    (said,) = json.loads(capsys.readouterr().out)
    assert said["columns"] == {
        "ID": "ID", "Z": "z (spec)", "ZCONF": "q_spec", "RA": "RA [deg]", "DEC": "Dec [deg]",
    }  # fmt: skip
    assert said["unused"] == ["z (phot)", "Kron"]
    assert said["left_out"] == [
        "Columns not used: z (phot), Kron; open and scan give one a meaning with --columns."
    ]


def test_that_info_says_where_a_source_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_spectrum(tmp_path / "a.fits", primary={"RA": 53.125, "DEC": -27.75})

    main(["info", str(path)])

    assert "  position RA 53.125000, Dec -27.750000 degrees" in capsys.readouterr().out


def test_that_info_says_that_vacuum_was_assumed_in_the_infrared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.txt"
    rows = "\n".join(f"{3.0 + 0.01 * i:.2f} {1 + i % 3} 0.5" for i in range(200))
    path.write_text(f"# wave[um] flux err\n{rows}\n")

    main(["info", str(path)])

    assert "  medium   vacuum (assumed)" in capsys.readouterr().out


def test_that_confidences_of_another_scale_are_kept_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "c.csv"
    path.write_text("ID,Z,QOP\na,0.5,4\nb,0.0,6\n")

    main(["info", "--json", str(path)])

    (said,) = json.loads(capsys.readouterr().out)
    assert "kept as they are" in said["facts"][0]
    assert "6 a star" in said["facts"][0]


def test_that_extensions_without_names_are_told_by_their_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = fits.Header({"CRVAL1": 4800.0, "CDELT1": 2.0, "CTYPE1": "WAVE", "CUNIT1": "Angstrom"})
    scatter = np.random.default_rng(1).normal(size=400)
    images = [fits.ImageHDU(20.0 + scatter, header), fits.ImageHDU(np.ones(400), header)]
    images += [fits.ImageHDU(19.0 + scatter, header), fits.ImageHDU(np.ones(60))]
    fits.HDUList([fits.PrimaryHDU(), *images]).writeto(tmp_path / "a.fits")

    main(["info", str(tmp_path / "a.fits")])

    assert "Extensions not used: 3 (image 400), 4 (image 60)." in capsys.readouterr().out
