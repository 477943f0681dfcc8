"""What jobs took, read from files as Snakemake writes them for `benchmark:`."""

from pathlib import Path

import pytest

from aegan.pipeline.job_times import average_times, name_job, read_job_times
from aegan.storage import write_text


@pytest.fixture
def times(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, *seconds in [
        ("train_gan/digits/gan/0-1", 30),
        ("train_gan/digits/latent/0-1", 10),
        ("fetch/digits", 4),
        ("draw/s", 2, 4),
    ]:
        rows = "".join(f"{own}.0\t0:00:{own}\t400.0\n" for own in seconds)
        write_text(f"logs/benchmarks/{name}.tsv", f"s\th:m:s\tmax_rss\n{rows}")
    write_text("logs/benchmarks/train_gan/digits/torn/0-1.tsv", "s\th:m:s\n")
    write_text("logs/benchmarks/train_gan_quickly/other.tsv", "s\n1000\n")
    return read_job_times()


def test_times_are_read_by_job_and_a_torn_file_is_left_out(times):
    expected = {"train_gan/digits/gan/0-1": 30, "train_gan/digits/latent/0-1": 10, "fetch/digits": 4, "draw/s": 3}
    assert times == expected | {"train_gan_quickly/other": 1000}
    assert read_job_times(Path("nowhere")) == {}
    assert name_job(Path("logs/benchmarks/draw/s.tsv")) == "draw/s"
    assert name_job(Path("own/s.tsv")) == "own/s"  # of a rule that a user adds


def test_a_rule_takes_the_mean_of_its_own_jobs(times):
    assert average_times("train_gan", times) == 20
    assert average_times("fetch_digits", times) == 4  # one rule for each data set, with the benchmarks in one folder
    assert average_times("draw", times) == 3
    assert average_times("encode", times) is None
