"""Malformed and malicious files are refused with their path, within bounded memory."""

import gzip
import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

from aegan.data import idx
from aegan.errors import InputError
from aegan.storage import read_tensors

RAMP = np.arange(6 * 8, dtype=np.uint8).reshape(6, 8)


def array_header(shape, descr="|u1", claimed=None):
    text = repr({"descr": descr, "fortran_order": False, "shape": shape}).encode() + b"\n"
    return b"\x93NUMPY\x02\x00" + struct.pack("<I", claimed or len(text)) + text


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, *chunks):
    header = chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + b"".join([header, *chunks, chunk(b"IEND", b"")])


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return stream.getvalue()


def safetensors(header, body=b"", claimed=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if claimed is None else claimed) + text + body


def tensor(shape, *offsets, dtype="F32"):
    return {"a": {"dtype": dtype, "shape": shape, "data_offsets": offsets}}


BOMB = zlib.compress(bytes(2**27), 9)  # 128 MiB in 130 KB
MALFORMED = {
    "negative.npy": array_header((-1, 8, 8)) + bytes(64),
    "huge.npy": array_header((2**60, 8, 8)) + bytes(64),
    "overflow.npy": array_header((2**63, 2**63)) + bytes(64),
    "header.npy": array_header((2, 8, 8), claimed=2**32 - 1) + bytes(128),
    "objects.npy": array_header((2, 8, 8), "|O") + bytes(2048),
    "characters.npy": array_header((1,), "<U1000000000") + bytes(64),
    "huge.npz": zipped(images=array_header((2**50, 8, 8)) + bytes(64)),
    "negative.npz": zipped(images=array_header((-4, 8, 8)) + bytes(64)),
    "objects.npz": zipped(images=array_header((2, 8, 8), "|O") + bytes(2048)),
    "huge.png": png(2**31 - 1, 2**31 - 1),
    "large.png": png(60_000, 60_000, chunk(b"IDAT", BOMB)),
    "text.png": png(8, 6, chunk(b"zTXt", b"a\0\0" + BOMB), chunk(b"IDAT", zlib.compress(bytes(9 * 6)))),
    "profile.png": png(8, 6, chunk(b"iCCP", b"a\0\0" + BOMB), chunk(b"IDAT", b"")),
    "empty.png": png(0, 0),
    "length.safetensors": safetensors({}, claimed=2**63),
    "header.safetensors": safetensors({}, claimed=99_000_000),
    "beyond.safetensors": safetensors(tensor([2**40], 0, 2**42), bytes(8)),
    "negative.safetensors": safetensors(tensor([-2], 0, 8), bytes(8)),
    "backwards.safetensors": safetensors(tensor([2], 8, 0), bytes(8)),
    "overflow.safetensors": safetensors(tensor([2**62, 2**62], 0, 8), bytes(8)),
    "type.safetensors": safetensors(tensor([2], 0, 8, dtype="O"), bytes(8)),
    "deep.safetensors": safetensors(b"[" * 100_000),
    "claim.gz": gzip.compress(struct.pack(">4B3I", 0, 0, 8, 3, 2**31, 2**31, 2**31)),
    "below.gz": gzip.compress(struct.pack(">4B3I", 0, 0, 8, 3, 1024, 1024, 1023)),
    "bomb.gz": gzip.compress(struct.pack(">4B3I", 0, 0, 8, 3, 1, 2, 2) + bytes(2**27), 9),
}

#: reads files in a process of bounded memory, and prints the outcome of each and the growth of the peak memory
READ = """
import resource, sys
from pathlib import Path
from PIL import Image, PngImagePlugin, JpegImagePlugin
from aegan.data import idx
from aegan.data.folder import Folder
from aegan.data.npy import Npy
from aegan.errors import InputError
from aegan.storage import read_tensors
READERS = {
    ".gz": lambda path: idx.read_idx(path, 3),
    ".png": lambda path: Folder(path=path).read_images([path]),
    ".safetensors": read_tensors,
}
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (now + 2**29, now + 2**29))
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        READERS.get(path.suffix, lambda path: Npy(path=path).load([path]))(path)
        print(path.name, "was read")
    except InputError as error:
        print(path.name, "refused" if path.name in str(error) else error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is bounded as Linux does it")
def test_malformed_files_are_refused_within_half_a_gibibyte(tmp_path):
    for name, content in MALFORMED.items():
        (tmp_path / name).write_bytes(content)
    done = subprocess.run([sys.executable, "-c", READ, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *lines, grown = done.stdout.splitlines()
    assert lines == [f"{name} refused" for name in sorted(MALFORMED)]
    assert int(grown) < 64, f"memory grew by {grown} MiB"


def test_a_gzip_file_without_end_is_not_hashed_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(idx, "MAX_BYTES", 2**22)
    (tmp_path / "a.gz").write_bytes(MALFORMED["bomb.gz"])
    with pytest.raises(InputError, match=r"a\.gz: it unpacks to more than 4194304 bytes"):
        idx.hash_gzip_content(tmp_path / "a.gz")


def test_tensors_that_are_whole_are_read(tmp_path):
    """The files above are refused for their fault alone."""
    (tmp_path / "a.safetensors").write_bytes(safetensors(tensor([2], 0, 8), struct.pack("<2f", 1, 2)))
    assert read_tensors(tmp_path / "a.safetensors")["a"].tolist() == [1.0, 2.0]
