"""A callback of Lightning that watches the networks of a LightningModule."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import nn

from aegan.errors import InputError
from aegan.watching.logged_values import OUTPUTS
from aegan.watching.networks import list_parameters
from aegan.watching.watch import Watch, watch

if TYPE_CHECKING:
    from torch.optim import Optimizer

try:  # the class that the trainer knows: the two packages have one each
    if "pytorch_lightning" in sys.modules and "lightning.pytorch" not in sys.modules:
        from pytorch_lightning import Callback
    else:
        from lightning.pytorch import Callback
except ImportError:
    raise InputError(
        "aegan.watching.lightning", "Lightning is not installed", "pip install 'aegan[lightning]'"
    ) from None


class WatchCallback(Callback):  # type: ignore[misc]
    """Watches the training of a LightningModule, with manual or automatic optimisation.

    What `training_step` returns in a mapping under names of the arguments of `Watch.log`, such as loss_generator or
    logits_real, is logged; of automatic optimisation, its loss. The history of a training that resumes from a
    checkpoint goes on.

    Args:
        folder: where the history and the report go.
        every: the largest distance between two looks, in rounds.
        warn: print a network's verdict when it changes.
        judge: name of the network whose logits are returned; by default the one named discriminator, critic or judge.
        trackers: those that each look is exported to.
        networks: submodule of the LightningModule → place of its optimiser in `configure_optimizers`, or a list of
            several; [] for a network that nothing may move. By default all submodules with parameters, with the
            optimisers that hold some of them: then a leak cannot be told from a common optimiser.
    """

    def __init__(
        self,
        folder: str | Path,
        *,
        every: int = 100,
        warn: bool = False,
        judge: str | None = None,
        trackers: Sequence[str] = (),
        **networks: int | Sequence[int],
    ) -> None:
        self._options: dict[str, Any] = {"every": every, "warn": warn, "judge": judge, "trackers": trackers}
        self._folder, self._networks = folder, networks
        self._rounds = 0
        self.watch: Watch | None = None  #: while a training runs, and after it

    def on_train_start(self, trainer: Any, module: Any) -> None:
        """Begin to watch: the optimisers are known, and a checkpoint is loaded."""
        named = _name_networks(module, trainer.optimizers, self._networks)
        self.watch = watch(self._folder, resume=self._rounds or None, **self._options, **named)

    def on_train_batch_end(self, _trainer: Any, module: Any, outputs: Any, _batch: Any, _batch_idx: int) -> None:
        """Log what `training_step` returned."""
        assert self.watch, "it begins with the training"
        given = outputs if isinstance(outputs, Mapping) else {}
        values = {key: value for key, value in given.items() if key.startswith("loss_") or key in OUTPUTS}
        if module.automatic_optimization and "loss" in given:
            moved = (network.name for network in self.watch.networks if network.optimisers)
            values = {f"loss_{name}": given["loss"] for name in moved} | values
        self.watch.log(**values)

    def on_train_end(self, _trainer: Any, _module: Any) -> None:
        """Write the report."""
        if self.watch:
            self.watch.report()

    def teardown(self, *_given: Any, **_stage: Any) -> None:
        """End the watch, also after an exception."""
        if self.watch:
            self._rounds = self.watch.rounds
            self.watch.close()

    def state_dict(self) -> dict[str, Any]:
        """Return the rounds so far, for a checkpoint."""
        return {"rounds": self.watch.rounds if self.watch else self._rounds}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over the rounds of a checkpoint."""
        self._rounds = state_dict["rounds"]


def _name_networks(
    module: nn.Module, optimisers: Sequence[Optimizer], named: Mapping[str, int | Sequence[int]]
) -> dict[str, Any]:
    """Return the networks of a module as `watch` takes them."""
    if not named:
        return {
            name: (child, [one for one in optimisers if _holds(one, child)])
            for name, child in module.named_children()
            if any(True for _ in child.parameters())
        }
    networks: dict[str, Any] = {}
    for name, places in named.items():
        children = dict(module.named_modules())
        if name not in children:
            known = ", ".join(child for child, _ in module.named_children())
            raise InputError(name, f"is no submodule of {type(module).__name__}", f"Choose among {known}")
        own = [places] if isinstance(places, int) else list(places)
        if not set(own) <= set(range(len(optimisers))):
            wrong = f"names the optimisers {own}, of which configure_optimizers returns {len(optimisers)}"
            raise InputError(name, wrong, "Number them from 0")
        networks[name] = (children[name], [optimisers[place] for place in own])
    return networks


def _holds(optimiser: Optimizer, module: nn.Module) -> bool:
    return not _identify(list_parameters(optimiser)).isdisjoint(_identify(module.parameters()))


def _identify(parameters: Iterable[object]) -> set[int]:
    return {id(parameter) for parameter in parameters}
