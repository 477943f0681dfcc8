"""Whether a study measures what it is to decide on: its primary endpoints, in all methods and on all data sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aegan.analysis.endpoints import ENDPOINTS
from aegan.config.primary import list_pairs
from aegan.config.requirements import split_sizes
from aegan.data.raw_dataset import DataOutline
from aegan.evaluation.left_out import tabulate_left_out
from aegan.objectives.losses import LOSSES
from aegan.registry import build

if TYPE_CHECKING:
    from aegan.analysis.study_plan import Baselines
    from aegan.config.model import Config


def find_unmeasured_endpoints(config: Config, baselines: Baselines) -> Iterator[str]:
    """Yield a message for each primary endpoint that the config does not let measure.

    Args:
        config: the config.
        baselines: method → its baselines.
    """
    family = config.study.primary
    if not family:
        return
    named = [name for pair in list_pairs(family, baselines) for name in pair]
    for step in config.study.replications:
        named += [name for method in step.methods.values() for name in (method, *baselines.get(method, ())[:1])]
    sides = dict.fromkeys(name for name in named if name in config.study.methods)
    for i, name in enumerate(family.endpoints):
        path, endpoint = f"study.primary.endpoints[{i}]", ENDPOINTS[name]
        if endpoint.diagnosed and not config.diagnosis:
            yield (
                f"{path}: {name} is measured in the diagnosis, which `diagnosis: off` leaves out. Set diagnosis: on, "
                "or name another endpoint"
            )
        for method in sides if endpoint.of_log_odds else ():
            if reason := _explain_logits(config, method):
                yield (
                    f"{path}: {name} is read at a cross-entropy, and {method} has none, because {reason}. Name "
                    "another endpoint, or compare methods of the loss minimax or non_saturating"
                )


def _explain_logits(config: Config, name: str) -> str:
    """Explain why the logits of a method's discriminator are no log-odds; "" if they are."""
    method = config.resolve_params("methods", name)
    if "loss" not in method:
        return f"the discriminator of its role {method['role']['name']} gives no logits"
    loss = build(LOSSES, method["loss"])
    return (
        ""
        if loss.gives_log_odds
        else f"logits are no log-odds with its loss {method['loss']['name']}"
        + (" and smoothing" if method["loss"].get("smoothing") else "")
    )


def find_endpoints_left_out(config: Config, dataset: str, outline: DataOutline) -> Iterator[str]:
    """Yield a message for each primary endpoint whose metric a data set is too small for.

    Args:
        config: the config.
        dataset: an entry of `datasets`.
        outline: what is known of the data.
    """
    study, family = config.study, config.study.primary
    if not family:
        return
    first = family.dataset or study.datasets[0]
    decided = family.endpoints if dataset in {first, *(step.dataset or first for step in study.replications)} else ()
    metrics = {name: metric for name in decided if (metric := ENDPOINTS[name].metric)}
    if not metrics or outline.rows is None:
        return
    sizes = split_sizes(outline.rows, outline.train_rows, config.datasets[dataset].test_fraction)
    generated = min(sizes.train, config.evaluation.samples)
    left_out = tabulate_left_out(sizes.test, generated, config.evaluation.subset, encoded=False)
    for row in left_out[left_out["metric"].isin(list(metrics.values()))].itertuples():
        yield (
            f"study.primary.endpoints: {row.metric} needs {row.needed} samples, and {dataset} gives {row.found}. Give "
            "it more data, raise evaluation.samples or evaluation.subset, or name another endpoint"
        )
