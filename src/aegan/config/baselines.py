"""Mistakes in the baselines that a config names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aegan.analysis.study_plan import Baselines
    from aegan.config.model import Config


def find_baseline_mistakes(config: Config, resolved: Baselines) -> Iterator[str]:
    """Yield a message for each baseline that cannot be compared with: itself, one not run beside it, or a circle.

    Args:
        config: the config.
        resolved: method -> its baselines, those that the config does not name included.
    """
    runs = [config.list_methods(dataset) for dataset in config.study.datasets]
    for method, baselines in config.report.baselines.items():
        path, known = f"report.baselines.{method}", config.study.methods
        if method in baselines:
            yield f"{path}: a method is no baseline of its own. Name another, or remove the key"
        elif circle := _find_circle(method, resolved):
            yield f"{path}: the baselines form a circle: {', '.join(circle)}. Compare with a method outside of it"
        for name in dict.fromkeys(baselines):
            if method in known and name not in known:
                yield f"{path}: {name} is not among study.methods. Add it there, or name one of these"
            elif method in known and not any({method, name} <= set(running) for running in runs):
                yield f"{path}: no data set runs both {method} and {name}. Add one of them to study.only there"
            if baselines.count(name) > 1:
                yield f"{path}: {name} is listed twice. List each once"


def _find_circle(method: str, baselines: Baselines) -> list[str]:
    """Find the shortest chain of baselines that leads from a method back to it; empty if none does."""
    chains = [[method]]
    for chain in chains:  # which grows by the longer ones
        for name in baselines.get(chain[-1], ()):
            if name == method:
                return [*chain, method]
            if name not in chain:
                chains.append([*chain, name])
    return []
