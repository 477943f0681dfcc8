"""What aegan writes for TensorBoard, read by tensorboard."""

from aegan.probes.trackers.tensorboard import open_tensorboard


def test_runs_are_read_back(check):
    check("tensorboard")


def test_a_run_is_seen_while_it_goes_on(beside, read_tracker, tmp_path):
    beside("tensorboard")
    run = open_tensorboard(tmp_path, "live")
    run.log(0, {"a": 1.0})
    assert read_tracker("tensorboard", tmp_path, "live") == {"a": [(0, 1.0)]}
    run.close()
