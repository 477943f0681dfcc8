import gzip
import struct
import tracemalloc
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tests.data.idx_cases import encode_idx

from aegan.data import idx
from aegan.errors import InputError

VOLUME = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
WHOLE = gzip.compress(encode_idx(VOLUME))


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("idx") / "some.gz"


@settings(deadline=None)
@given(array=hnp.arrays(np.uint8, hnp.array_shapes(min_dims=3, max_dims=3, min_side=0)))
def test_what_was_written_is_read(path, array):
    path.write_bytes(gzip.compress(encode_idx(array), 1))
    np.testing.assert_array_equal(idx.read_idx(path, 3), array)


@settings(deadline=None)
@given(content=st.binary(max_size=80), zipped=st.booleans(), known=st.booleans())
def test_arbitrary_bytes_raise_nothing_but_input_error(path, content, zipped, known):
    content = (bytes([0, 0, 8, 1]) if known else b"") + content
    path.write_bytes(gzip.compress(content, 1) if zipped else content)
    with suppress(InputError):
        assert len(idx.read_idx(path, 1)) == len(content) - 8


@settings(deadline=None)
@given(at=st.integers(0, len(WHOLE) - 1), flip=st.integers(1, 255))
def test_a_flipped_byte_never_changes_the_array(path, at, flip):
    broken = bytearray(WHOLE)
    broken[at] ^= flip
    path.write_bytes(broken)
    with suppress(InputError):
        np.testing.assert_array_equal(idx.read_idx(path, 3), VOLUME)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no gzip", "gzip file"),
        (b"", "header  is not"),
        (WHOLE[:-9], "gzip file"),
        (WHOLE[:-1], "gzip file"),
        (gzip.compress(encode_idx(VOLUME)[:7]), "header 0000080300.* is not that of 3 dim"),
        (gzip.compress(encode_idx(VOLUME[0])), "is not that of 3 dim"),
        (gzip.compress(encode_idx(VOLUME, kind=0x0D)), "unsigned bytes"),
        (gzip.compress(encode_idx(VOLUME)[:-1]), r"\(2, 3, 4\) asks for 24 bytes, but it holds 23"),
        (gzip.compress(encode_idx(VOLUME) + b"x"), "24 bytes, but it holds more"),
        (gzip.compress(struct.pack(">4B3I", 0, 0, 8, 3, *[2**32 - 1] * 3)), "claims the shape"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # compressed bytes hold the time they were made at
)
def test_broken_files_are_refused(path, content, message):
    path.write_bytes(content)
    with pytest.raises(InputError, match=f"some.gz: .*{message}.*fetch it again"):
        idx.read_idx(path, 3)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none.gz: .*No such file"):
        idx.read_idx(tmp_path / "none.gz", 1)


def test_a_claim_below_the_limit_is_not_allocated_either(path):
    path.write_bytes(gzip.compress(struct.pack(">4BI", 0, 0, 8, 1, idx.MAX_BYTES) + b"few"))
    tracemalloc.start()
    with pytest.raises(InputError, match="but it holds 3"):
        idx.read_idx(path, 1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * idx.BLOCK


def test_the_hash_is_of_the_content_not_of_its_compression(path):
    digests = set()
    for level in (1, 9):
        path.write_bytes(gzip.compress(bytes(1000), level, mtime=level))
        digests.add(idx.hash_gzip_content(path))
    assert digests == {"541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53"}
