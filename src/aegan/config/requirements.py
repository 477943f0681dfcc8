"""What a study needs of each of its data sets: the one place that computes the least numbers of samples."""

from __future__ import annotations

from collections.abc import Iterator

from aegan.config.model import Config
from aegan.data.raw_dataset import DataOutline
from aegan.data.shards import count_test_rows
from aegan.data.sufficiency import DataNeeds, SplitSizes, find_shortages
from aegan.evaluation.latent_prior import SAMPLERS
from aegan.evaluation.left_out import tabulate_left_out
from aegan.games.roles import ROLES
from aegan.registry import options
from aegan.reproductions.registry import REPRODUCTIONS
from aegan.training.member_factory import count_rows_for_training


def compute_needs(config: Config, dataset: str) -> DataNeeds:
    """Compute what the study needs of a data set: the largest of what its methods and reproductions need."""
    needs = [DataNeeds()]
    if dataset in config.study.datasets:
        needs += [_needs_of_method(config, method) for method in config.list_methods(dataset)]
    entries = (config.reproductions[name] for name in config.study.reproductions)
    needs += [REPRODUCTIONS[entry.result.name].data or DataNeeds() for entry in entries if entry.dataset == dataset]
    train, test, labels = zip(*needs, strict=True)
    return DataNeeds(max(train), max(test), any(labels))


def _needs_of_method(config: Config, name: str) -> DataNeeds:
    method = config.methods[name]
    labels = ROLES[method.role.name].judges_classes
    if not method.autoencoder:
        return DataNeeds(labels=labels)
    sampler = config.resolve_params("latents")["sampler"]
    fitted = SAMPLERS[sampler["name"]].count_rows(options(SAMPLERS, sampler))
    trained = count_rows_for_training(config.autoencoders[method.autoencoder].held_out)
    return DataNeeds(train=max(fitted, trained), labels=labels)


def find_shortfalls(config: Config, dataset: str, outline: DataOutline) -> Iterator[str]:
    """Yield a message for everything that a data set lacks for the study, as far as its outline tells.

    Args:
        config: the config.
        dataset: an entry of `datasets`.
        outline: what is known of the data.
    """
    settings = config.datasets[dataset]
    needs = compute_needs(config, dataset)
    sizes = SplitSizes(needs.train, needs.test)
    if outline.rows is not None:
        sizes = split_sizes(outline.rows, outline.train_rows, settings.test_fraction)
    shortages = find_shortages(needs, sizes, outline.labelled is not False, settings.test_fraction)
    yield from (f"datasets.{dataset}: {shortage}" for shortage in shortages)


def find_left_out(config: Config, dataset: str, outline: DataOutline) -> Iterator[str]:
    """Yield a message about the metrics that are left out because a data set is too small for them.

    Args:
        config: the config.
        dataset: an entry of `datasets`.
        outline: what is known of the data.
    """
    if outline.rows is None or dataset not in config.study.datasets:
        return
    sizes = split_sizes(outline.rows, outline.train_rows, config.datasets[dataset].test_fraction)
    generated = min(sizes.train, config.evaluation.samples)
    encoded = bool(config.list_used_autoencoders(dataset))
    if metrics := list(tabulate_left_out(sizes.test, generated, config.evaluation.subset, encoded)["metric"]):
        yield (
            f"datasets.{dataset}: {generated} generated and {sizes.test} test samples are too few for some metrics, "
            f"which are left out: {', '.join(metrics)}"
        )


def split_sizes(rows: int, train_rows: int | None, test_fraction: float) -> SplitSizes:
    """Return the rows of the splits.

    Args:
        rows: rows of the data set.
        train_rows: those of the official train split, if there is one.
        test_fraction: share of test rows without one.
    """
    test = count_test_rows(rows, test_fraction) if train_rows is None else rows - train_rows
    return SplitSizes(rows - test, test)
