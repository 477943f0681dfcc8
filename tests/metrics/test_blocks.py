"""Blocks of rows: all rows once, in order, without a copy."""

import numpy as np
import pytest

from aegan.metrics import blocks


@pytest.mark.parametrize(("count", "sizes"), [(0, []), (3, [3]), (8, [4, 4]), (9, [4, 4, 1])])
def test_every_row_comes_once_and_in_order(monkeypatch, count, sizes):
    monkeypatch.setattr(blocks, "BLOCK", 4)
    rows = np.arange(2 * count).reshape(count, 2)
    found = list(blocks.iterate_blocks(rows))
    assert [len(block) for block in found] == sizes
    assert all(np.shares_memory(block, rows) for block in found)
    np.testing.assert_array_equal(np.concatenate([*found, rows[:0]]), rows)
