"""The jobs of a new study, and the time that they take together."""

from collections import Counter
from pathlib import Path

import pytest
import yaml
from tests.cli.invented_times import invent_times

from aegan.cli.study_jobs import PHASES, Job, compute_makespan, list_jobs
from aegan.cli.study_size import DataDescription, choose_default_size, render_overlay
from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files, merge_mappings

CONFIG = merge_config_files([Path(__file__).parents[2] / "config" / "config.yaml"])
FOUND = DataDescription({"name": "npy", "path": "x.npy"}, 1000, (8, 8, 1), 10)


def jobs_of(**changes):
    size = choose_default_size(FOUND)._replace(**changes)
    overlay = yaml.safe_load(render_overlay("mine", FOUND, Path("x.yaml"), size))
    config = load_config(merge_mappings(CONFIG, overlay))
    return list_jobs(config, FOUND, invent_times(config, FOUND))


def test_the_jobs_are_those_of_the_workflow():
    """Counted by `snakemake --dry-run` of such a study: 43 jobs, 77 with two blocks of seeds."""
    counts = Counter(job.phase for job in jobs_of())
    assert counts == {
        "data": 1, "autoencoder": 2, "latents": 2, "gan": 14, "diagnosis": 7, "evaluation": 12, "report": 5,
    }  # fmt: skip
    assert sum(counts.values()) == 43
    assert set(counts) == set(PHASES)
    assert len(jobs_of(seeds=10)) == 43 + 6 + 7 * 4
    assert not [job for job in jobs_of(diagnosis=False) if job.phase == "diagnosis"]


def test_every_job_comes_after_those_that_it_reads():
    seen = set()
    for job in jobs_of(seeds=10):
        assert seen.issuperset(job.after), job
        assert job.name not in seen
        seen.add(job.name)


def seconds(jobs, name):
    (job,) = [job for job in jobs if job.name == name]
    return job.seconds


def test_seconds_by_hand():
    jobs = jobs_of(rounds=300, seeds=2, steps=99, samples=500, epochs=7)
    assert seconds(jobs, "prepare") == pytest.approx(2 + 1000 * 0.001)
    # 2 seeds of 300 rounds and 20 probes
    assert seconds(jobs, "train_gan gan/0-1") == pytest.approx(2 + 2 * (300 * 0.01 + 20 * 0.5))
    # 720 of 800 images in batches of 256 give 3 rounds per epoch; 80 are held out, and decoded as well
    rounds = 7 * 3
    assert seconds(jobs, "train_autoencoder article/0-1") == pytest.approx(
        2 + 2 * (rounds * 0.005 + 20 * 0.3 + 7 * 80 * 2 * 1e-5)
    )
    # 2 seeds of 500 samples, and the nearest of 800 train images
    assert seconds(jobs, "sample_gan gan/0-1") == pytest.approx(2 + 2 * 500 * 0.001 + 800 * 1e-5)
    # 100 steps, at some of which it looks at the cross-entropies of 160 rows held out
    looks = len({round(100 ** (place / 99)) - 1 for place in range(100)})
    fresh, dynamics = 100 * 0.005 + 12 * 0.4 + looks * 160 * 1e-5, (80 + 32 + 21) * 0.02
    assert seconds(jobs, "diagnose_gan gan/0-1") == pytest.approx(2 + 2 * (fresh + dynamics))
    assert seconds(jobs, "diagnose_gan reconstruction/0-1") == pytest.approx(2 + 2 * (2 * fresh + dynamics))
    without = jobs_of(rounds=300, seeds=2, steps=99, eigenvalues=0)
    assert seconds(without, "diagnose_gan gan/0-1") == pytest.approx(2 + 2 * fresh)


def test_the_time_of_jobs_side_by_side():
    jobs = [Job("data", "a", 2), *(Job("gan", name, 3, ("a",)) for name in "bcd"), Job("report", "e", 1, tuple("bcd"))]
    assert [compute_makespan(jobs, cores) for cores in (1, 2, 3, 8)] == [12, 9, 6, 6]
