"""The raw files of a data set: whether they changed, and a listing of those that a job read.

Snakemake gets one digest of all files as a param, and no names: a plan of 50,000 pictures stays short, and a name may
hold any character. A listing has the format of `sha256sum`, which checks it with `--check`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from aegan.errors import InputError
from aegan.pipeline.job_records import file_digests
from aegan.storage import explain_read_errors, read_json, write_bytes, write_text

LISTING = "raw.sha256"  #: name of a listing, in results/data/{dataset}/

#: characters that a line of `sha256sum` cannot hold and their replacement; such a line begins with a backslash
ESCAPES = {"\\": r"\\", "\n": r"\n", "\r": r"\r"}
#: nanoseconds for which a changed file is not trusted to stay: a second change may get the same date
SETTLING_TIME = 2 * 10**9

#: size, date of the content, date of the file's entry
State = tuple[int, int, int]


def digest_raw_files(files: Sequence[Path], listing: Path, cache: Path) -> str:
    """Count raw files, and digest their names and content. Only files that changed since the last call are read.

    Of files that are missing, as in a clone without raw data, the digest takes the hashes that were recorded when the
    data set was made, so that the results stay valid.

    Args:
        files: the files.
        listing: listing of the files that the data set was made from; it need not exist.
        cache: file that keeps the hashes for the next call.

    Raises:
        InputError: a file cannot be read.
    """
    states = _read_states(files)
    recorded: dict[str, str] = {}
    if len(states) < max(len(files), 1) and listing.is_file():
        with suppress(InputError):  # without the listing the data set is made again
            recorded = read_listing(listing)
    absent = {str(file): recorded.get(str(file), "missing") for file in files if str(file) not in states}
    lines = _format_listing((absent if files else recorded) | _hash_changed(states, cache))
    count = lines.count(b"\n")
    return f"{count} raw files, SHA-256 {hashlib.sha256(lines).hexdigest()}"


def write_listing(target: Path, files: Sequence[Path]) -> None:
    """Write the SHA-256 and the path of each file."""
    write_bytes(target, _format_listing(file_digests(files)))


def read_listing(path: Path) -> dict[str, str]:
    """Read a listing: path -> SHA-256.

    Raises:
        InputError: the file is not a listing.
    """
    with explain_read_errors(path):
        return dict(_parse_line(os.fsdecode(line)) for line in path.read_bytes().split(b"\n")[:-1])


def _read_states(files: Sequence[Path]) -> dict[str, State]:
    """Read the size and dates of the files that exist, by path."""
    states = {}
    for file in files:
        with suppress(OSError):
            found = file.stat()
            states[str(file)] = (found.st_size, found.st_mtime_ns, found.st_ctime_ns)
    return states


def _hash_changed(states: Mapping[str, State], cache: Path) -> dict[str, str]:
    """Return path -> SHA-256 of the files; those whose state is in the cache are not read."""
    cached: dict[str, list[object]] = {}
    with suppress(InputError):  # without the cache all files are read
        cached = {name: entry for name, entry in read_json(cache).items() if isinstance(entry, list)}
    unchanged = {name: str(cached[name][-1]) for name, state in states.items() if cached.get(name, [])[:-1] == [*state]}
    try:
        read = file_digests(name for name in states if name not in unchanged)
    except OSError as error:
        fix = "Make it readable (`chmod u+r`), or move it away"
        raise InputError(error.filename, f"cannot be read ({error.strerror})", fix) from None
    hashes = unchanged | read
    settled = time.time_ns() - SETTLING_TIME
    entries = {name: [*states[name], sha256] for name, sha256 in hashes.items() if states[name][-1] < settled}
    if entries != cached:
        write_text(cache, json.dumps(entries))
    return hashes


def _format_listing(hashes: Mapping[str, str]) -> bytes:
    lines = []
    for name, sha256 in sorted(hashes.items()):
        escaped = "".join(ESCAPES.get(character, character) for character in name)
        mark = "" if escaped == name else "\\"
        lines.append(f"{mark}{sha256}  {escaped}\n")
    return os.fsencode("".join(lines))


def _parse_line(line: str) -> tuple[str, str]:
    sha256, separator, name = line.partition("  ")
    if not separator:
        raise ValueError(f"{line!r} is not a hash and a name")
    if not sha256.startswith("\\"):
        return name, sha256
    plain = {escaped: character for character, escaped in ESCAPES.items()}
    return re.sub(r"\\.", lambda match: plain[match[0]], name), sha256[1:]
