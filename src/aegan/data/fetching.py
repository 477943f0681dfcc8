"""Fetching a gzip file from a folder or the network: it appears verified or not at all."""

from __future__ import annotations

import errno
import logging
import shutil
from collections.abc import Iterable, Iterator, Sequence
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from aegan.data.idx import content_sha256
from aegan.errors import InputError

BLOCK = 2**16
LARGEST = 2**30
ATTEMPTS = 5
TIMEOUT = 30.0
RANGE_NOT_SATISFIABLE = 416

logger = logging.getLogger("aegan")


def fetch(target: Path, sha256: str, folders: Sequence[Path], urls: Sequence[str], mend: str) -> None:
    """Bring a file to `target` from the first origin whose content is right.

    An unfinished download waits as `<name>.part` beside the target, and the next one goes on from there.

    Args:
        target: where the file shall be.
        sha256: the SHA-256 of its decompressed content.
        folders: local folders to copy from, tried first; the file has the target's name.
        urls: base URLs, tried in order.
        mend: what the user can do when nothing works.

    Raises:
        InputError: if no origin has the right file, in at most 1 GiB; it lists what was tried. Or the disk is full.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    tried = []
    origins: list[Path | str] = [folder / target.name for folder in folders]
    origins += [url.rstrip("/") + "/" + target.name for url in urls]
    for origin in origins:
        try:
            _bring(origin, part)
            _verify(part, sha256)
        except InputError as error:
            part.unlink(missing_ok=True)
            tried.append(f"{origin} ({error.wrong})")
        except (OSError, HTTPException) as error:
            _check_disk(part, error)
            tried.append(f"{origin} ({error})")
        else:
            part.replace(target)
            logger.info("%s: from %s", target, origin)
            return
    raise InputError(target, "could not be fetched; tried " + (", ".join(tried) or "nothing"), mend)


def _check_disk(part: Path, error: OSError | HTTPException) -> None:
    """No other origin helps against a full disk."""
    from aegan.storage import unwritable  # here, for pandas takes a second that the config need not wait for

    if isinstance(error, OSError) and error.errno == errno.ENOSPC and (full := unwritable(part, error)):
        raise full from None


def _bring(origin: Path | str, part: Path) -> None:
    if isinstance(origin, Path):
        shutil.copyfile(origin, part)
    else:
        _download(origin, part)


def _verify(part: Path, sha256: str) -> None:
    found = content_sha256(part)
    if found != sha256:
        raise InputError(part, f"its content has the SHA-256 {found}, not {sha256}", "Fetch it again")


def _download(url: str, part: Path) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _transfer(url, part)
        except (ConnectionError, TimeoutError, HTTPException) as error:
            logger.info("%s: broken off (%s), attempt %d of %d", url, error, attempt, ATTEMPTS)
            last = error
    raise last


def _transfer(url: str, part: Path) -> None:
    start = part.stat().st_size if part.exists() else 0
    request = Request(url, headers={"Range": f"bytes={start}-"} if start else {})
    try:
        with urlopen(request, timeout=TIMEOUT) as response:
            _save(response, part, start if response.status == 206 else 0)
    except HTTPError as error:
        # Nothing lies beyond the part's end: it may be whole already, which its hash will tell.
        if error.code != RANGE_NOT_SATISFIABLE:
            raise


def _save(response: HTTPResponse, part: Path, start: int) -> None:
    total = start + int(response.headers.get("Content-Length", 0))
    with part.open("r+b" if start else "wb") as file:
        file.seek(start)
        for block in _logged(iter(lambda: response.read(BLOCK), b""), part.stem, start, total):
            file.write(block)
            if file.tell() > LARGEST:
                raise InputError(part, f"the server sends more than {LARGEST} bytes", "Give another of the `urls`")
        if file.tell() < total:  # http.client ends such a body without an error
            raise ConnectionError(f"only {file.tell()} of {total} bytes arrived")


def _logged(blocks: Iterable[bytes], name: str, done: int, total: int) -> Iterator[bytes]:
    step = max(total // 10, 2**20)
    for block in blocks:
        before, done = done, done + len(block)
        if done // step > before // step:
            logger.info("%s: %.1f of %.1f MB", name, done / 1e6, total / 1e6)
        yield block
