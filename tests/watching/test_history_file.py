"""A history that is read while it grows."""

import pytest

from aegan.errors import InputError
from aegan.watching.history_file import append_look, begin_history, read_history, read_rows

ROWS = [(3, "net", 'odd, "name"', "gradient_norm", float("inf")), (3, "net", "(all)", "loss", float("nan"))]


def test_what_is_written_is_read(tmp_path):
    path = begin_history(tmp_path / "mine", None)
    append_look(path, 3, ROWS, 1.5)
    append_look(path, 8, [(8, "net", "(all)", "loss", 0.1)], 2.5)
    table, last, seconds = read_history(tmp_path / "mine")
    assert (last, seconds) == (8, 2.5)
    assert list(table.columns) == ["dataset", "method", "seed", "step", "network", "layer", "quantity", "value"]
    assert list(table["method"].unique()) == ["mine"]
    assert list(table["layer"]) == ['odd, "name"', "(all)", "(all)"]
    assert table["value"].tolist()[::2] == [float("inf"), 0.1]
    assert table["value"].isna().tolist() == [False, True, False]
    rows = read_rows(tmp_path / "mine")
    assert (rows[0], rows[2]) == (ROWS[0], (8, "net", "(all)", "loss", 0.1))
    assert len(rows) == 3


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_half_a_block_is_left_out(tmp_path, cut):
    path = begin_history(tmp_path, None)
    append_look(path, 3, ROWS, 1.5)
    whole = path.read_text()
    append_look(path, 8, ROWS, 2.5)
    path.write_text(path.read_text()[: len(whole) + cut])
    assert read_history(tmp_path)[1] == 3
    assert len(read_history(tmp_path)[0]) == 2


@pytest.mark.parametrize("resume", [-1, 2.5, "x", True])
def test_only_a_round_resumes_a_history(tmp_path, resume):
    path = begin_history(tmp_path, None)
    append_look(path, 3, ROWS, 1.5)
    with pytest.raises(InputError, match=f"resume: is {resume!r}. Give the round that the training resumes at"):
        begin_history(tmp_path, resume)
    assert len(read_rows(tmp_path)) == 2


def test_a_history_is_neither_overwritten_nor_made_up(tmp_path):
    path = begin_history(tmp_path, None)
    with pytest.raises(InputError, match="no look has ended"):
        read_history(tmp_path)
    assert read_rows(tmp_path) == []
    for step in (3, 8):
        append_look(path, step, [(step, "net", "(all)", "loss", 0.1)], 1.0)
    with pytest.raises(InputError, match="say resume=ROUND"):
        begin_history(tmp_path, None)
    begin_history(tmp_path, 8)
    assert read_history(tmp_path)[1] == 3
    with pytest.raises(InputError, match="is not there"):
        read_history(tmp_path / "elsewhere")
