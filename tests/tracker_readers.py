"""What stands in the files of trackers, read by their own libraries: series -> [(step, value), …]."""

import json
from collections import defaultdict


def read_tensorboard(folder, run):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder / run))
    events.Reload()
    return {name: [(event.step, event.value) for event in events.Scalars(name)] for name in events.Tags()["scalars"]}


def read_dvclive(folder, run):
    from types import SimpleNamespace

    from dvclive.utils import parse_metrics

    plots = folder / run / "plots"
    series, last = parse_metrics(SimpleNamespace(plots_dir=str(plots), metrics_file=str(folder / run / "metrics.json")))
    found = {
        path.removeprefix(f"{plots}/metrics/").removesuffix(".tsv"): [
            (int(row["step"]), float(row[path.rpartition("/")[2].removesuffix(".tsv")])) for row in rows
        ]
        for path, rows in series.items()
    }
    assert last, "metrics.json holds the last values"
    return found


def read_mlflow(folder, run):
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=folder.resolve().as_uri())
    experiment = client.get_experiment_by_name("aegan")
    (found,) = client.search_runs([experiment.experiment_id], f"attributes.run_name = '{run}'")
    return {
        name: [(point.step, point.value) for point in client.get_metric_history(found.info.run_id, name)]
        for name in found.data.metrics
    }


def read_wandb(folder, run):
    from wandb.proto.wandb_internal_pb2 import Record
    from wandb.sdk.internal.datastore import DataStore

    for path in (folder / run).glob("wandb/offline-run-*/run-*.wandb"):
        store, name, series = DataStore(), "", defaultdict(list)
        store.open_for_scan(str(path))
        while data := store.scan_data():
            record = Record()
            record.ParseFromString(data)
            if record.WhichOneof("record_type") == "run":
                name = record.run.display_name
            if record.WhichOneof("record_type") == "history":
                values = {item.key or item.nested_key[0]: json.loads(item.value_json) for item in record.history.item}
                for key in values.keys() - {"round"}:
                    if not key.startswith("_"):  # its own times and steps
                        series[key].append((values["round"], float(values[key])))
        if name == run:
            return series
    raise AssertionError(f"no run {run} in {folder}")


READERS = {
    "dvclive": read_dvclive,
    "mlflow": read_mlflow,
    "tensorboard": read_tensorboard,
    "wandb": read_wandb,
}
