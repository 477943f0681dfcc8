"""The comparisons that a study fixes before it runs: its primary family."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Literal, NamedTuple

from pydantic import BeforeValidator, Field

from aegan.analysis.endpoints import ENDPOINTS
from aegan.analysis.study_plan import Baselines, find_pair
from aegan.config.error_messages import suggest_name
from aegan.config.types import Section

#: comparisons of a primary family: with more, 12 seeds hardly find an effect of one standard deviation
MAX_PRIMARY = 12

#: endpoints with a test; the others are counted
TESTED = tuple(name for name, endpoint in ENDPOINTS.items() if not endpoint.counted)


class Comparison(Section):
    """A method, and the one of its baselines that it is compared with."""

    method: str
    """Method of the study."""
    baseline: str | None = None
    """One of the method's baselines (`report.baselines`); absent, its first."""


_expand_method = BeforeValidator(
    lambda value: {"method": value} if isinstance(value, str) else value, json_schema_input_type=Comparison | str
)


class Primary(Section):
    """The primary family: each of the comparisons, at each of the endpoints."""

    comparisons: Annotated[list[Annotated[Comparison, _expand_method]], Field(min_length=1)]
    """Methods, each compared with its first baseline; `{method: reconstruction, baseline: warm_start}` compares one
    with another of its baselines (`report.baselines`)."""
    endpoints: Annotated[list[Literal[TESTED]], Field(min_length=1)]  # type: ignore[valid-type]
    """Endpoints of these comparisons; together at most 12 tests of superiority and equivalence."""
    dataset: str | None = None
    """Data set of these comparisons; absent, the first of `study.datasets`."""


class Comparable(NamedTuple):
    """What the comparisons of a study on one data set may name.

    Args:
        dataset: the data set.
        methods: the methods of the study.
        running: those that run on the data set.
        baselines: method → its baselines.
        differences: method → baseline → in what else than what is compared they differ; "" if in nothing.
    """

    dataset: str
    methods: list[str]
    running: list[str]
    baselines: Baselines
    differences: Mapping[str, Mapping[str, str]]


def find_primary_mistakes(family: Primary, outcomes: Sequence[str], comparable: Comparable) -> Iterator[str]:
    """Yield a message for each mistake in `study.primary`, except its data set.

    Args:
        family: the primary family.
        outcomes: the endpoints of the report.
        comparable: what comparisons may name.
    """
    for i, own in enumerate(family.comparisons):
        path = f"study.primary.comparisons[{i}]"
        if mistake := check_method(path, own.method, comparable):
            yield mistake
        else:
            yield from check_baseline(path, *find_pair(own.to_params(), comparable.baselines), comparable)
    for i, endpoint in enumerate(family.endpoints):
        if endpoint not in outcomes:
            yield f"study.primary.endpoints[{i}]: {endpoint} is not among report.outcomes. Add it there"
    comparisons = [_name_pair(*pair, comparable.baselines) for pair in list_pairs(family, comparable.baselines)]
    for key, names in {"comparisons": comparisons, "endpoints": family.endpoints}.items():
        for name in find_repeated(names):
            yield f"study.primary.{key}: {name} is listed twice. List each once"
    if (size := len(family.comparisons) * len(family.endpoints)) > MAX_PRIMARY:
        yield (
            f"study.primary: {len(family.comparisons)} comparisons at {len(family.endpoints)} endpoints are {size} "
            f"hypotheses, and at most {MAX_PRIMARY} leave each enough power. Name fewer; the others are secondary"
        )


def list_pairs(family: Primary, baselines: Baselines) -> list[tuple[str, str]]:
    """List the methods and baselines of a family's comparisons, without methods that have none."""
    return [find_pair(own.to_params(), baselines) for own in family.comparisons if own.method in baselines]


def check_method(path: str, name: str, comparable: Comparable) -> str:
    """Return a message if a name is not that of a method with a baseline, else "".

    Args:
        path: key that has the name.
        name: of the method.
        comparable: what comparisons may name.
    """
    if name not in comparable.methods:
        return (
            f"{path}: {name!r} is not among study.methods. {suggest_name(name, comparable.methods)}. A study of other "
            "methods has study.primary: null, or a family of its own"
        )
    if name not in comparable.baselines:
        return f"{path}: {name} has no baseline. Add one to study.methods, or name it in report.baselines"
    return ""


def check_baseline(path: str, method: str, baseline: str, comparable: Comparable) -> Iterator[str]:
    """Yield a message if a method is not compared with a baseline, not on this data set, or not with equal networks.

    Args:
        path: key that names the comparison.
        method: a method with baselines.
        baseline: the one to compare with.
        comparable: what comparisons may name.
    """
    if baseline not in (known := comparable.baselines[method]):
        yield (
            f"{path}: {baseline!r} is not among the baselines of {method}. {suggest_name(baseline, list(known))}. Name "
            f"one of them, or list all that are to be compared with in report.baselines.{method}"
        )
    for name in (method, baseline):
        if name in comparable.methods and name not in comparable.running:
            subject = name if name == method else f"the baseline of {method}, {name},"
            place = comparable.dataset
            yield f"{path}: {subject} does not run on {place}. Add it to study.only.{place}, or compare other methods"
    if difference := comparable.differences.get(method, {}).get(baseline):
        yield (
            f"{path}: {method} differs from its baseline {baseline} in more than what is compared: {difference}. Add a "
            "baseline with the same networks to study.methods, or leave the comparison to the secondary ones"
        )


def find_repeated(names: Iterable[str]) -> list[str]:
    """Find the names that occur more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


def _name_pair(method: str, baseline: str, baselines: Baselines) -> str:
    return method if baseline == baselines[method][0] else f"{method} against {baseline}"
