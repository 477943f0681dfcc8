"""What one look measures of one network: its gradients, its move, and its activations."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from torch.optim import Optimizer

from aegan.tables import WHOLE_NETWORK
from aegan.watching.activation_hooks import FlatTally
from aegan.watching.networks import WatchedNetwork, stack_scalars

#: the gradient norm of an embedding, which is no layer that a gradient passes on its way through the depth of a network
EMBEDDING_NORM = "embedding_gradient_norm"

#: (layer, quantity) -> number
Numbers = dict[tuple[str, str], float]


class NetworkLook:
    """Measures one network in one look; a parameter that several optimisers move counts with the first of them.

    What is measured stays on the device until `read` gets it back. All of it has to be called without gradients.

    Args:
        network: the network.
    """

    def __init__(self, network: WatchedNetwork) -> None:
        self.network = network
        self.moved_by: set[int] = set()
        self.several_moves = False  #: whether a step has called its closure again, as LBFGS does in each inner move
        self.flat: dict[str, FlatTally] = {}
        self._with_gradient: list[int] = []
        self._unreached: list[int] = []
        self._moved: list[int] = []
        self._gradients: list[Tensor] = []
        self._moves: list[Tensor] = []
        self._skipped: list[Tensor] = []
        self._before: dict[int, Tensor] = {}

    @property
    def complete(self) -> bool:
        """Whether every optimiser of the network has moved it."""
        return len(self.moved_by) == len(self.network.optimisers)

    def begin_move(self, optimiser: Optimizer) -> None:
        """Keep the parameters before an optimiser's first step."""
        if id(optimiser) not in self.moved_by:
            places = [place for place in self.network.select_moved(optimiser) if place not in self._moved]
            self._before = {place: self.network.parameters[place].clone() for place in places}

    def measure_gradients(self, optimiser: Optimizer) -> None:
        """Measure the gradients that an optimiser is about to use.

        A fused optimiser divides by the scale of a `GradScaler` itself, and learns from it whether to skip the step.
        """
        found = [(place, self.network.parameters[place].grad) for place in self._before]
        present = {place: gradient for place, gradient in found if gradient is not None}
        if present:
            tallies = tally_gradients(list(present.values()))
            if (scale := getattr(optimiser, "grad_scale", None)) is not None:
                tallies[0] /= scale.to(tallies.device)
            self._gradients.append(tallies)
            self._with_gradient += present
        # where nothing reaches the first layers, their gradient is 0; a later layer without a gradient is not used
        first = min(present, default=len(self.network.parameters))
        absent = (place for place, gradient in found if gradient is None and place < first)
        self._unreached += [place for place in absent if self.network.parameters[place].requires_grad]
        if (skipped := getattr(optimiser, "found_inf", None)) is not None and self._before:
            self._skipped.append(skipped.detach().clone())

    def end_move(self, optimiser: Optimizer) -> None:
        """Measure the move."""
        if id(optimiser) not in self.moved_by:
            if self._before and not self.several_moves:
                after = [self.network.parameters[place] for place in self._before]
                self._moves.append(tally_moves(list(self._before.values()), after))
                self._moved += self._before
            self._before = {}
            self.moved_by.add(id(optimiser))

    def list_tensors(self) -> list[Tensor]:
        """List what `read` needs, of any shape, in its order."""
        return [*self._skipped, *self._gradients, *self._moves, *(tally.count() for tally in self.flat.values())]

    def read(self, fetched: Iterator[list[float]]) -> Numbers:
        """Read what was measured, from the numbers of `list_tensors`.

        An optimiser that holds none of its parameters moves it by 0.

        Where a `GradScaler` has skipped a step, nothing is read: gradients beyond the range are usual there.
        """
        skipped = [any(next(fetched)) for _ in self._skipped]
        norms, zeros, nonfinite = _join(fetched, self._gradients, rows=3)
        changes, before = _join(fetched, self._moves, rows=2)
        numbers: Numbers = {(layer, "saturation"): sum(next(fetched)) / own.size for layer, own in self.flat.items()}
        if any(skipped):
            return numbers
        if self.moved_by and not self._moves and not self.several_moves:
            numbers[WHOLE_NETWORK, "update_ratio"] = 0.0
        places = [*self._with_gradient, *self._unreached]
        sizes = [self.network.parameters[place].numel() for place in places]
        norms, nonfinite = ([*own, *(0.0 for _ in self._unreached)] for own in (norms, nonfinite))
        zeros = [*zeros, *sizes[len(self._with_gradient) :]]
        for layer, own in self._find_columns(places):
            quantity = EMBEDDING_NORM if layer in self.network.embeddings else "gradient_norm"
            size = sum([sizes[column] for column in own])
            numbers[layer, quantity] = _length(norms, own)
            numbers[layer, "zero_fraction"] = _divide(sum([zeros[column] for column in own]), size)
            numbers[layer, "nonfinite_fraction"] = _divide(sum([nonfinite[column] for column in own]), size)
        for layer, own in self._find_columns(self._moved):
            numbers[layer, "update_ratio"] = _divide(_length(changes, own), _length(before, own))
        return numbers

    def _find_columns(self, measured: Sequence[int]) -> Iterator[tuple[str, list[int]]]:
        """Yield each layer that was measured, with the columns of its parameters."""
        columns = {place: number for number, place in enumerate(measured)}
        for layer, places in self.network.layers.items():
            if own := [columns[place] for place in places if place in columns]:
                yield layer, own


def _join(fetched: Iterator[list[float]], tallies: Sequence[Tensor], rows: int) -> list[list[float]]:
    """Take the numbers of tallies (rows, n), and put them side by side."""
    joined: list[list[float]] = [[] for _ in range(rows)]
    for tally in tallies:
        numbers, columns = next(fetched), tally.shape[1]
        for row, own in enumerate(joined):
            own.extend(numbers[row * columns : (row + 1) * columns])
    return joined


def _length(norms: Sequence[float], columns: Sequence[int]) -> float:
    """Return the norm of the vector whose parts have these norms."""
    return math.sqrt(sum([norms[column] * norms[column] for column in columns]))


def _divide(part: float, whole: float) -> float:
    """Divide, also by 0: a layer of zeros may be moved, and a layer may be empty."""
    return part / whole if whole else math.inf if part > 0 else math.nan


def tally_gradients(gradients: Sequence[Tensor]) -> Tensor:
    """Return (3, n), in float64: the norms and the numbers of zero and of non-finite entries of n gradients (…).

    Each is read by a few operations, and none is copied in float64, whatever their number.
    """
    dense = [own if own.layout is torch.strided else own.to_dense() for own in gradients]
    real = _as_real(dense)
    norms = stack_scalars(torch._foreach_norm(real, 2, torch.float64))
    # the difference of an entry and itself is 0 if it is finite, else NaN, which counts as no zero
    nonzero, nonfinite = (
        stack_scalars([torch.count_nonzero(own) for own in values]) for values in (real, torch._foreach_sub(real, real))
    )
    sizes = torch.tensor([own.numel() for own in real], device=nonzero.device)
    return torch.stack([norms, (sizes - nonzero).double(), nonfinite.double()])


def tally_moves(before: Sequence[Tensor], after: Sequence[Tensor]) -> Tensor:
    """Return (2, n), in float64: the norms of the changes of n parameters (…), and of the parameters before them."""
    old = _as_real(before)
    changes = torch._foreach_sub(_as_real(after), old)
    return torch.stack([stack_scalars(torch._foreach_norm(own, 2, torch.float64)) for own in (changes, old)])


def _as_real(tensors: Sequence[Tensor]) -> list[Tensor]:
    """Return tensors (…), the complex ones as pairs of real numbers (…, 2)."""
    return [torch.view_as_real(own) if own.is_complex() else own for own in tensors]
