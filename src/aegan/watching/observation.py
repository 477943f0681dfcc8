"""The rounds of a training, told from the steps of its optimisers, and the looks at some of them."""

from __future__ import annotations

import sys
import time
import warnings
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import torch
from torch.optim import Optimizer
from torch.utils.hooks import RemovableHandle

from aegan.probes.schedules import Schedule
from aegan.watching.activation_hooks import FlatTally, add_activation_hooks
from aegan.watching.history_file import Row, append_look
from aegan.watching.logged_values import LoggedScalar
from aegan.watching.look import Look, list_divergences, make_rows, write_divergences
from aegan.watching.networks import WatchedNetwork
from aegan.watching.optimiser_steps import is_within, watch_closure

#: history file -> what is being written to it
_OBSERVATIONS: weakref.WeakValueDictionary[Path, Observation] = weakref.WeakValueDictionary()


class Observation:
    """Looks at networks in scheduled rounds, through hooks on their optimisers and, around a look, on their layers.

    A round ends when an optimiser steps that has stepped in it before, so a generator that moves once per five moves of
    its critic moves in every fifth round. A look measures the first move of each network by each optimiser; it ends
    with its round, and then waits for the device once. A late look measures, at its next move, a network without one.

    Args:
        networks: the watched networks.
        judge: the one whose logits are logged, if any.
        path: the history file.
        due: round -> whether to look at it.
        first: the first round.
        after_look: called with the round and the rows of a look that has ended.
    """

    def __init__(
        self,
        networks: list[WatchedNetwork],
        judge: WatchedNetwork | None,
        path: Path,
        due: Schedule,
        first: int,
        after_look: Callable[[int, Sequence[Row]], None],
    ) -> None:
        self.networks, self.judge, self.path, self.due, self.after_look = networks, judge, path, due, after_look
        self.step = first - 1
        self.look: Look | None = None
        self.next: Look | None = None
        self.logged: list[LoggedScalar] = []
        self.closed = False
        self._stepped: set[int] = set()
        self._running: dict[int, FrameType] = {}  #: optimiser -> the frame of its present step
        self._never_moved = {network.name for network in networks if network.optimisers}
        self._diverged: set[str] = set()
        self._started = time.perf_counter()
        if earlier := _OBSERVATIONS.get(path.resolve()):  # a cell of a notebook that runs again
            earlier.close()
        _OBSERVATIONS[path.resolve()] = self
        # a loop that stops at its NaN may end the process, or lose its optimisers and with them this object
        weakref.finalize(self, write_divergences, path, self.logged, self._diverged, self._started)
        self._activation_hooks: list[RemovableHandle] = []
        self._optimiser_hooks: list[RemovableHandle] = []
        for optimiser in {id(own): own for network in networks for own in network.optimisers}.values():
            self._optimiser_hooks.append(optimiser.register_step_pre_hook(self._before_step))
            self._optimiser_hooks.append(optimiser.register_step_post_hook(self._after_step))
        self._plan_next()

    @property
    def looking(self) -> bool:
        """Whether a look at this round or at the next one waits for values."""
        return self.look is not None or self.next is not None

    def find_look(self, lacks: Callable[[Look], bool]) -> Look | None:
        """Return the look that a value belongs to: the present one, or the next if the present one has the value.

        A loop may log before the steps of a round, which begin it, or after them.
        """
        return next((look for look in (self.look, self.next) if look and lacks(look)), None)

    def end_look(self) -> None:
        """End the present look, if there is one, and append it to the history; also a divergence without a look."""
        look, self.look = self.look, None
        self._write(look)

    def flush(self) -> None:
        """Append a divergence among the values that no look has read; the present look goes on."""
        self._write(None)

    def _write(self, look: Look | None) -> None:
        logged = self.logged
        if look is None and not logged:
            return
        with torch.no_grad():
            rows = make_rows(look, self.judge, self._never_moved, logged) if look else list_divergences(logged)
        logged.clear()
        rows = [row for row in rows if row[3] != "diverged" or row[1] not in self._diverged]
        self._diverged |= {row[1] for row in rows if row[3] == "diverged"}
        if look or rows:
            self._append(look.step if look else self.step, rows)

    def _append(self, step: int, rows: list[Row]) -> None:
        try:
            append_look(self.path, step, rows, time.perf_counter() - self._started)
        except OSError as error:  # a training is worth more than its record
            warnings.warn(f"{self.path}: cannot be written ({error}). The watch has ended", stacklevel=2)
            self.close()
        else:
            self.after_look(step, rows)

    def close(self) -> None:
        """Remove all hooks."""
        for handle in [*self._optimiser_hooks, *self._activation_hooks]:
            handle.remove()
        self.logged.clear()
        self.look, self.next, self.closed = None, None, True

    def _before_step(self, optimiser: Optimizer, args: Any, kwargs: Any) -> tuple[Any, Any] | None:
        # the step of a subclass may call that of its parent, which has hooks of its own
        if is_within(self._running.get(id(optimiser)), frame := sys._getframe(1)):
            return None
        self._running[id(optimiser)] = frame
        if not self._stepped or id(optimiser) in self._stepped:
            self._begin_round()
        self._stepped.add(id(optimiser))
        if self.look is None:
            return None
        moved = [own for own in self.look.networks.values() if any(optimiser is one for one in own.network.optimisers)]
        with torch.no_grad():
            for network in moved:
                network.begin_move(optimiser)

        def measure() -> None:
            with torch.no_grad():
                for network in moved:
                    network.measure_gradients(optimiser)

        def repeat() -> None:
            for network in moved:
                network.several_moves = True

        return watch_closure(args, kwargs, measure, repeat)

    def _after_step(self, optimiser: Optimizer, _args: Any, _kwargs: Any) -> None:
        if self._running.get(id(optimiser)) is not sys._getframe(1):
            return
        del self._running[id(optimiser)]
        if self.look is None and not self._never_moved:
            return
        moved = [network.name for network in self.networks if any(optimiser is one for one in network.optimisers)]
        self._never_moved -= set(moved)
        if self.look:
            with torch.no_grad():
                for name in self.look.networks.keys() & moved:
                    self.look.networks[name].end_move(optimiser)
            if self.next and self.next.late and not self.look.list_unmoved():
                self.next = None

    def _begin_round(self) -> None:
        unmoved = self.look.list_unmoved() if self.look else {}
        if self.look:
            for name in unmoved:
                del self.look.networks[name]
            if self.look.networks:  # else a late look, and nothing that it waits for has moved
                self.end_look()
        self._stepped.clear()
        self.step += 1
        self.look = self.next
        if self.look:
            self.look.networks |= unmoved
        self._plan_next()

    def _plan_next(self) -> None:
        """Prepare a look at the next round if it is due: its forward passes may come before its first step."""
        due = self.due(self.step + 1)
        self.next = Look(self.step + 1, self.networks if due else ()) if due or self.look else None
        if self.looking and not self._activation_hooks:
            self._activation_hooks = [
                handle for network in self.networks for handle in add_activation_hooks(network, self._find_tallies)
            ]
        elif not self.looking:
            for handle in self._activation_hooks:
                handle.remove()
            self._activation_hooks = []

    def _find_tallies(self, network: WatchedNetwork) -> dict[str, FlatTally] | None:
        for look in (self.look, self.next):
            own = look.networks.get(network.name) if look else None
            if own and not (network.optimisers and own.complete):
                return own.flat
        return None
