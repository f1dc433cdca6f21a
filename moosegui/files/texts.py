"""Bytes of a text as characters: UTF-8, or what older programs and spreadsheets write."""

from __future__ import annotations

import codecs


def decoded(data: bytes, *, is_whole: bool = True) -> str:
    """Decode UTF-8, with a byte-order mark or without, else Latin 1, in which every byte is one.

    Parameters
    ----------
    data : bytes
        A text, or the beginning of one, which may end within a character.
    is_whole : bool
    """
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(data, final=is_whole)
    except UnicodeDecodeError:
        return data.decode("latin-1")
