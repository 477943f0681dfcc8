"""Fetch a gzip file from a local folder or the network and verify it before it gets its final name."""

from __future__ import annotations

import errno
import logging
import shutil
from collections.abc import Sequence
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from aegan.data.idx import MAX_BYTES, hash_gzip_content
from aegan.errors import InputError
from aegan.progress import ProgressLog

BLOCK = 2**16
ATTEMPTS = 5
TIMEOUT = 30.0
RANGE_NOT_SATISFIABLE = 416

logger = logging.getLogger("aegan")


def fetch_file(target: Path, sha256: str, folders: Sequence[Path], urls: Sequence[str], fix: str) -> None:
    """Copy or download a file to `target` from the first origin whose content has the expected hash.

    An unfinished download stays as `<name>.part` beside the target and is resumed by the next call.

    Args:
        target: path of the file.
        sha256: SHA-256 of its decompressed content.
        folders: local folders to copy from, tried first; the file has the target's name there.
        urls: base URLs, tried in order.
        fix: advice for the user if every origin fails.

    Raises:
        InputError: no origin has the expected file of at most 1 GiB (the message lists what was tried), or the disk is
            full.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    tried = []
    origins: list[Path | str] = [folder / target.name for folder in folders]
    origins += [url.rstrip("/") + "/" + target.name for url in urls]
    for origin in origins:
        try:
            _copy_or_download(origin, part)
            _verify_sha256(part, sha256)
        except InputError as error:
            part.unlink(missing_ok=True)
            tried.append(f"{origin} ({error.wrong})")
        except (OSError, HTTPException) as error:
            _raise_if_disk_full(part, error)
            tried.append(f"{origin} ({error})")
        else:
            part.replace(target)
            logger.info("%s: from %s", target, origin)
            return
    raise InputError(target, "could not be fetched; tried " + (", ".join(tried) or "nothing"), fix)


def _raise_if_disk_full(part: Path, error: OSError | HTTPException) -> None:
    """Stop at once if the disk is full, because no other origin helps then."""
    from aegan.storage import explain_write_error  # imported here, because only this error needs safetensors

    if isinstance(error, OSError) and error.errno == errno.ENOSPC and (full := explain_write_error(part, error)):
        raise full from None


def _copy_or_download(origin: Path | str, part: Path) -> None:
    if isinstance(origin, Path):
        shutil.copyfile(origin, part)
    else:
        _download(origin, part)


def _verify_sha256(part: Path, sha256: str) -> None:
    found = hash_gzip_content(part)
    if found != sha256:
        raise InputError(part, f"its content has the SHA-256 {found}, not {sha256}", "Fetch it again")


def _download(url: str, part: Path) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _request_rest(url, part)
        except (ConnectionError, TimeoutError, HTTPException) as error:
            logger.info("%s: broken off (%s), attempt %d of %d", url, error, attempt, ATTEMPTS)
            last = error
    raise last


def _request_rest(url: str, part: Path) -> None:
    start = part.stat().st_size if part.exists() else 0
    request = Request(url, headers={"Range": f"bytes={start}-"} if start else {})
    try:
        with urlopen(request, timeout=TIMEOUT) as response:
            _write_response(response, part, start if response.status == 206 else 0)
    except HTTPError as error:
        # the server has nothing left to send: the part may be complete, which the hash decides
        if error.code != RANGE_NOT_SATISFIABLE:
            raise


def _write_response(response: HTTPResponse, part: Path, start: int) -> None:
    total = start + int(response.headers.get("Content-Length", 0))
    progress = ProgressLog()
    with part.open("r+b" if start else "wb") as file:
        file.seek(start)
        while block := response.read(BLOCK):
            file.write(block)
            progress.log_when_due(lambda: f"{part.stem}: {file.tell() / 1e6:.1f} of {total / 1e6:.1f} MB")
            if file.tell() > MAX_BYTES:
                raise InputError(part, f"the server sends more than {MAX_BYTES} bytes", "Give another of the `urls`")
        if file.tell() < total:  # http.client reports no error for a truncated body
            raise ConnectionError(f"only {file.tell()} of {total} bytes arrived")
