"""What aegan writes for MLflow, read by mlflow."""

from aegan.probes.trackers import mlflow


def test_runs_are_read_back_and_have_finished(check):
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=check("mlflow").as_uri())
    experiment = client.get_experiment_by_name(mlflow.EXPERIMENT)
    assert [run.info.status for run in client.search_runs([experiment.experiment_id])] == ["FINISHED"] * 2


def test_a_look_may_have_more_values_than_mlflow_takes_at_once(beside, read_tracker, tmp_path, monkeypatch):
    beside("mlflow")
    from mlflow.utils.validation import MAX_METRICS_PER_BATCH

    assert mlflow.BATCH <= MAX_METRICS_PER_BATCH
    monkeypatch.setattr(mlflow, "BATCH", 2)
    values = {f"net/layers/{layer}/loss": float(layer) for layer in range(5)}
    run = mlflow.open_mlflow(tmp_path, "wide")
    run.log(2, values)
    run.close()
    assert read_tracker("mlflow", tmp_path, "wide") == {name: [(2, value)] for name, value in values.items()}
