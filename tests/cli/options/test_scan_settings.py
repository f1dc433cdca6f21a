"""The options of a scan: one record gives the option, the setting and the card."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from small_survey import write_catalogue
from synthetic import small_basis

from moosegui.cli.main import main
from moosegui.cli.options import scan_settings
from moosegui.cli.options.scan_settings import (
    SETTINGS,
    Argument,
    Setting,
    add_settings,
    setting_cards,
    settings_from,
)
from moosegui.data.results import ScanSettings
from moosegui.errors import InputError
from moosegui.files.models.basis import write_basis
from moosegui.files.tables.read import read_table

NEW = Setting(
    "n_solutions",
    (Argument("--solutions", {"type": int, "default": 10}),),
    lambda options: options.solutions,
    card="NSOLS",
)


def parsed(*arguments: str) -> ScanSettings:
    command = argparse.ArgumentParser()
    add_settings(command)
    return settings_from(command.parse_args(arguments))


def test_that_no_option_gives_the_settings_of_the_engine() -> None:
    assert parsed() == ScanSettings()


def test_that_every_option_reaches_its_setting_and_its_card() -> None:
    chosen = parsed(
        "--single", "--plain-variances", "--zmax=2", "--weighting=unweighted", "--galaxies-only"
    )

    assert (chosen.ensemble, chosen.inflates_variances, chosen.classes) == (False, False, False)
    assert setting_cards(chosen) == {
        "VARIANCE": "as given",
        "TRIALS": "0:2:0.0005",
        "WEIGHTS": "unweighted",
        "CLASSES": "galaxy",
    }


def test_that_trials_that_make_no_grid_name_their_options() -> None:
    with pytest.raises(InputError, match=r"no trial redshifts.*check --zmin, --zmax and --dz"):
        parsed("--dz=-1")


def test_that_a_record_alone_makes_an_option_of_the_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_settings, "SETTINGS", (*SETTINGS, NEW))
    write_basis(tmp_path / "small.h5", [small_basis(step=5e-5)])
    catalogue, table = write_catalogue(tmp_path / "catalogue.fits"), tmp_path / "out.fits"
    trials = ["--basis", str(tmp_path / "small.h5"), "--zmax=2", "--dz=0.001"]

    main(["scan", str(catalogue), "-o", str(table), *trials, "--solutions=1"])

    written = read_table(table)
    assert written.meta["NSOLS"] == "1"
    # beside the one of the curve, only that of the lines
    assert all(sum(z == z for z in alternatives) <= 1 for alternatives in written["Z_ALT"])
