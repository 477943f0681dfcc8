"""Reading histories: of finished runs, of running ones, and what is said of files that are neither."""

import pandas as pd
import pytest

from aegan.analysis.study_schema import HISTORY
from aegan.cli.history_readers import read_checkpoint, read_columns, read_run
from aegan.errors import InputError
from aegan.tables import prepend_columns, read_table, write_table
from aegan.training.outputs import join_histories
from aegan.watching.history_file import append_look, begin_history


def test_a_finished_history_is_that_of_its_table(finished_run, run_path):
    folder = finished_run / "results" / run_path
    history = read_run(folder)
    pd.testing.assert_frame_equal(history.history, read_table(folder / "training.parquet")[HISTORY])
    assert history.state == "finished: gan on digits, seeds 0 and 1"
    assert (history.root, history.probe, history.running_method) == (finished_run, None, None)


def test_a_running_history_is_that_of_its_members(running_run, run_path):
    root, member = running_run
    history = read_run(root / "results" / run_path)
    expected = prepend_columns(join_histories([member]), {"dataset": "digits", "method": "gan"})[HISTORY]
    pd.testing.assert_frame_equal(history.history, expected, check_dtype=False)
    assert (history.root, history.running_method) == (root, "gan")
    rounds, table = read_checkpoint(root / ".checkpoints" / run_path / "seed-0.safetensors")
    assert rounds == 5
    assert len(table) == len(expected)


def test_a_watched_history_is_read_while_it_grows(tmp_path):
    path = begin_history(tmp_path / "mine", None)
    append_look(path, 7, [(7, "critic", "(all)", "gradient_norm", 0.5)], 90.0)
    with path.open("a") as file:
        file.write("8,critic,(all),gradi")
    history = read_run(tmp_path / "mine")
    assert history.state.endswith("mine, last look at round 7, after 90 s")
    assert list(history.history) == HISTORY
    assert history.history["value"].tolist() == [0.5]


def test_an_autoencoder_is_read_as_a_method(tmp_path):
    write_table(tmp_path / "quality.csv", pd.DataFrame({"autoencoder": ["dense"], "value": [1.0]}))
    assert read_columns(tmp_path / "quality.csv", ["method", "value"], "Give another")["method"].tolist() == ["dense"]
    with pytest.raises(InputError, match="has no column seed"):
        read_columns(tmp_path / "quality.csv", ["seed"], "Give another")


def test_what_is_no_checkpoint_is_refused(tmp_path, run_path):
    folder = tmp_path / ".checkpoints" / run_path
    folder.mkdir(parents=True)
    (folder / "seed-0.safetensors").write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"seed-0\.safetensors: is not a checkpoint"):
        read_run(tmp_path / "results" / run_path)


def test_where_there_is_nothing_to_read_it_says_what_to_give(tmp_path, run_path):
    with pytest.raises(InputError, match=r"has no training\.parquet.*or a CSV"):
        read_run(tmp_path / "results" / run_path)


def test_a_table_that_is_no_history_is_refused(tmp_path):
    write_table(tmp_path / "training.parquet", pd.DataFrame({"a": [1]}))
    with pytest.raises(InputError, match="no column dataset"):
        read_run(tmp_path)


def test_a_history_that_is_broken_is_refused(tmp_path):
    (tmp_path / "training.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError, match=r"training\.parquet: cannot be read"):
        read_run(tmp_path)
