"""`--logger aegan` with the records that Snakemake sends; tests/workflow/test_run.py has a real run."""

import logging
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake_interface_logger_plugins.common import LogEvent
from snakemake_interface_logger_plugins.registry import LoggerPluginRegistry
from snakemake_interface_logger_plugins.tests import MockOutputSettings, TestLogHandlerBase

from aegan.cli.study_status import describe_status
from aegan.pipeline.study_progress import read_progress
from aegan.storage import write_text
from snakemake_logger_plugin_aegan import LogHandler, find_trained

SOURCE = str(Path(__file__).parent.parent / "src")
TRAINED = "results/gan/digits/gan/0-1"


class Shown:
    """Stands for the display: keeps what is printed and logged."""

    log = Path("logs/run.log")

    def __init__(self):
        self.printed, self.logged, self.state = [], [], []

    def print(self, *lines, style=""):
        self.printed += lines

    def write_log(self, text):
        self.logged.append(text)

    def show(self):
        self.state.append("shown")

    def start(self):
        self.state.append("started")

    def stop(self):
        self.state.append("stopped")


@pytest.fixture
def handler(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("snakemake_logger_plugin_aegan.count_verdicts", lambda *_: {"generator": {"vanishing": 2}})
    made = LogHandler(MockOutputSettings(), None)
    made.display = Shown()
    return made


def send(handler, event, message="", level=logging.INFO, **facts):
    """Send a record as Snakemake does; what goes wrong is raised."""
    record = logging.makeLogRecord({"msg": message, "levelno": level, "event": event, "created": 100.0, **facts})
    handler.follow(record)


def begin_training(handler):
    send(handler, LogEvent.WORKFLOW_STARTED, configfiles=[Path("/overlay.yaml"), "config/config.yaml"])
    write_text("config/config.yaml", "study: {name: s}\n")
    send(handler, None, "Building DAG of jobs...")
    send(handler, LogEvent.RUN_INFO, "Job stats", stats={"train_gan": 1, "draw": 1, "total": 2})
    job = {"jobid": 3, "rule_name": "train_gan", "log": ["logs/a.log"], "output": [f"{TRAINED}/training.parquet"]}
    send(handler, LogEvent.JOB_INFO, "rule train_gan:", benchmark="logs/benchmarks/train_gan/digits/gan/0-1.tsv", **job)


def test_snakemake_finds_the_plugin_by_its_name():
    assert LoggerPluginRegistry().get_plugin("aegan").log_handler.__name__ == "LogHandler"


def test_every_call_of_snakemake_imports_it_and_nothing_slow():
    code = (
        "import sys, snakemake_logger_plugin_aegan; print({'torch', 'pandas', 'scipy', 'rich.live'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": SOURCE}, capture_output=True, check=True
    )
    assert done.stdout.strip() == b"set()"


def test_jobs_are_counted_judged_and_recorded_for_status(handler):
    begin_training(handler)
    assert handler.configs == [Path("config/config.yaml"), Path("/overlay.yaml")]
    assert describe_status()[0].startswith("s: 0 of 2 jobs done, 1 running, 1 left; time unknown")
    send(handler, LogEvent.JOB_FINISHED, "Finished jobid: 3", job_id=3, created=130.0)
    assert handler.times == {"train_gan/digits/gan/0-1": 30}
    assert read_progress().verdicts == {TRAINED: {"generator": {"vanishing": 2}}}
    assert describe_status() == handler.describe()
    assert handler.display.printed == []
    assert handler.display.logged[-2:] == ["rule train_gan:", "Finished jobid: 3"]
    handler.close()
    handler.close()  # as the interpreter does
    head, verdicts, output = handler.display.printed
    assert re.fullmatch(r"s: stopped at \d\d:\d\d; 1 of 2 jobs done, 1 left: `aegan run` goes on", head)
    assert (verdicts, output) == (
        "  verdicts on 2 trained seeds: generator 2 vanishing",
        "  the whole output: logs/run.log",
    )


def test_a_failure_shows_the_last_line_of_the_log(handler):
    begin_training(handler)
    write_text("logs/a.log", "12:00:00 [train_gan digits/gan/0-1] x.npy: is empty. Copy it back\n")
    send(handler, LogEvent.JOB_ERROR, level=logging.ERROR, jobid=3, rule_name="train_gan", log=["logs/a.log"])
    assert handler.display.printed == ["failed: train_gan/digits/gan/0-1", "x.npy: is empty. Copy it back (logs/a.log)"]
    assert describe_status()[1] == "  failed: train_gan/digits/gan/0-1"


def test_warnings_are_shown_at_once_and_remarks_if_there_was_nothing_to_do(handler):
    send(handler, LogEvent.WORKFLOW_STARTED)
    send(handler, None, "beware", logging.WARNING)
    send(handler, None, "Nothing to be done")
    assert handler.display.printed == ["beware"]
    handler.close()
    assert handler.display.printed == ["beware", "Nothing to be done"]
    assert read_progress() is None


def test_quiet_hides_the_end_of_a_run_and_records_it(handler):
    handler.common_settings = SimpleNamespace(dryrun=False, quiet={"rules"})
    begin_training(handler)
    handler.close()
    assert handler.display.printed == []
    assert read_progress().ended


def test_a_dry_run_shows_all_that_snakemake_says(handler):
    handler.common_settings = SimpleNamespace(dryrun=True)
    send(handler, LogEvent.RUN_INFO, "Job stats", stats={"draw": 1, "total": 1})
    assert handler.display.printed == ["Job stats"]
    assert read_progress() is None


def test_a_damaged_record_of_an_earlier_run_is_replaced(handler):
    write_text(".snakemake/aegan/progress.json", "{}")
    begin_training(handler)
    assert read_progress().total == 2


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (f"{TRAINED}/training.parquet", TRAINED),
        ("results/diagnosis/digits/gan/0-1/probe.parquet", TRAINED),
        ("results/evaluation/gan/digits/gan/0-1/quality.csv", TRAINED),
        ("results/evaluation/data/digits/quality.csv", ""),
        ("index.html", ""),
        ("results/autoencoder/digits/dense/0-1/training.parquet", ""),
        (f"{TRAINED}/weights.safetensors", ""),
    ],
)
def test_jobs_that_change_a_verdict_are_known_by_their_outputs(output, expected):
    assert find_trained(["results/provenance/a.json", output]) == expected


class TestInterface(TestLogHandlerBase):
    """The tests of Snakemake's own interface package."""

    __test__ = True

    @pytest.fixture(autouse=True)
    def folder(self, handler):
        self.handler = handler

    def get_log_handler_cls(self):
        return LogHandler

    def get_log_handler_settings(self):
        return None

    def _create_handler(self):
        return self.handler
