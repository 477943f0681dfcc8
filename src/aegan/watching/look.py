"""One look at a training: what is measured in one round, read from the device at once."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

import torch
from torch import Tensor

from aegan.probes.history import Key
from aegan.probes.quantities import logits
from aegan.probes.snapshot import ProbeSnapshot
from aegan.tables import WHOLE_NETWORK
from aegan.watching.history_file import Row, append_look
from aegan.watching.logged_values import LoggedScalar, Scalar, TermGradients
from aegan.watching.network_look import NetworkLook
from aegan.watching.networks import WatchedNetwork, count_leaks


class Look:
    """What is measured in one round.

    Args:
        step: the round.
        networks: all watched networks; none for a late look, which measures those that an earlier one has left over.
    """

    def __init__(self, step: int, networks: Sequence[WatchedNetwork]) -> None:
        self.step = step
        self.late = not networks
        self._watched = networks
        self.networks = {network.name: NetworkLook(network) for network in networks}
        self.scalars: dict[tuple[str, str], Scalar] = {}  #: (network, term or "" for its loss) -> value
        self.logits: dict[str, Tensor] = {}
        self.terms: TermGradients | None = None

    def list_unmoved(self) -> dict[str, NetworkLook]:
        """List the networks that the look still waits for: name -> its look."""
        return {name: own for name, own in self.networks.items() if own.network.optimisers and not own.moved_by}

    def list_values(self, judge: WatchedNetwork | None) -> dict[Key, Scalar]:
        """List what was logged of the networks, and what follows from it: scalars, tensors of one entry or numbers.

        Args:
            judge: the network whose logits were logged.
        """
        values: dict[Key, Scalar] = {
            (name, WHOLE_NETWORK, f"{term}_term" if term else "loss"): value
            for (name, term), value in self.scalars.items()
        }
        if judge and len(self.logits) == 2:
            pair = (self.logits["logits_real"], self.logits["logits_fake"])
            snapshot = ProbeSnapshot(judge.module, (), (), (), {}, pair)
            values |= {(judge.name, *key): value for key, value in logits(snapshot).items()}
        if self.terms:
            network, layer, norms = self.terms
            total = torch.stack([norm.double() for norm in norms.values()]).sum()
            values |= {(network, layer, f"{name}_share"): norm / total for name, norm in norms.items()}
            values |= {(network, layer, f"{name}_term_gradient"): norm for name, norm in norms.items()}
        return values

    def count_leaks(self) -> Iterator[Row]:
        """Count the tensors that each network's moves reach in others: in each, and in all of them."""
        for network in self._watched:
            leaks = count_leaks(network, self._watched) if network.optimisers else None
            if leaks is not None:
                for other, count in [*leaks.items(), (WHOLE_NETWORK, sum(leaks.values()))]:
                    yield self.step, network.name, other, "leaked_tensors", float(count)


def fetch(tensors: Sequence[Tensor]) -> Iterator[list[float]]:
    """Fetch the numbers of tensors (…), one list for each, with one transfer from each device."""
    groups: dict[torch.device, dict[torch.dtype, list[int]]] = {}
    for place, tensor in enumerate(tensors):
        groups.setdefault(tensor.device, {}).setdefault(tensor.dtype, []).append(place)
    found: dict[int, list[float]] = {}
    for by_type in groups.values():
        flat = [_join([tensors[place] for place in own]).double() for own in by_type.values()]
        numbers = iter(torch.cat(flat).tolist())
        for place in chain.from_iterable(by_type.values()):
            found[place] = list(islice(numbers, tensors[place].numel()))
    return (found[place] for place in range(len(tensors)))


def _join(tensors: Sequence[Tensor]) -> Tensor:
    """Join tensors (…) of one type and device end to end; most are the losses of many rounds, which have no shape."""
    if all(tensor.dim() == 0 for tensor in tensors):
        return torch.stack(list(tensors))
    return torch.cat([tensor.reshape(-1) for tensor in tensors])


def make_rows(
    look: Look, judge: WatchedNetwork | None, never_moved: set[str], logged: Sequence[LoggedScalar]
) -> list[Row]:
    """Make the rows of a look, with a row for each value that is not finite; the only wait for the device.

    Args:
        look: what was measured.
        judge: the network whose logits were logged.
        never_moved: the networks that no optimiser has moved since the start, which therefore have moved by 0.
        logged: the losses and terms of all rounds since the last look.
    """
    values = look.list_values(judge)
    scalars: list[Scalar] = [*values.values(), *(one.value for one in logged)]
    own = [tensor for network in look.networks.values() for tensor in network.list_tensors()]
    fetched = fetch([*own, *(value for value in scalars if isinstance(value, Tensor))])
    rows: list[Row] = []
    for name, network in look.networks.items():
        rows += [(look.step, name, *key, number) for key, number in network.read(fetched).items()]
    numbers = [next(fetched)[0] if isinstance(value, Tensor) else value for value in scalars]
    rows += [(look.step, *key, number) for key, number in zip(values, numbers, strict=False)]
    rows += look.count_leaks()
    rows += [(look.step, name, WHOLE_NETWORK, "update_ratio", 0.0) for name in never_moved]
    return [*rows, *_find_divergences(rows, logged, numbers[len(values) :])]


def list_divergences(logged: Sequence[LoggedScalar]) -> list[Row]:
    """List the first of the logged values of each network that is not finite."""
    fetched = fetch([one.value for one in logged if isinstance(one.value, Tensor)])
    numbers = [next(fetched)[0] if isinstance(one.value, Tensor) else one.value for one in logged]
    return _find_divergences([], logged, numbers)


def write_divergences(path: Path, logged: Sequence[LoggedScalar], known: set[str], started: float) -> None:
    """Append the divergences that no look has found, when a training ends without `close()`.

    Args:
        path: the history file; nothing is written if it is gone.
        logged: the losses and terms of all rounds since the last look.
        known: the networks whose divergence is in the history.
        started: the time of `time.perf_counter` at which the training began, in seconds.
    """
    if not (logged and path.exists()):
        return
    if rows := [row for row in list_divergences(logged) if row[1] not in known]:
        append_look(path, max(row[0] for row in rows), rows, time.perf_counter() - started)


def _find_divergences(rows: Sequence[Row], logged: Sequence[LoggedScalar], numbers: Sequence[float]) -> list[Row]:
    """Find the first value of each network that is not finite; of one round, its term before its loss and gradient.

    Of its layers it is the last, because gradients come from there.
    """
    said = (one for one, number in zip(logged, numbers, strict=True) if not math.isfinite(number))
    events = [(one.step, 0 if one.term else 1, one.network, one.place) for one in said]
    for step, network, layer, quantity, value in reversed(rows):
        if quantity == "nonfinite_fraction" and value > 0 and layer != WHOLE_NETWORK:
            events.append((step, 2, network, layer))
    firsts: dict[str, Row] = {}
    for step, _, network, place in sorted(events, key=lambda event: event[:2]):
        firsts.setdefault(network, (step, network, place, "diverged", 1.0))
    return list(firsts.values())
