"""The files of a finished cohort."""

from tests.training.cohort_files import train_two_members, write_cohort

from aegan.storage import read_json
from aegan.tables import read_table


def test_written_files_are_complete(tiny, tmp_path):
    _, cohort = train_two_members(tiny, "none", tmp_path)
    _, training, run = write_cohort(cohort, tmp_path)
    table = read_table(training)
    assert list(table.columns) == ["dataset", "method", "seed", "step", "network", "layer", "quantity", "value"]
    assert set(table["dataset"]) == {"blobs"}
    record = read_json(run)
    assert record["method"] == "gan"
    assert record["code"] == "c0de"
    assert [member["seed"] for member in record["members"]] == [0, 1]


def test_weights_and_history_are_byte_identical_when_run_again(tiny, tmp_path):
    for name in ("one", "two"):
        write_cohort(train_two_members(tiny, "none", tmp_path / name)[1], tmp_path / name)
    for file in ("weights.safetensors", "training.parquet"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
