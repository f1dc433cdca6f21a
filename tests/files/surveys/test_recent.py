"""The surveys that were open last, and what is left to do in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from small_survey import FIRST, SECOND, write_catalogue

from moosegui.config import user_folder
from moosegui.data.catalogue import Verdict
from moosegui.errors import InputError
from moosegui.files.session.store import SessionStore
from moosegui.files.surveys.recent import (
    FILE_NAME,
    N_RECENT,
    RecentSurvey,
    forget_survey,
    left_to_do,
    open_as_before,
    recent_surveys,
    remember_survey,
)


@pytest.fixture(autouse=True)
def no_surveys() -> Iterator[None]:
    (user_folder() / FILE_NAME).unlink(missing_ok=True)
    yield
    (user_folder() / FILE_NAME).unlink(missing_ok=True)


def survey(number: int) -> RecentSurvey:
    return RecentSurvey(f"/data/{number}.fits", f"/data/{number}.fits.ZB.moose", "", 100)


def test_that_the_last_survey_comes_first_and_once() -> None:
    for number in (1, 2, 1):
        remember_survey(survey(number))

    assert recent_surveys() == (survey(1), survey(2))


def test_that_as_many_are_kept_as_have_digits() -> None:
    for number in range(N_RECENT + 3):
        remember_survey(survey(number))

    assert len(recent_surveys()) == N_RECENT


def test_that_a_survey_can_be_forgotten() -> None:
    remember_survey(survey(1))
    remember_survey(survey(2))

    forget_survey(survey(1))

    assert recent_surveys() == (survey(2),)


@pytest.mark.parametrize("text", ["", "{", "[1, {}]", '{"a": 1}', '[{"path": 1, "session": 2}]'])
def test_that_a_damaged_list_is_an_empty_one(text: str) -> None:
    (user_folder() / FILE_NAME).write_text(text)

    assert recent_surveys() == ()


def test_that_what_was_decided_is_counted(tmp_path: Path) -> None:
    catalogue, session = write_catalogue(tmp_path / "cat.csv"), tmp_path / "cat.csv.ZB.moose"
    with SessionStore.open(session, inspector="ZB", source_path=catalogue) as store:
        store.record(FIRST, Verdict(redshift=1.0, zconf=2))
        store.record(SECOND, Verdict(comment="not judged"))
        store.save_draft(SECOND, 0.5)

        left = left_to_do(RecentSurvey(str(catalogue), str(session), "", 3))

    assert (left.n_inspected, left.n_drafts, left.inspector) == (1, 1, "ZB")


def test_that_what_is_gone_says_so(tmp_path: Path) -> None:
    gone = RecentSurvey(str(tmp_path / "cat.csv"), str(tmp_path / "cat.moose"))

    assert left_to_do(gone).problem
    (tmp_path / "cat.csv").touch()
    assert "session" in left_to_do(gone).problem
    (tmp_path / "cat.moose").write_bytes(b"no session")
    assert str(tmp_path / "cat.moose") in left_to_do(replace(gone)).problem


def test_that_a_list_that_cannot_be_read_raises_without_a_session(tmp_path: Path) -> None:
    path = tmp_path / "cat.csv"
    path.write_text("a\n1\n")

    with pytest.raises(InputError):
        open_as_before(path, None, tmp_path / "none.moose")
