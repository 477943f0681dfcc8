"""The vector field of a game, its Jacobian, and the field along a path of parameters.

The field of a game is v(ω) = (∇_{θ_1} L_1, …, ∇_{θ_n} L_n), every player's gradient of its own loss by its own
parameters, and H = ∂v/∂ω. Simultaneous gradient descent follows −v, so its eigenvalues are those of H with the other
sign: it converges where all eigenvalues of H have a positive real part, and rotates where they have an imaginary part.
At the equilibrium of the Dirac-GAN (Mescheder 2018) −H has the eigenvalues ±i·f'(0), with R1 −γ/2 ± √(γ²/4 − f'(0)²).

A loss is a closure that must give the same value at the same parameters: one batch, one noise, modules that draw
nothing and change no buffers (else put `preserve_state` around the call).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from aegan.errors import InputError

#: a player's parameters, and its loss at the current values of all players' parameters
FieldPlayer = tuple[Sequence[Tensor], Callable[[], Tensor]]

#: number of parameters up to which the Jacobian is computed as a dense matrix and results are exact
DENSE_LIMIT = 512

#: relative accuracy of iterated eigenvalues, and the restarts allowed: a figure shows three digits, and more restarts
#: are expensive for a cluster of eigenvalues
TOLERANCE, RESTARTS = 1e-4, 3


def compute_field(players: Sequence[FieldPlayer]) -> Tensor:
    """Return the field v (P,) at the current parameters, player after player."""
    return _flat([part for own, loss in players for part in _gradients(loss(), own)])


class Jacobian:
    """The Jacobian H = ∂v/∂ω (P, P) at the current parameters, as a linear map; it keeps one graph in memory.

    Args:
        players: players with disjoint parameters.

    Raises:
        InputError: a parameter belongs to two players.
    """

    def __init__(self, players: Sequence[FieldPlayer]) -> None:
        self.parameters = _disjoint(players)
        self._field = _flat([part for own, loss in players for part in _gradients(loss(), own, create_graph=True)])

    def vjp(self, u: Tensor) -> Tensor:
        """Return Hᵀu (P,) by a second backward pass."""
        return _flat(_gradients(self._field, self.parameters, u, retain_graph=True))

    def jvp(self, u: Tensor) -> Tensor:
        """Return H u (P,): the derivative by w of the linear map w ↦ Hᵀw."""
        w, image = self._transpose
        return _flat(_gradients(image, [w], u, retain_graph=True))

    def matrix(self) -> Tensor:
        """Return H (P, P), row by row."""
        return torch.stack([self.vjp(row) for row in torch.eye(len(self._field)).to(self._field)])

    def eigenvalues(self, k: int, rng: torch.Generator) -> Tensor:
        """Return eigenvalues of H, complex128, largest modulus first: all P if P ≤ 512, else k by Arnoldi iteration.

        If the iteration does not converge for all k, those that converged are returned.
        """
        found = torch.linalg.eigvals(self.matrix().double()).cpu() if self._small else self._arnoldi(k, rng)
        return found[found.abs().argsort(descending=True)]

    def symplectic_share(self, rng: torch.Generator, draws: int = 8) -> Tensor:
        """Return ‖A‖_F / ‖S‖_F of H = S + A, symmetric and antisymmetric (Balduzzi 2018); 0 for a potential game.

        Exact if P ≤ 512, else by E‖A u‖² = ‖A‖_F² over `draws` Rademacher vectors u (Hutchinson 1989). A float64
        scalar; infinite for a Hamiltonian game.
        """
        if self._small:
            matrix = self.matrix()
            pairs = [(matrix, matrix.T)]
        else:
            vectors = (torch.randint(2, self._field.shape, generator=rng, device=rng.device) for _ in range(draws))
            signs = [(2 * vector - 1).to(self._field) for vector in vectors]
            pairs = [(self.jvp(u), self.vjp(u)) for u in signs]
        forward, backward = (torch.stack(side).double() for side in zip(*pairs, strict=True))
        share: Tensor = torch.linalg.vector_norm(forward - backward) / torch.linalg.vector_norm(forward + backward)
        return share

    @property
    def _small(self) -> bool:
        return len(self._field) <= DENSE_LIMIT

    @cached_property
    def _transpose(self) -> tuple[Tensor, Tensor]:
        w = torch.zeros_like(self._field, requires_grad=True)
        return w, _flat(_gradients(self._field, self.parameters, w, create_graph=True))

    def _arnoldi(self, k: int, rng: torch.Generator) -> Tensor:
        from scipy.sparse.linalg import ArpackNoConvergence, LinearOperator, eigs

        def multiply(u: np.ndarray) -> np.ndarray:
            product: np.ndarray = self.jvp(torch.from_numpy(u).flatten().to(self._field)).double().cpu().numpy()
            return product

        size = len(self._field)
        start = torch.randn(size, generator=rng, dtype=torch.float64, device=rng.device).cpu().numpy()
        operator = LinearOperator((size, size), matvec=multiply, dtype=np.float64)
        found: np.ndarray
        try:
            basis = min(size, max(3 * k, 20))
            found = eigs(operator, k, v0=start, ncv=basis, tol=TOLERANCE, maxiter=RESTARTS, return_eigenvectors=False)
        except ArpackNoConvergence as stopped:
            found = stopped.eigenvalues
        return torch.from_numpy(found.astype(np.complex128))


class Path(NamedTuple):
    """The field along a straight path of parameters, one number per α, float64."""

    cosine: Tensor  #: cos(v(ω_α), ω' − ω)
    norm: Tensor  #: ‖v(ω_α)‖


def measure_path_angle(players: Sequence[FieldPlayer], ends: tuple[Tensor, Tensor], alphas: Sequence[float]) -> Path:
    """Measure the field on the straight path ω_α = (1−α)ω + αω': its angle to the path and its norm (Berard 2020).

    v points uphill: an attracting point at α = 1 shows a cosine of −1 before and +1 behind it; a rotation shows a bump
    there instead. The parameters are restored afterwards, also after an error.

    Args:
        players: the players of the game.
        ends: ω and ω', each (P,), in the order of the field.
        alphas: places on the path; 0 is ω, 1 is ω'.
    """
    start, end = ends
    parameters, direction = _disjoint(players), (end - start).double()
    cosines, norms = [], []
    for alpha in alphas:
        with move_parameters(parameters, (1 - alpha) * start + alpha * end):
            v = compute_field(players).double()
        norms.append(torch.linalg.vector_norm(v))
        cosines.append(v @ direction / (norms[-1] * torch.linalg.vector_norm(direction)))
    return Path(torch.stack(cosines), torch.stack(norms))


@contextmanager
def move_parameters(parameters: Sequence[Tensor], point: Tensor) -> Iterator[None]:
    """Move parameters to a point (P,) within a `with` block; their storage is replaced, not overwritten."""
    own = [parameter.data for parameter in parameters]
    pieces = point.detach().split([parameter.numel() for parameter in parameters])
    try:
        for parameter, piece in zip(parameters, pieces, strict=True):
            parameter.data = piece.view_as(parameter).to(parameter.dtype)
        yield
    finally:
        for parameter, numbers in zip(parameters, own, strict=True):
            parameter.data = numbers


def _gradients(
    outputs: Tensor,
    inputs: Sequence[Tensor],
    weights: Tensor | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
) -> tuple[Tensor, ...]:
    """Differentiate, with zeros for inputs that the outputs do not depend on."""
    return torch.autograd.grad(outputs, inputs, weights, retain_graph, create_graph, materialize_grads=True)


def _flat(tensors: Sequence[Tensor]) -> Tensor:
    return torch.cat([tensor.flatten() for tensor in tensors])


def _disjoint(players: Sequence[FieldPlayer]) -> list[Tensor]:
    parameters = [parameter for own, _ in players for parameter in own]
    if len({id(parameter) for parameter in parameters}) < len(parameters):
        raise InputError("players", "a parameter belongs to two of them", "Give each parameter to one player.")
    return parameters
