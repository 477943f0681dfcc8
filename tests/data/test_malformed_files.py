"""Files made to harm: refused by their path, within bounded memory."""

import gzip
import io
import json
import struct
import subprocess
import sys
import tracemalloc
import zipfile
import zlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from aegan.config.validation import load, merged
from aegan.data import fetching, idx, npy
from aegan.data.folder import Folder
from aegan.data.npy import Npy
from aegan.errors import AeganError, InputError
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
HOSTILE = {
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

#: reads files in a process whose memory is bounded, and prints what became of each and the most memory there was
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
    ".gz": lambda path: idx.read(path, 3),
    ".png": lambda path: Folder(path=path).read([path]),
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
def test_hostile_files_are_refused_within_half_a_gibibyte(tmp_path):
    for name, content in HOSTILE.items():
        (tmp_path / name).write_bytes(content)
    done = subprocess.run([sys.executable, "-c", READ, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *lines, grown = done.stdout.splitlines()
    assert lines == [f"{name} refused" for name in sorted(HOSTILE)]
    assert int(grown) < 64, f"memory grew by {grown} MiB"


def test_an_archive_that_unpacks_to_many_times_its_size_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(npy, "LARGE", 2**20)
    path = tmp_path / "bomb.npz"
    np.savez_compressed(path, images=np.zeros((2**14, 32, 32), np.uint8))
    tracemalloc.start()
    with pytest.raises(InputError, match=r"bomb\.npz: its 0.0 MB unpack to 17 MB: it looks like a decompression bomb"):
        Npy(path=path).load([path])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


def test_an_archive_as_dense_as_images_are_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(npy, "LARGE", 2**10)
    path = tmp_path / "fine.npz"
    np.savez_compressed(path, images=np.random.default_rng(0).integers(0, 256, (64, 8, 8), dtype=np.uint8))
    assert Npy(path=path).load([path]).values.shape == (64, 8, 8, 1)


def test_a_gzip_file_without_end_is_not_hashed_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(idx, "LARGEST", 2**22)
    (tmp_path / "a.gz").write_bytes(HOSTILE["bomb.gz"])
    with pytest.raises(InputError, match=r"a\.gz: it unpacks to more than 4194304 bytes"):
        idx.content_sha256(tmp_path / "a.gz")


def test_a_server_that_sends_without_end_is_left(tmp_path, monkeypatch):
    endless = SimpleNamespace(headers={}, read=bytes)
    monkeypatch.setattr(fetching, "LARGEST", 2**20)
    with pytest.raises(InputError, match=r"the server sends more than 1048576 bytes"):
        fetching._save(endless, tmp_path / "a.part", 0)
    assert (tmp_path / "a.part").stat().st_size < 2**21


def test_a_full_disk_stops_a_fetch_at_once(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fetching, "_bring", full)
    with pytest.raises(InputError, match=r"a\.gz\.part: cannot be written, for its disk is too full .*Make space"):
        fetching.fetch(tmp_path / "a.gz", "0" * 64, [tmp_path], [], "Install it")


def test_a_link_out_of_the_folder_is_refused(tmp_path, monkeypatch):
    for place in ("elsewhere", "pictures", "work"):
        (tmp_path / place).mkdir()
        Image.fromarray(RAMP).save(tmp_path / place / "b.png")
    (tmp_path / "pictures" / "a.png").symlink_to("../elsewhere/b.png")
    monkeypatch.chdir(tmp_path / "work")
    source = Folder(path=tmp_path / "pictures")
    with pytest.raises(InputError, match=r"a\.png: is a link out of the folder, to .*Copy the picture into the folder"):
        source.load(source.files())


def test_links_inside_and_to_the_cache_of_the_working_folder_are_followed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cache, folder = tmp_path / ".dvc" / "cache", tmp_path / "data" / "pictures"
    for place in (cache, folder):
        place.mkdir(parents=True)
        Image.fromarray(RAMP).save(place / "b.png")
    (folder / "a.png").symlink_to("b.png")
    (folder / "c.png").symlink_to(cache / "b.png")
    (tmp_path / "linked").symlink_to(folder)
    source = Folder(path=tmp_path / "linked")
    assert source.load(source.files()).values.shape == (3, 6, 8, 1)


LAUGHS = "a0: &a0 [lol, lol]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))


TRAPS = {
    "laughs": LAUGHS,
    "list in itself": "a: &a [*a]",
    "mapping in itself": "a: &a {b: *a}",
    "deep": "[" * 5000,
    "date": "a: 2001-99-99",
    **{tag: f"a: !!{tag} x" for tag in ("int", "float", "bool", "timestamp")},
}


@pytest.mark.parametrize("text", TRAPS.values(), ids=TRAPS)
def test_a_config_that_is_a_trap_is_refused(tmp_path, text):
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(AeganError, match=r"a\.yaml: (is not readable as YAML|unfolds to more than 100000 values)"):
        merged([tmp_path / "a.yaml"])


def test_a_config_runs_nothing(tmp_path):
    (tmp_path / "a.yaml").write_text("a: !!python/object/apply:os.mkdir [made]")
    with pytest.raises(AeganError, match="could not determine a constructor"):
        merged([tmp_path / "a.yaml"])
    assert not Path("made").exists()


def test_seeds_without_end_are_refused():
    with pytest.raises(AeganError, match="more than 100000 seeds"):
        load({"study": {"name": "a", "seeds": "0-999999999999999"}, "datasets": {}, "methods": {}})


def test_labels_of_numbers_that_are_no_characters_are_refused(tmp_path):
    """Numpy keeps them, Python fails on them with an error of its own inside."""
    np.save(tmp_path / "x.npy", np.stack([RAMP, RAMP]))
    (tmp_path / "labels.npy").write_bytes(array_header((2,), "<U1") + struct.pack("<2I", 97, 0x110000))
    source = Npy(path=tmp_path / "x.npy", labels=tmp_path / "labels.npy")
    with pytest.raises(InputError, match=r"labels\.npy: label 1 is no text"):
        source.load(source.files())


def test_tensors_that_are_whole_are_read(tmp_path):
    """What is refused above is refused for its fault alone."""
    (tmp_path / "a.safetensors").write_bytes(safetensors(tensor([2], 0, 8), struct.pack("<2f", 1, 2)))
    assert read_tensors(tmp_path / "a.safetensors")["a"].tolist() == [1.0, 2.0]
