"""What a folder of many files costs."""

from __future__ import annotations

from pathlib import Path

import pytest
from spectrum_files import write_spectrum

from moosegui.files.spectra import list_headers


def test_that_of_a_folder_little_more_than_the_headers_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for i in range(5):
        write_spectrum(tmp_path / f"{i}.fits")
    n_bytes: list[int] = []
    plain = Path.open

    class Counting:
        """Counts what is read of a file."""

        def __init__(self, stream: object) -> None:
            self._stream = stream

        def __enter__(self) -> object:
            self._stream.__enter__()
            return self

        def __exit__(self, *error: object) -> None:
            self._stream.__exit__(*error)

        def read(self, size: int) -> bytes:
            found = self._stream.read(size)
            n_bytes.append(len(found))
            return found

        def __getattr__(self, name: str) -> object:
            return getattr(self._stream, name)

    monkeypatch.setattr(Path, "open", lambda path, *a, **k: Counting(plain(path, *a, **k)))
    headers = list_headers(tmp_path)

    assert len(headers) == 5
    assert sum(n_bytes) / 5 <= 6 * 2880
