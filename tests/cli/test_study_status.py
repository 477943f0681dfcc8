"""The words of `aegan status` and of the logger."""

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd

from aegan.cli.study_status import count_verdicts, describe_progress, describe_status, list_trained, read_last_line
from aegan.pipeline.study_progress import RunningJob, start_progress, write_progress
from aegan.storage import write_text
from aegan.tables import WHOLE_NETWORK, write_table

ROOT = Path(__file__).parents[2]
NOW = 1_800_000_000.0
TRAINING = RunningJob("train_gan", "train_gan/digits/gan/0-1", "logs/a.log", started=NOW - 90, trained="")
PLANNED = start_progress("s").plan({"train_gan": 2, "draw": 1})


def test_a_running_study_says_what_is_done_runs_and_is_left_until_when(in_folder):
    write_text(
        "logs/a.log", "12:00:01 [train_gan digits/gan/0-1] first\n12:00:09 [train_gan digits/gan/0-1] gan: round 8\n"
    )
    progress = PLANNED.begin("1", TRAINING).judge("a", {"generator": {"stable": 2}, "discriminator": {"stable": 2}})
    progress = progress.judge("b", {"generator": {"vanishing": 1, "stable": 1}})
    head, verdicts, job = describe_progress(progress, {"train_gan/x": 300.0, "draw/x": 60.0}, NOW)
    # 210 s of the running job, 300 s of the next one, and 60 s
    assert re.fullmatch(r"s: 0 of 3 jobs done, 1 running, 2 left; about 9\.5 min, until \d\d:\d\d", head)
    assert verdicts == "  verdicts on 4 trained seeds: generator 3 stable and 1 vanishing; discriminator 2 stable"
    assert job == "  train_gan/digits/gan/0-1, 90 s: gan: round 8"


def test_an_estimate_says_what_it_leaves_out():
    head = describe_progress(PLANNED, {"draw/x": 60.0}, NOW)[0]
    assert head.endswith("more than 60 s, because no job of train_gan has finished here yet")
    many = PLANNED.plan(dict.fromkeys("abcde", 1))
    assert describe_progress(many, {}, NOW)[0].endswith(
        "time unknown, because no job of a, b and 3 other rules has finished here yet"
    )


def test_the_end_of_a_run_is_told_from_a_kill_and_from_a_failure():
    job = PLANNED.begin("1", TRAINING)
    assert describe_progress(replace(PLANNED, waiting={}, done=3).end(NOW), {}, NOW)[0].startswith(
        "s: all 3 jobs done, at "
    )
    stopped = describe_progress(job.fail("1").end(NOW), {}, NOW + 1e6)
    assert re.match(
        r"s: stopped at 20\d\d-\d\d-\d\d \d\d:\d\d; 0 of 3 jobs done, 3 left: `aegan run` goes on", stopped[0]
    )
    assert stopped[1] == "  failed: train_gan/digits/gan/0-1"
    killed = replace(job, process=(job.process[0], 0.0))
    assert describe_progress(killed, {}, NOW)[0] == "s: was killed; 0 of 3 jobs done, 3 left: `aegan run` goes on"


def test_status_reads_the_last_run_and_says_when_there_was_none(in_folder, call, monkeypatch):
    nothing = "nothing has run here yet by `aegan run` or `snakemake --logger aegan`"
    assert describe_status() == [nothing]
    write_text("reports/s/index.html", "")
    assert describe_status() == [nothing, "report: reports/s/index.html"]
    write_progress(PLANNED)
    assert "s: 0 of 3 jobs done" in call("status").output
    monkeypatch.setattr("aegan.cli.study_status.find_processes", lambda: [7])
    assert "7" not in call("status").output  # it is the run
    write_progress(replace(PLANNED, waiting={}, done=3).end(NOW))
    plain, told = describe_status()
    assert plain == "Snakemake is at work here without `--logger aegan`: process 7"
    assert told.startswith("s: all 3 jobs done")
    write_text(".snakemake/aegan/progress.json", "{}")
    done = call("status")
    assert done.exit_code == 1
    assert "progress.json: is not the progress of a run" in done.output


def test_verdicts_are_those_of_the_doctor_under_the_thresholds_of_the_config(in_folder):
    norms = [1.0] * 10 + [0.5] * 10
    rows = [
        {"seed": seed, "step": step, "network": network, "layer": layer, "quantity": "gradient_norm", "value": norm}
        for network in ("generator", "discriminator")
        for seed in (0, 1)
        for layer in ("0", WHOLE_NETWORK)
        for step, norm in enumerate(norms)
    ]
    trained, config = Path("results/gan/digits/gan/0-1"), Path("config.yaml")
    write_table(trained / "training.parquet", pd.DataFrame(rows).assign(dataset="digits", method="gan"))
    config.write_text("study: {name: s}\n", "utf-8")
    assert count_verdicts(trained, [config]) == {"generator": {"stable": 2}, "discriminator": {"stable": 2}}
    config.write_text("verdicts: {shrinking_decades: 0.1}\n", "utf-8")
    assert count_verdicts(trained, [config]) == {"generator": {"shrinking": 2}, "discriminator": {"shrinking": 2}}


def test_the_runs_of_a_study_are_those_of_its_config(tmp_path):
    overlay = tmp_path / "small.yaml"
    overlay.write_text("study: {methods: [gan, article], seeds: 0-3, block: 2, primary: null}\n", "utf-8")
    expected = {f"results/gan/digits/{method}/{seeds}" for method in ("gan", "article") for seeds in ("0-1", "2-3")}
    assert list_trained([ROOT / "config" / "config.yaml", overlay]) == expected
    other = "study: {methods: [gan, article], datasets: [digits, fashion_mnist], seeds: 0-1, block: 2, primary: null, "
    overlay.write_text(f"{other}only: {{fashion_mnist: [gan]}}}}\n", "utf-8")
    runs = ("digits/gan", "digits/article", "fashion_mnist/gan")
    assert list_trained([ROOT / "config" / "config.yaml", overlay]) == {f"results/gan/{run}/0-1" for run in runs}
    overlay.write_text("study: {methods: [none_such]}\n", "utf-8")
    assert list_trained([overlay]) == set()


def test_the_last_line_of_a_log_is_read_without_time_and_name(tmp_path):
    log = tmp_path / "a.log"
    assert read_last_line(log) == ""
    for text, expected in {"": "", "12:00:09 [draw s] a: b\n": "a: b", "x\ny": "y"}.items():
        log.write_text(text, "utf-8")
        assert read_last_line(log) == expected
    log.write_text("é" * 2000, "utf-8")  # the end alone is read, from the middle of a character on
    assert 400 < read_last_line(log).count("é") <= 500
