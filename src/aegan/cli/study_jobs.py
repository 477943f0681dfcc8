"""The jobs of a study and the seconds that each takes: the cost of every phase, and the time on several cores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from typing import NamedTuple

from aegan.cli.study_size import DataDescription
from aegan.cli.study_timing import StudyTimes
from aegan.cli.training_timing import MethodTimes
from aegan.config.diagnosis import Diagnosis
from aegan.config.model import Config
from aegan.evaluation.corruption_ladder import MAX_SAMPLES, REPEATS
from aegan.evaluation.corruptions import CORRUPTIONS, LEVELS
from aegan.evaluation.cross_entropy import HELD_OUT, POINTS, ROWS
from aegan.evaluation.game_dynamics import PATH
from aegan.figures.names import FIGURE_NAMES
from aegan.probes.arnoldi import PRODUCTS
from aegan.probes.schedules import logarithmic

#: phases in the order of the workflow
PHASES = ("data", "autoencoder", "latents", "gan", "diagnosis", "evaluation", "report")
#: images per round of the classifier's training
CLASSIFIER_BATCH = 128


class Job(NamedTuple):
    """A job of the workflow."""

    phase: str
    name: str
    seconds: float
    after: tuple[str, ...] = ()  #: names of the jobs whose outputs it reads


def list_jobs(config: Config, found: DataDescription, times: StudyTimes) -> list[Job]:
    """List the jobs of a study of one data set, in the order of the phases.

    Args:
        config: the config of the study.
        found: its data.
        times: what its parts take on this machine.
    """
    (dataset,) = config.study.datasets
    methods, blocks = config.list_methods(dataset), {block: _count_seeds(block) for block in config.list_seed_blocks()}
    jobs = [Job("data", "prepare", times.start + found.images * times.image)]
    for name in config.list_used_autoencoders(dataset):
        for block, seeds in blocks.items():
            jobs += _list_autoencoder_jobs(config, found, times, name, (block, seeds))
    jobs += _list_reference_jobs(config, found, times)
    for name in methods:
        for block, seeds in blocks.items():
            jobs += _list_method_jobs(config, found, times, name, (block, seeds))
    evaluated = tuple(f"evaluate_gan {name}/{block}" for name in methods for block in blocks)
    jobs.append(Job("evaluation", "measure_spread", times.start / 4, evaluated))
    needed = tuple(job.name for job in jobs)
    seconds = {
        "tabulate": 2 * times.start, "draw": times.start + len(FIGURE_NAMES) * times.figure,
        "grade": times.start, "write_report": times.start, "write_crate": times.start / 4,
    }  # fmt: skip
    for name, own in seconds.items():
        jobs.append(Job("report", name, own, needed))
        needed = (name,)
    return jobs


def _count_seeds(block: str) -> int:
    first, last = map(int, block.split("-"))
    return last - first + 1


def _list_autoencoder_jobs(
    config: Config, found: DataDescription, times: StudyTimes, name: str, block: tuple[str, int]
) -> Iterator[Job]:
    entry, own, (seeds, count) = config.autoencoders[name], times.autoencoders[name], block
    held_out = found.train * entry.held_out
    rounds = entry.epochs * -(-int(found.train - held_out) // entry.batch_size)
    training = rounds * own.round + _count_probes(config.probes.schedule, rounds) * own.probe
    training += entry.epochs * held_out * 2 * own.code
    encoding = found.images * own.code + min(found.train, 10_000) * own.prior
    judging = 2 * found.images * own.code + 2 * times.metrics
    trained, encoded = f"train_autoencoder {name}/{seeds}", f"encode {name}/{seeds}"
    yield Job("autoencoder", trained, times.start + count * training, ("prepare",))
    yield Job("latents", encoded, times.start + count * encoding, (trained,))
    yield Job("evaluation", f"evaluate_autoencoder {name}/{seeds}", 2 * times.start + count * judging, (encoded,))


def _list_reference_jobs(config: Config, found: DataDescription, times: StudyTimes) -> Iterator[Job]:
    """Yield the jobs that measure the data, which every method is compared with."""
    test = found.images - found.train
    rounds = config.evaluation.classifier_epochs * -(-found.train // CLASSIFIER_BATCH)
    half = min(test // 2, MAX_SAMPLES)
    rungs = REPEATS + len(CORRUPTIONS) * len(LEVELS)
    ladder = rungs * (half * times.features + times.spaces * (times.ladder_metrics + half**2 * times.overlap))
    floor = found.images * times.features + _judge_samples(times, min(config.evaluation.samples, found.train), test)
    yield Job("evaluation", "train_features", times.start + rounds * times.classifier_round, ("prepare",))
    yield Job("evaluation", "measure_real_data", times.start + floor + ladder, ("train_features",))


def _judge_samples(times: StudyTimes, samples: int, test: int) -> float:
    """Compute the seconds of all metrics of samples in all feature spaces."""
    return times.spaces * (times.metrics + samples * test * times.overlap)


def _list_method_jobs(
    config: Config, found: DataDescription, times: StudyTimes, name: str, block: tuple[str, int]
) -> Iterator[Job]:
    method, own, (seeds, count) = config.methods[name], times.methods[name], block
    needed = (f"encode {method.autoencoder}/{seeds}",) if method.autoencoder else ("prepare",)
    training = method.rounds * own.round + _count_probes(config.probes.schedule, method.rounds) * own.probe
    samples, trained = min(config.evaluation.samples, found.train), f"train_gan {name}/{seeds}"
    compared = min(samples, config.evaluation.subset)
    yield Job("gan", trained, times.start + count * training, needed)
    sampling = count * samples * own.sample + found.train * times.neighbour
    yield Job("gan", f"sample_gan {name}/{seeds}", times.start + sampling, (trained,))
    if config.diagnosis:
        diagnosed = len(method.stages) if config.diagnosis.stages == "all" else 1
        diagnosis = count * diagnosed * _diagnose_stage(config.diagnosis, found, own)
        yield Job("diagnosis", f"diagnose_gan {name}/{seeds}", times.start + diagnosis, (trained,))
    judged = samples * times.features + _judge_samples(times, compared, found.images - found.train)
    judging = (f"sample_gan {name}/{seeds}", "measure_real_data")
    yield Job("evaluation", f"evaluate_gan {name}/{seeds}", times.start + count * judged, judging)


def _diagnose_stage(diagnosis: Diagnosis, found: DataDescription, own: MethodTimes) -> float:
    """Compute the seconds of a seed's fresh discriminators, one for each kind of fakes, and of its dynamics."""
    steps = diagnosis.discriminator_steps + 1
    looks = sum(map(logarithmic(steps, points=POINTS), range(steps)))
    looking = looks * min(ROWS, HELD_OUT * found.train) * own.fresh_look
    probing = steps * own.fresh_round + _count_probes(diagnosis.schedule, steps) * own.fresh_probe
    searched = max(PRODUCTS // 2, 4 * diagnosis.eigenvalues)  # half of those allowed: 70 to 90 in the quickstart
    products = searched + 2 * 16 + len(PATH)
    return own.fakes * (probing + looking) + (products * own.product if diagnosis.eigenvalues else 0)


def _count_probes(schedule: object, rounds: int) -> int:
    return min(rounds, getattr(schedule, "points", rounds))


def compute_makespan(jobs: Sequence[Job], cores: int) -> float:
    """Compute the seconds until all jobs are done, each on one core, in their order as soon as their inputs are there.

    Args:
        jobs: the jobs, none of which waits for a later one.
        cores: number of jobs that run at a time.
    """
    waiting, done, now = list(jobs), set[str](), 0.0
    running: list[tuple[float, str]] = []
    while waiting or running:
        ready = [job for job in waiting if done.issuperset(job.after)][: cores - len(running)]
        for job in ready:
            heappush(running, (now + job.seconds, job.name))
        waiting = [job for job in waiting if job not in ready]
        now, name = heappop(running)
        done.add(name)
    return now
