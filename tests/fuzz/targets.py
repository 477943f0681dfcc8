"""Every parser of files that aegan did not write itself: bytes in, nothing but a mistake that the user can fix out."""

import gzip
import io
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from safetensors.numpy import save

from aegan.cli.csv_history import read_csv_history
from aegan.cli.history_readers import read_checkpoint
from aegan.cli.report_archive import read_report
from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files
from aegan.data import idx
from aegan.data.folder import Folder
from aegan.data.npy import Npy
from aegan.errors import AeganError
from aegan.storage import read_array, read_json, read_tensors
from aegan.tables import read_table
from aegan.training.weights import read_weights, seeds_by_stage

RAMP = np.arange(3 * 6 * 8, dtype=np.uint8).reshape(3, 6, 8)


def refusing(*calls: Callable[[], Any]) -> None:
    """Call all; an error that names file and fix is what should come of garbage."""
    for call in calls:
        try:
            call()
        except AeganError:
            continue


def array(content: bytes, folder: Path) -> None:
    """Read .npy or .npz, as the user's data and as a shard of our own."""
    path = folder / "some.npy"
    path.write_bytes(content)
    refusing(lambda: Npy(path=path).load([path]), lambda: np.array(read_array(path)[:1]))


def labels(content: bytes, folder: Path) -> None:
    """Read labels of three images."""
    path, images = folder / "labels.npy", folder / "images.npy"
    path.write_bytes(content)
    np.save(images, RAMP)
    refusing(lambda: Npy(path=images, labels=path).load([images, path]))


def idx_file(content: bytes, folder: Path) -> None:
    """Read IDX, as it is and gzipped."""
    path, zipped = folder / "some.gz", folder / "zipped.gz"
    path.write_bytes(content)
    zipped.write_bytes(gzip.compress(content, 1))
    refusing(*(lambda n=n, p=p: idx.read_idx(p, n) for p in (path, zipped) for n in (1, 3)))
    refusing(lambda: idx.hash_gzip_content(path))


def picture(content: bytes, folder: Path) -> None:
    """Read a picture of a folder."""
    path = folder / "some.png"
    path.write_bytes(content)
    source = Folder(path=path, size=(6, 8))
    refusing(lambda: source.read_images([path]))


def tensors(content: bytes, folder: Path) -> None:
    """Read safetensors, in all the ways there are."""
    path = folder / "seed-0.safetensors"
    path.write_bytes(content)
    readers = (
        read_tensors,
        lambda p: read_weights(p, 0, "generator"),
        lambda p: seeds_by_stage(p, [0]),
        read_checkpoint,
    )
    refusing(*(lambda reader=reader: reader(path) for reader in readers))


def config(content: bytes, folder: Path) -> None:
    """Read a config."""
    path = folder / "some.yaml"
    path.write_bytes(content)
    refusing(lambda: load_config(merge_config_files([path])).list_seed_blocks())


def history(content: bytes, folder: Path) -> None:
    """Read a user's own CSV of norms, and as a table of our own."""
    path = folder / "some.csv"
    path.write_bytes(content)
    refusing(lambda: read_csv_history(path), lambda: read_table(path))


def record(content: bytes, folder: Path) -> None:
    """Read JSON, Parquet and the page of a report."""
    for name in ("some.json", "some.parquet", "index.html"):
        (folder / name).write_bytes(content)
    for table in ("quality", "verdicts", "decisions"):
        (folder / f"{table}.csv").write_bytes(content)
    refusing(lambda: read_json(folder / "some.json"), lambda: read_table(folder / "some.parquet"))
    refusing(lambda: read_report(folder, "some"))


TARGETS: dict[str, Callable[[bytes, Path], None]] = {
    "array": array,
    "labels": labels,
    "idx": idx_file,
    "picture": picture,
    "tensors": tensors,
    "config": config,
    "history": history,
    "record": record,
}


def _written(write: Callable[[io.BytesIO], Any]) -> bytes:
    stream = io.BytesIO()
    write(stream)
    return stream.getvalue()


def _safetensors(header: dict[str, Any], body: bytes) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


MEMBER = {"step": 3, "keys": [["g", "d", "q"]], "divergence": [1, "g", "d", "nan"], "fingerprint": "f"}
#: what mutation begins with
SEEDS: dict[str, list[bytes]] = {
    "array": [
        _written(lambda s: np.save(s, RAMP)),
        _written(lambda s: np.save(s, RAMP / 200)),
        _written(lambda s: np.savez(s, images=RAMP, labels=np.arange(3))),
        _written(lambda s: np.savez_compressed(s, x=RAMP, y=np.array(["a", "b", "a"]))),
    ],
    "labels": [
        _written(lambda s: np.save(s, np.array([1.0, 2.0, 1.0]))),
        _written(lambda s: np.save(s, np.array(["a", "ä", ""]))),
    ],
    "idx": [
        struct.pack(">4B3I", 0, 0, 8, 3, *RAMP.shape) + RAMP.tobytes(),
        struct.pack(">4BI", 0, 0, 8, 1, 3) + b"abc",
    ],
    "picture": [
        *(_written(lambda s, f=f: Image.fromarray(RAMP[0]).save(s, f)) for f in ("PNG", "JPEG")),
        _written(lambda s: Image.fromarray(RAMP[0]).convert("P").save(s, "PNG", transparency=3)),
    ],
    "tensors": [
        save({"seed-0/generator/weight": RAMP, "seed-0/4/generator/weight": RAMP}),
        _safetensors({"__metadata__": {"member": json.dumps(MEMBER)}}, b""),
        _safetensors(
            {
                "__metadata__": {"member": json.dumps(MEMBER)},
                "history/steps": {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]},
                "history/rows": {"dtype": "F32", "shape": [1, 1], "data_offsets": [8, 12]},
            },
            bytes(12),
        ),
    ],
    "config": [
        b"study: {name: a, datasets: [d], methods: [m], seeds: 0-4}\ndatasets: {d: {source: digits}}\n"
        b"methods: {m: {role: none, loss: hinge, penalty: {name: r1, gamma: 2}}}\ngan: {rounds: 5}\n",
        b"a: &a {b: 2001-01-01}\nb: [*a, *a, !!int 1, !!float .nan, 0x1F, 1_000]\n<<: *a\n? [1, 2]\n: ~\n",
    ],
    "history": [b"step,layer,value\n0,a,1.5\n1,a,nan\n", b"step,dense1,dense2\n0,1,2\n1,3,inf\n", b"step,norm\n0,1\n"],
    "record": [
        b'{"a": [1, 2.5, null]}',
        b"<section id=provenance><table><tr><td>a</td><td>b</td></tr></table><pre>a: 1</pre></section>",
        b"dataset,method,seed,space,metric,value\nd,m,0,s,f,1\n",
    ],
}
