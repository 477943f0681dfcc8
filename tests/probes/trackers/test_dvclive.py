"""What aegan writes for DVCLive, read by dvclive."""


def test_runs_are_read_back_and_are_no_experiments(check):
    files = {path.suffix for path in check("dvclive").rglob("*") if path.is_file()}
    assert files == {".tsv", ".json"}  # no dvc.yaml, no report, nothing of DVC
