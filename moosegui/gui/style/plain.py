"""Texts of files and people, shown as they are: no mark in them means anything to Qt."""

from __future__ import annotations

from html import escape


def plain_tip(text: str) -> str:
    """Return a tip that shows a text as it is, also one that looks like HTML."""
    if "<" not in text:
        return text  # which Qt takes for a plain text then
    return f"<qt>{escape(text)}</qt>".replace("\n", "<br>")
