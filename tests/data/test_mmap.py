import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from aegan.data.mmap import read_mapped, write_mapped
from aegan.errors import InputError

ARRAYS = {
    "float32": np.float32([[1.5, np.nan], [np.inf, -0.0], [3, 4]]),
    "float64": np.arange(5) / 3,
    "int64": np.arange(4).reshape(4, 1),
    "bytes": np.arange(12, dtype=np.uint8).reshape(3, 2, 2),
    "empty": np.zeros((0, 7), np.float32),
}


def blocks(array):
    """Cut an array into blocks of one or two rows."""
    return [array[:1], array[1:2], array[2:]] if len(array) else [array]


def test_arrays_written_in_blocks_are_read_as_read_only_maps(tmp_path):
    write_mapped(tmp_path / "a.safetensors", ((name, iter(blocks(array))) for name, array in ARRAYS.items()))
    read = read_mapped(tmp_path / "a.safetensors")
    assert list(read) == list(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(read[name], array)
        assert (read[name].dtype, read[name].shape) == (array.dtype, array.shape)
        assert isinstance(read[name], np.memmap) or not len(array)
        assert not read[name].flags.writeable


def test_the_file_is_one_that_safetensors_reads_and_its_own_are_read_too(tmp_path):
    write_mapped(tmp_path / "ours", [(name, blocks(array)) for name, array in ARRAYS.items()])
    theirs = load_file(tmp_path / "ours")
    save_file(theirs, tmp_path / "theirs", metadata={"some": "text"})
    for name, array in read_mapped(tmp_path / "theirs").items():
        np.testing.assert_array_equal(array, ARRAYS[name])
    assert theirs.keys() == ARRAYS.keys()


def test_only_one_block_is_in_use_at_a_time(tmp_path):
    written = []

    def count():
        for number in range(3):
            written.append(number)
            yield np.full((2, 3), number, np.float32)

    write_mapped(tmp_path / "a", [("x", count())])
    assert written == [0, 1, 2]
    np.testing.assert_array_equal(read_mapped(tmp_path / "a")["x"][:, 0], [0, 0, 1, 1, 2, 2])


@pytest.mark.parametrize("kept", [0, 0.5, 0.999])
def test_a_file_that_is_cut_short_is_named(tmp_path, kept):
    write_mapped(tmp_path / "a", [("x", [np.ones((50_000, 3), np.float32)])])
    content = (tmp_path / "a").read_bytes()
    (tmp_path / "a").write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(InputError, match="a: cannot be read, it may be truncated"):
        read_mapped(tmp_path / "a")
