"""Readers of spectra: one small module per format, chosen by the content of the file."""

from moosegui.files.spectra.elements.headers import SpectrumHeader
from moosegui.files.spectra.registry import (
    describe,
    holds_spectra,
    list_headers,
    list_spectra,
    read_spectrum,
)

__all__ = [
    "SpectrumHeader",
    "describe",
    "holds_spectra",
    "list_headers",
    "list_spectra",
    "read_spectrum",
]
