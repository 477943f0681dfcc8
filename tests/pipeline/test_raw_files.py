"""The digest of raw files changes with their names and bytes and with nothing else; a listing is read by sha256sum."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from aegan.errors import InputError
from aegan.pipeline import raw_files
from aegan.pipeline.raw_files import digest_raw_files, read_listing, write_listing
from aegan.provenance import file_digest

NAMES = [
    "a.png",
    "x{1}.png",
    "*.png",
    "two  words.png",
    "line\nbreak.png",
    "back\\slash\\n.png",
    "ä'\"$.png",
    "\udcff.png",
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Give a folder of files that is the working folder's only content."""
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(NAMES):
        path = Path("raw", name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"content {number}", "utf-8")
    return Path("raw")


def digest(folder):
    return digest_raw_files(sorted(folder.glob("*")), Path("raw.sha256"), Path("cache.json"))


def change(folder):
    path = folder / "a.png"
    before = path.stat()
    path.write_text("CONTENT 0", "utf-8")  # as long as before
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


CHANGES = {
    "changed in place, with the old size and date": change,
    "added": lambda folder: shutil.copy(folder / "a.png", folder / "b.png"),
    "renamed": lambda folder: (folder / "a.png").rename(folder / "b.png"),
    "removed": lambda folder: (folder / "a.png").unlink(),
    "two exchanged": lambda folder: [
        (folder / old).rename(folder / new) for old, new in (("a.png", "t"), ("*.png", "a.png"), ("t", "*.png"))
    ],
}


@pytest.mark.parametrize("settling", [0, raw_files.SETTLING_TIME])
@pytest.mark.parametrize("edit", CHANGES.values(), ids=CHANGES)
def test_a_file_that_is_changed_added_renamed_or_removed_changes_the_digest(folder, monkeypatch, edit, settling):
    monkeypatch.setattr(raw_files, "SETTLING_TIME", settling)
    before = digest(folder)
    assert before.startswith("8 raw files, SHA-256 ")
    assert digest(folder) == before
    edit(folder)
    assert digest(folder) != before


def test_dates_and_a_lost_or_damaged_cache_change_nothing(folder):
    before = digest(folder)
    for path in folder.iterdir():
        os.utime(path, (0, 0))
    assert digest(folder) == before
    Path("cache.json").write_text("{", "utf-8")
    assert digest(folder) == before


def test_files_that_did_not_change_are_not_read_again(folder, monkeypatch):
    monkeypatch.setattr(raw_files, "SETTLING_TIME", 0)
    before = digest(folder)
    read = []
    monkeypatch.setattr(raw_files, "file_digests", lambda names: dict.fromkeys(read.extend(names) or [], "x"))
    assert digest(folder) == before
    assert read == []
    os.utime(folder / "a.png")
    digest(folder)
    assert read == ["raw/a.png"]


def test_results_stay_valid_where_the_raw_data_are_not(folder):
    write_listing("raw.sha256", sorted(folder.glob("*")))
    before = digest(folder)
    files = sorted(folder.glob("*"))
    content = files[0].read_bytes()
    files[0].unlink()
    assert digest_raw_files(files, Path("raw.sha256"), Path("cache.json")) == before
    files[1].write_bytes(files[1].read_bytes() + b"changed")
    assert digest_raw_files(files, Path("raw.sha256"), Path("cache.json")) != before, "one is missing, one has changed"
    files[1].write_bytes(files[1].read_bytes()[: -len(b"changed")])
    files[0].write_bytes(content)
    assert digest_raw_files([*files, folder / "none"], Path("raw.sha256"), Path("cache.json")) != before
    shutil.rmtree(folder)
    assert digest(folder) == before
    Path("raw.sha256").unlink()
    assert digest(folder) != before


def test_a_data_set_without_raw_files_has_one_digest(tmp_path):
    before = digest_raw_files([], tmp_path / "raw.sha256", tmp_path / "cache.json")
    write_listing(tmp_path / "raw.sha256", [])
    assert digest_raw_files([], tmp_path / "raw.sha256", tmp_path / "cache.json") == before


def test_a_listing_is_read_back_and_checked_by_sha256sum(folder):
    files = sorted(folder.glob("*"))
    write_listing("raw.sha256", files)
    assert read_listing(Path("raw.sha256")) == {str(path): file_digest(path) for path in files}
    command = ["sha256sum", "--check", "--strict", "raw.sha256"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    change(folder)
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


def test_a_file_that_is_no_listing_or_not_readable_is_named(folder, monkeypatch):
    Path("raw.sha256").write_text("abc\n", "utf-8")
    with pytest.raises(InputError, match=r"raw\.sha256: cannot be read"):
        read_listing(Path("raw.sha256"))

    def refuse(names):
        raise PermissionError(13, "Permission denied", "raw/a.png")

    monkeypatch.setattr(raw_files, "file_digests", refuse)
    with pytest.raises(InputError, match=r"raw/a\.png: cannot be read \(Permission denied\)"):
        digest(folder)
