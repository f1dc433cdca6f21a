"""False reasons and flags: a member of the enumeration is all that there is to each."""

from __future__ import annotations

import copy
import pickle

import pytest

from moosegui.data.catalogue import FalseReason, SourceFlag


@pytest.mark.parametrize("kind", [FalseReason, SourceFlag])
def test_that_every_member_has_a_letter_of_its_own(kind: type[FalseReason | SourceFlag]) -> None:
    letters = [member.key for member in kind]

    assert all(len(letter) == 1 and letter.isupper() for letter in letters)
    assert len(set(letters)) == len(letters)


@pytest.mark.parametrize("member", [*FalseReason, *SourceFlag])
def test_that_a_member_is_known_by_its_words(member: FalseReason | SourceFlag) -> None:
    assert type(member)(str(member)) is member
    assert copy.deepcopy(member) is member
    assert pickle.loads(pickle.dumps(member)) is member


def test_that_a_flag_is_short_where_it_has_a_shorter_name() -> None:
    assert (SourceFlag.QSO.short, SourceFlag.STAR.short) == ("QSO", "star")
