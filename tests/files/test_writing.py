"""A file is written whole or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from atpilots.files.writing import write_private, written_whole


def test_a_draft_takes_its_place_whole_and_private(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("old", encoding="utf-8")
    with written_whole(path) as draft:
        draft.write_text("new", encoding="utf-8")
        assert path.read_text(encoding="utf-8") == "old"
    assert path.read_text(encoding="utf-8") == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_of_a_draft_that_failed_nothing_stays(tmp_path: Path) -> None:
    path = tmp_path / "survey.csv"
    with pytest.raises(KeyboardInterrupt), written_whole(path):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_what_another_run_wrote_first_is_kept_where_nothing_is_to_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "key"
    with written_whole(path, replace=False) as draft:
        draft.write_text("mine", encoding="utf-8")
        path.write_text("theirs", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == "theirs"
    assert list(tmp_path.iterdir()) == [path]


def test_a_private_file_is_appended_to_or_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "log"
    write_private(path, "one\n")
    write_private(path, "two\n", append=True)
    assert path.read_bytes() == b"one\ntwo\n"
    write_private(path, "three\n")
    assert path.read_bytes() == b"three\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
