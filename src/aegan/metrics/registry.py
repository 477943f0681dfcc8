"""Every metric by name. To add one, write the function and add its entry here.

The entry also holds what figures (label, unit, direction) and the corruption ladder (expected responses) need to know.
"""

from __future__ import annotations

from collections.abc import Mapping

from aegan.metrics.classes import compare_classes
from aegan.metrics.codes import active_units, effective_dimension, linear_probe, neighbour_probe, prior_distance
from aegan.metrics.coverage import NEIGHBOURS, compute_overlap
from aegan.metrics.distances import MIN_EXTRAPOLATED, fd_infinity, kernel_distance
from aegan.metrics.entries import (
    ClassInformationEntry,
    CodeEntry,
    DistributionEntry,
    MemorisationEntry,
    Metric,
    ReconstructionEntry,
)
from aegan.metrics.memorisation import memorisation_ratio
from aegan.metrics.moments import SEED_SPREAD, moments_distance
from aegan.metrics.reconstruction import mean_squared_error, peak_signal_to_noise, structural_similarity

#: compare features of samples in a feature space. Metrics whose bias does not depend on the number of distinct samples,
#: or that look at single samples, are not expected to respond to duplicates
DISTRIBUTION: dict[str, DistributionEntry] = {
    "frechet": DistributionEntry(
        lambda real, fake, _: {"fd": moments_distance(real.moments, fake.moments)},
        {"fd": Metric("FD", "lower", responds_to=("blur", "noise", "dropped", "duplicates"), min_samples=2)},
        needs_all_samples=True,
    ),
    "extrapolated": DistributionEntry(
        lambda real, fake, rng: {"fd_infinity": fd_infinity(real.drawn, fake.drawn, rng)},
        {"fd_infinity": Metric("FD∞", "lower", responds_to=("blur", "noise", "dropped"), min_samples=MIN_EXTRAPOLATED)},
    ),
    "kernel": DistributionEntry(
        lambda real, fake, rng: {"kid": kernel_distance(real.drawn, fake.drawn, rng)},
        {"kid": Metric("KID", "lower", responds_to=("blur", "noise", "dropped"), min_samples=2)},
    ),
    "overlap": DistributionEntry(
        lambda real, fake, _: compute_overlap(real.drawn, fake.drawn, reach_real=real.reach(NEIGHBOURS))._asdict(),
        {
            name: Metric(name, "higher", responds_to=corruptions, min_samples=NEIGHBOURS + 1)
            for name, corruptions in {
                "precision": ("blur", "noise"),
                "recall": ("dropped", "duplicates"),
                "density": ("blur", "noise"),
                "coverage": ("blur", "noise", "dropped", "duplicates"),
            }.items()
        },
    ),
}

#: compare the class numbers (N, 1) that a classifier predicts for samples
CLASSES: dict[str, DistributionEntry] = {
    "balance": DistributionEntry(
        lambda real, fake, _: compare_classes(real.classes, fake.classes)._asdict(),
        {
            "class_kl": Metric("KL of classes", "lower", unit="nat", responds_to=("dropped",)),
            "class_coverage": Metric("classes covered", "higher", responds_to=("dropped",)),
        },
        needs_all_samples=True,
    ),
}

#: no direction is better: 1 is the value of samples that are independent of single train data. The floor compares one
#: half of the test split with the other
MEMORISATION: dict[str, MemorisationEntry] = {
    "memorisation": MemorisationEntry(
        memorisation_ratio, Metric("distance to train / test", responds_to=("copies",), min_samples=2)
    ),
}

RECONSTRUCTION: dict[str, ReconstructionEntry] = {
    "mse": ReconstructionEntry(mean_squared_error, Metric("MSE", "lower"), points=True),
    "psnr": ReconstructionEntry(peak_signal_to_noise, Metric("PSNR", "higher", unit="dB")),
    "ssim": ReconstructionEntry(structural_similarity, Metric("SSIM", "higher")),
}

CODES: dict[str, CodeEntry] = {
    "active_units": CodeEntry(active_units, Metric("active units", min_samples=2)),
    "effective_dimension": CodeEntry(effective_dimension, Metric("effective dimension", min_samples=2)),
    "prior_distance": CodeEntry(prior_distance, Metric("distance from N(0, I)", "lower", min_samples=2)),
}

CLASS_INFORMATION: dict[str, ClassInformationEntry] = {
    "probe_accuracy": ClassInformationEntry(linear_probe, Metric("linear probe", "higher")),
    "neighbour_accuracy": ClassInformationEntry(neighbour_probe, Metric("5 nearest neighbours", "higher")),
}

#: rate of the codes, in nats per datum; computed according to the kind of code
RATE = "rate"

#: effective number of a codebook's entries that a position of the codes uses
PERPLEXITY = "perplexity"

#: metrics that are not computed from one array of features, images or codes alone
OTHERS: dict[str, Metric] = {
    RATE: Metric("rate", unit="nat"),
    PERPLEXITY: Metric("perplexity of the codebook"),
    SEED_SPREAD: Metric("spread over seeds", min_samples=2),
    "accuracy": Metric("accuracy", "higher"),  # of the classes predicted by a role that learns them
}

#: name -> facts, of all metrics
METRICS: dict[str, Metric] = {
    **{name: metric for entry in (DISTRIBUTION | CLASSES).values() for name, metric in entry.metrics.items()},
    **{name: entry.metric for name, entry in (MEMORISATION | RECONSTRUCTION | CODES | CLASS_INFORMATION).items()},
    **OTHERS,
}

#: name -> (label with unit, which direction is better)
METRIC_LABELS: Mapping[str, tuple[str, str]] = {
    name: (metric.label_with_unit, metric.direction) for name, metric in METRICS.items()
}

#: name -> corruptions of the ladder that it must respond to
EXPECTED_RESPONSES: Mapping[str, tuple[str, ...]] = {
    name: metric.responds_to for name, metric in METRICS.items() if metric.responds_to
}

#: metrics of all samples; the others are computed on the drawn subset
NEEDS_ALL_SAMPLES = {
    name for entry in (DISTRIBUTION | CLASSES).values() if entry.needs_all_samples for name in entry.metrics
}
