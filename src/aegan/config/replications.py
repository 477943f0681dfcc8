"""Replications of a study's primary family, tested in a fixed order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from aegan.analysis.study_plan import Baselines, replace_pair
from aegan.config.error_messages import suggest_name
from aegan.config.primary import (
    Comparable,
    check_baseline,
    check_method,
    find_primary_mistakes,
    find_repeated,
    list_pairs,
)
from aegan.config.types import Section

if TYPE_CHECKING:
    from aegan.config.model import Config


class Replication(Section):
    """A replication of the primary family, on another data set or with methods of another architecture."""

    dataset: str | None = None
    """Data set of the replication; absent, that of the primary family."""
    methods: dict[str, str] = {}
    """Method of the primary family → method that replaces it, on either side of a comparison. A method's first baseline
    need not be named: the first baseline of the method that replaces it is then meant. Comparisons of which a side has
    no replacement are not replicated. Absent, all comparisons replicate themselves."""


def find_plan_mistakes(
    config: Config, baselines: Baselines, differences: Mapping[str, Mapping[str, Mapping[str, str]]]
) -> Iterator[str]:
    """Yield a message for each mistake in `study.primary` and `study.replications`.

    Args:
        config: the config.
        baselines: method → its baselines.
        differences: data set → method → baseline → in what else than what is compared they differ there; "" if in
            nothing.
    """
    study, family = config.study, config.study.primary
    if not family:
        if study.replications:
            yield "study.replications: there is no primary family to replicate. Add study.primary, or remove this key"
        return

    def describe(dataset: str) -> Comparable:
        running = config.list_methods(dataset)
        return Comparable(dataset, study.methods, running, baselines, differences.get(dataset, {}))

    pairs, first = list_pairs(family, baselines), family.dataset or study.datasets[0]
    yield from find_primary_mistakes(family, config.report.outcomes, describe(first))
    yield from _check_dataset("study.primary", family.dataset, study.datasets)
    tested = {(first, pair) for pair in pairs}
    for i, step in enumerate(study.replications):
        path, comparable = f"study.replications[{i}]", describe(step.dataset or first)
        yield from _check_dataset(path, step.dataset, study.datasets)
        if unknown := list(_find_unknown_replacements(f"{path}.methods", step.methods, pairs, comparable)):
            yield from unknown
            continue
        replaced = {pair: own for pair in pairs if (own := replace_pair(*pair, step.methods, baselines))}
        yield from _find_replacement_mistakes(path, step.methods, replaced, comparable)
        added = [(step.dataset or first, pair) for pair in replaced.values()]
        if len(tested | set(added)) < len(tested) + len(added):
            yield (
                f"{path}: it repeats a comparison that is already tested. Name another data set, or methods of another "
                "architecture"
            )
        tested |= set(added)


def _check_dataset(path: str, dataset: str | None, known: list[str]) -> Iterator[str]:
    if dataset and dataset not in known:
        yield f"{path}.dataset: {dataset!r} is not among study.datasets. {suggest_name(dataset, known)}"


def _find_unknown_replacements(
    path: str, methods: Mapping[str, str], pairs: Sequence[tuple[str, str]], comparable: Comparable
) -> Iterator[str]:
    sides = list(dict.fromkeys(name for pair in pairs for name in pair))
    for name, other in methods.items():
        mistake = check_method(f"{path}.{name}", other, comparable)
        if name not in sides:
            yield f"{path}.{name}: it is not among study.primary.comparisons. {suggest_name(name, sides)}"
        elif mistake and (name in dict(pairs) or other not in comparable.methods):  # a baseline needs none of its own
            yield mistake


def _find_replacement_mistakes(
    path: str,
    methods: Mapping[str, str],
    replaced: Mapping[tuple[str, str], tuple[str, str]],
    comparable: Comparable,
) -> Iterator[str]:
    for name in find_repeated(methods.values()):
        yield f"{path}.methods: {name} replicates two methods. Name another for one of them"
    for name in methods:
        if not any(name in pair for pair in replaced):
            missing = "no comparison of it is replicated. Name what replaces the other side of one, too"
            yield f"{path}.methods.{name}: {missing}"
    for (method, _), pair in replaced.items():
        yield from check_baseline(f"{path}.methods.{method}" if methods else path, *pair, comparable)
