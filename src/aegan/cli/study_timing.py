"""Time on this machine what the phases of a study repeat: reading, training, metrics, drawing.

Everything is timed on noise of the data's shape, with networks at their initial weights, on one thread as in a job.
"""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch

from aegan.cli.study_size import DataDescription
from aegan.cli.training_timing import (
    AutoencoderTimes,
    MethodTimes,
    make_untrained_autoencoder,
    measure,
    time_autoencoder,
    time_method,
    time_once,
)
from aegan.config.model import Config
from aegan.data.array_dataset import ArrayDataset
from aegan.data.sources import SOURCES
from aegan.evaluation.feature_spaces import compute_features, make_feature_nets
from aegan.evaluation.left_out import MIN_SAMPLES
from aegan.evaluation.nearest_neighbours import find_nearest
from aegan.evaluation.qualitative import QUERIES, USUAL
from aegan.metrics.coverage import compute_overlap
from aegan.metrics.features import make_features
from aegan.metrics.measurements import measure_quality
from aegan.metrics.registry import DISTRIBUTION
from aegan.progress import track
from aegan.registry import build
from aegan.training.engine import EagerEngine
from aegan.training.member_factory import classifier_member_factory

#: images that are timed on, at most
IMAGES = 1024


class StudyTimes(NamedTuple):
    """Seconds of what the phases of a study repeat."""

    start: float  #: until a job has imported its libraries
    image: float  #: reading one image
    methods: dict[str, MethodTimes]
    autoencoders: dict[str, AutoencoderTimes]
    classifier_round: float
    features: float  #: of one image, in all feature spaces
    spaces: int
    metrics: float  #: of one set of samples in one space, compared with the test split, without overlap
    ladder_metrics: float  #: the same, compared with half of the test split
    overlap: float  #: of one pair of samples in one space
    neighbour: float  #: of one train image, compared with all queries
    figure: float


def time_study(config: Config, found: DataDescription) -> StudyTimes:
    """Time what the phases of a study repeat, in some seconds.

    Args:
        config: the config of the study.
        found: its data.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    device = "cuda" if torch.cuda.is_available() else "cpu"
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (min(found.train, IMAGES), *found.shape), np.uint8)
    labels = np.arange(len(images)) % found.classes if found.classes else None
    dataset, threads = ArrayDataset(images, labels, device), torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            used = config.list_used_autoencoders(config.study.datasets[0])
            trained = {name: make_untrained_autoencoder(config, name, dataset) for name in used}
            run = config.list_methods(config.study.datasets[0])
            methods = {name: trained.get(config.methods[name].autoencoder or "") for name in run}
            return StudyTimes(
                start=_time_start(),
                image=_time_reading(found),
                methods={
                    name: time_method(config, name, dataset, own)
                    for name, own in track(methods.items(), "timing a round of each method")
                },
                autoencoders={
                    name: time_autoencoder(config, name, dataset, own.autoencoder) for name, own in trained.items()
                },
                **_time_evaluation(dataset, found),
                neighbour=measure(lambda: find_nearest(images[: QUERIES + USUAL], images, 1)) / len(images),
                figure=_time_figure(len(methods)),
            )
    finally:
        torch.set_num_threads(threads)


def _time_evaluation(dataset: ArrayDataset, found: DataDescription) -> dict[str, Any]:
    nets, test = make_feature_nets(dataset.sample_shape, found.classes), found.images - found.train
    classifier_round = 0.0
    if found.classes:
        member, _ = classifier_member_factory(found.classes, dataset)[0](0)
        classifier_round = measure(partial(EagerEngine().play, [member], 1))
    features = compute_features(nets["random"], dataset)
    # a study of fewer leaves metrics out
    features = np.resize(features, (max(MIN_SAMPLES, len(features)), *features.shape[1:]))
    return {
        "classifier_round": classifier_round,
        "features": sum(measure(partial(compute_features, net, dataset)) for net in nets.values()) / len(dataset),
        "spaces": len(nets),
        "metrics": _time_metrics(features, test),
        "ladder_metrics": _time_metrics(features, test // 2),
        "overlap": measure(lambda: compute_overlap(features, features)) / len(dataset) ** 2,
    }


def _time_metrics(features: np.ndarray, test: int) -> float:
    """Time the metrics of samples, except overlap, against `test` samples."""
    fake, rng = features, np.random.default_rng(0)
    real = features[: max(MIN_SAMPLES, test)]
    entries = {name: entry for name, entry in DISTRIBUTION.items() if name != "overlap"}
    return measure(lambda: measure_quality(make_features(real), make_features(fake), rng, entries))


def _time_start() -> float:
    command = [sys.executable, "-c", "import aegan.training.cohort, aegan.tables"]
    return min(time_once(lambda: subprocess.run(command, check=True)) for _ in range(2))


def _time_reading(found: DataDescription) -> float:
    source = build(SOURCES, found.source)
    files = source.list_files()
    part = files[:: -(-len(files) // 64)]
    return time_once(lambda: source.load(part)) * len(files) / len(part) / found.images


def _time_figure(panels: int) -> float:
    """Time a figure with a panel per method, as most of the report's are."""
    from matplotlib.figure import Figure

    from aegan.figures.style import apply_theme, to_svg

    def draw() -> Figure:
        figure = Figure(figsize=(9, 6))
        for place in range(panels):
            figure.add_subplot(3, -(-panels // 3), place + 1).plot(np.arange(20), np.eye(20)[:5].T)
        return figure

    return measure(lambda: to_svg(apply_theme(draw)()))
