"""The comparisons that a study fixes before it runs: its primary family, and the replications of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from aegan.analysis.endpoints import ENDPOINTS
from aegan.analysis.study_plan import make_plan
from aegan.config.error_messages import suggest_name
from aegan.config.types import Section

if TYPE_CHECKING:
    from aegan.config.model import Config

#: comparisons of a primary family: with more, 12 seeds hardly find an effect of one standard deviation
MAX_PRIMARY = 12

#: endpoints with a test; the others are counted
TESTED = tuple(name for name, endpoint in ENDPOINTS.items() if not endpoint.counted)


class Primary(Section):
    """The primary family: each of the methods against its baseline, at each of the endpoints."""

    comparisons: Annotated[list[str], Field(min_length=1)]
    """Methods that are compared with their baselines."""
    endpoints: Annotated[list[Literal[TESTED]], Field(min_length=1)]  # type: ignore[valid-type]
    """Endpoints of these comparisons; together at most 12 tests of superiority and equivalence."""
    dataset: str | None = None
    """Data set of these comparisons; absent, the first of `study.datasets`."""


class Replication(Section):
    """A replication of the primary family, on another data set or with methods of another architecture."""

    dataset: str | None = None
    """Data set of the replication; absent, that of the primary family."""
    methods: dict[str, str] = {}
    """Method of the primary family → method that replicates it against its own baseline; others are not replicated.
    Absent, all methods replicate themselves."""


def find_primary_mistakes(
    config: Config, baselines: Mapping[str, str], differences: Mapping[str, Mapping[str, str]]
) -> Iterator[str]:
    """Yield a message for each mistake in `study.primary` and `study.replications`.

    Args:
        config: the config.
        baselines: method → baseline.
        differences: data set → method → in what else than what is compared it differs from its baseline there.
    """
    study = config.study
    if not study.primary:
        if study.replications:
            yield "study.replications: there is no primary family to replicate. Add study.primary, or remove this key"
        return
    family = study.primary
    comparisons = [(f"study.primary.comparisons[{i}]", name) for i, name in enumerate(family.comparisons)]
    yield from _check_methods(comparisons, study.methods, baselines)
    yield from _check_dataset("study.primary", family.dataset, study.datasets)
    dataset = family.dataset or study.datasets[0]
    yield from _check_runs(config, comparisons, dataset, baselines)
    yield from _check_networks(comparisons, baselines, differences.get(dataset, {}))
    for i, endpoint in enumerate(family.endpoints):
        if endpoint not in config.report.outcomes:
            yield f"study.primary.endpoints[{i}]: {endpoint} is not among report.outcomes. Add it there"
    for key in ("comparisons", "endpoints"):
        for name in _find_repeated(getattr(family, key)):
            yield f"study.primary.{key}: {name} is listed twice. List each once"
    if (size := len(family.comparisons) * len(family.endpoints)) > MAX_PRIMARY:
        yield (
            f"study.primary: {len(family.comparisons)} comparisons at {len(family.endpoints)} endpoints are {size} "
            f"hypotheses, and at most {MAX_PRIMARY} leave each enough power. Name fewer; the others are secondary"
        )
    for i, step in enumerate(study.replications):
        path = f"study.replications[{i}]"
        yield from _check_dataset(path, step.dataset, study.datasets)
        replacements = [(f"{path}.methods.{name}", other) for name, other in step.methods.items()]
        yield from _check_methods(replacements, study.methods, baselines)
        replicated = replacements or [(path, name) for name in family.comparisons]
        yield from _check_runs(config, replicated, step.dataset or dataset, baselines)
        yield from _check_networks(replicated, baselines, differences.get(step.dataset or dataset, {}))
        for name in step.methods:
            if name not in family.comparisons:
                suggestion = suggest_name(name, family.comparisons)
                yield f"{path}.methods.{name}: it is not among study.primary.comparisons. {suggestion}"
        for name in _find_repeated(step.methods.values()):
            yield f"{path}.methods: {name} replicates two methods. Name another for one of them"
    yield from _find_repeated_replications(config)


def _check_dataset(path: str, dataset: str | None, known: list[str]) -> Iterator[str]:
    if dataset and dataset not in known:
        yield f"{path}.dataset: {dataset!r} is not among study.datasets. {suggest_name(dataset, known)}"


def _check_methods(named: Iterable[tuple[str, str]], known: list[str], baselines: Mapping[str, str]) -> Iterator[str]:
    for path, name in named:
        if name not in known:
            yield (
                f"{path}: {name!r} is not among study.methods. {suggest_name(name, known)}. A study of other methods "
                "has study.primary: null, or a family of its own"
            )
        elif name not in baselines:
            yield f"{path}: {name} has no baseline. Add one to study.methods, or name it in report.baselines"


def _check_runs(
    config: Config, named: Iterable[tuple[str, str]], dataset: str, baselines: Mapping[str, str]
) -> Iterator[str]:
    """Check that the methods and their baselines run on the data set on which they are compared.

    Args:
        config: the config.
        named: path and method of each comparison; methods that the study does not run are not checked.
        dataset: their data set.
        baselines: method → baseline.
    """
    running = config.list_methods(dataset)
    for path, name in named:
        for needed in (name, baselines.get(name)):
            if needed in config.study.methods and needed not in running:
                role = "" if needed == name else f"the baseline of {name}, "
                yield (
                    f"{path}: {role}{needed}{', ' if role else ' '}does not run on {dataset}. Add it to "
                    f"study.only.{dataset}, or leave the comparison out"
                )


def _check_networks(
    named: Iterable[tuple[str, str]], baselines: Mapping[str, str], differences: Mapping[str, str]
) -> Iterator[str]:
    for path, name in named:
        if difference := differences.get(name):
            yield (
                f"{path}: {name} differs from its baseline {baselines[name]} in more than what is compared: "
                f"{difference}. Add a baseline with the same networks to study.methods, or leave the comparison to the "
                "secondary ones"
            )


def _find_repeated_replications(config: Config) -> Iterator[str]:
    """Yield a message for each replication that repeats a comparison of the primary family, or of one before it."""
    study = config.study.to_params()
    family = set(make_plan(study | {"replications": []}).primary)
    for i, step in enumerate(study["replications"]):
        own = set(make_plan(study | {"replications": [step]}).replications)
        if own & family or not own:
            yield (
                f"study.replications[{i}]: it repeats a comparison that is already tested. Name another data set, or "
                "methods of another architecture"
            )
        family |= own


def _find_repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
