"""Files are written whole or not at all, for their owner only, and no signal leaves one half written."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from credcheck.errors import OutputError, Stopped
from credcheck.system import files, signals


@pytest.fixture
def ending() -> Iterator[signal.Signals]:
    """A signal that ends the program as SIGTERM does."""
    before = signal.signal(signal.SIGUSR1, signals._end)  # noqa: SLF001  as end_the_run sets it for those that end
    yield signal.SIGUSR1
    signal.signal(signal.SIGUSR1, before)


def test_a_file_is_replaced_and_not_rewritten(tmp_path: Path) -> None:
    path, same = tmp_path / "file", tmp_path / "same"
    path.write_text("old")
    same.hardlink_to(path)
    files.replace(path, "new")
    assert (path.read_text(), same.read_text()) == ("new", "old")
    assert sorted(os.listdir(tmp_path)) == ["file", "same"]


def test_the_disk_has_the_whole_text_before_the_name_and_then_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[tuple[str, int]] = []
    replace = os.replace

    def fsync(descriptor: int) -> None:
        is_folder = os.path.isdir(f"/proc/self/fd/{descriptor}")
        steps.append(("folder", 0) if is_folder else ("file", os.fstat(descriptor).st_size))

    def recorded(source: str, target: Path) -> None:
        steps.append(("name", 0))
        replace(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", recorded)
    with files.locked(tmp_path):
        files.replace(tmp_path / "file", "text")
    assert steps == [("file", 4), ("name", 0), ("folder", 0)]


def test_a_new_file_never_takes_the_place_of_another(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(OutputError, match="cannot be written: File exists"):
        files.write_new(path, "new")
    assert (path.read_text(), os.listdir(tmp_path)) == ("old", ["file"])


def test_a_folder_and_those_above_it_are_made_for_their_owner_only(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        files.write_new(tmp_path / "above" / "folder" / "file", "text")
    finally:
        assert os.umask(umask) == 0
    modes = [f"{(tmp_path / each).stat().st_mode & 0o777:o}" for each in ("above", "above/folder", "above/folder/file")]
    assert modes == ["700", "700", "600"]


def test_a_text_is_written_as_utf_8(tmp_path: Path) -> None:
    files.replace(tmp_path / "file", "café")
    assert (tmp_path / "file").read_bytes() == "café".encode()


def test_a_signal_waits_until_a_file_is_in_its_place(
    tmp_path: Path, ending: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def interrupted(source: str, target: Path) -> None:
        os.kill(os.getpid(), ending)
        link(source, target)

    monkeypatch.setattr(os, "link", interrupted)
    with pytest.raises(Stopped):
        files.write_new(tmp_path / "file", "text")
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize(("check_first", "left"), [(False, ["file"]), (True, [])])
def test_a_signal_waits_for_a_change_under_the_lock_or_prevents_it(
    tmp_path: Path, ending: signal.Signals, *, check_first: bool, left: list[str]
) -> None:
    def change() -> None:
        with files.locked(tmp_path) as check:
            os.kill(os.getpid(), ending)
            files.replace(tmp_path / "file", "text", **({"check": check} if check_first else {}))

    with pytest.raises(Stopped):
        change()
    assert os.listdir(tmp_path) == left


def test_nothing_is_left_of_a_file_that_could_not_be_put_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        files.replace(tmp_path / "folder", "text")
    assert os.listdir(tmp_path) == ["folder"]


def test_a_pipe_is_waited_for_until_the_deadline() -> None:
    reader, writer = os.pipe()
    path = Path(f"/dev/fd/{reader}")
    try:
        with pytest.raises(files.NotUsable, match="not written to its end in time"):
            files.read(path, limit=9, deadline=time.monotonic() + 0.1)
        os.write(writer, b"text")
        os.close(writer)
        assert files.read(path, limit=9, deadline=time.monotonic() + 5)[0] == b"text"
    finally:
        os.close(reader)


def test_what_another_user_left_is_not_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = tmp_path / ".file.0123456789ab"
    left.touch()
    os.utime(left, (0, 0))
    assert files.leftovers(tmp_path / "file") == [left]
    monkeypatch.setattr(os, "geteuid", lambda: left.stat().st_uid + 1)
    assert files.leftovers(tmp_path / "file") == []


def test_a_path_that_could_be_a_key_is_shown_if_it_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    key = "sk_live_4f9a8b7c6d5e4f3a2b1c"
    assert [files.shown(each) for each in (key, "answer.json", f"./{key}")] == ["***", "answer.json", f"./{key}"]
    (tmp_path / key).touch()
    assert files.shown(key) == key


def test_a_file_that_cannot_be_written_is_not_named_if_it_could_be_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError) as raised:
        files.publish(Path("sk_live_4f9a8b7c6d5e4f3a2b1c" + "0" * 300), "text")
    assert raised.value.message == "*** cannot be written: File name too long"


def test_in_a_folder_that_was_removed_no_file_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path / "folder")
    (tmp_path / "folder").rmdir()
    with pytest.raises(OutputError, match="balances cannot be written: No such file"):
        files.publish(Path("balances"), "text")
