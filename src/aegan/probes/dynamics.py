"""The vector field of a game and its Jacobian.

The field of a game is v(ω) = (∇_{θ_1} L_1, …, ∇_{θ_n} L_n), every player's gradient of its own loss by its own
parameters, and H = ∂v/∂ω. Simultaneous gradient descent follows −v, so its eigenvalues are those of H with the other
sign: it converges where all eigenvalues of H have a positive real part, and rotates where they have an imaginary part.
At the equilibrium of the Dirac-GAN (Mescheder 2018) −H has the eigenvalues ±i·f'(0), with R1 −γ/2 ± √(γ²/4 − f'(0)²).

A loss is a closure that must give the same value at the same parameters: one batch, one noise, modules that draw
nothing and change no buffers (else put `preserve_state` around the call). Parameters that do not require grad have no
part in the field, whose length P counts the others alone. Callers may be inside `torch.no_grad`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import chain

import torch
from torch import Tensor

from aegan.errors import InputError
from aegan.probes import arnoldi
from aegan.probes.contracts import differentiable_kernels, enable_autograd, require_count, require_loss
from aegan.probes.parameter_vectors import require_point, select_parameters
from aegan.progress import track

#: a player's parameters, and its loss at the current values of all players' parameters
FieldPlayer = tuple[Sequence[Tensor], Callable[[], Tensor]]

#: number of parameters up to which the Jacobian is computed as a dense matrix and results are exact
DENSE_LIMIT = 512


def compute_field(players: Sequence[FieldPlayer]) -> Tensor:
    """Return the field v (P,) at the current parameters, player after player.

    Raises:
        InputError: a player has no parameter that requires grad or shares one, or its loss is no number with a graph.
    """
    return _differentiate_losses(players)


class Jacobian:
    """The Jacobian H = ∂v/∂ω (P, P) at the current parameters, as a linear map; it keeps one graph in memory.

    Args:
        players: players with disjoint parameters.

    Raises:
        InputError: as for `compute_field`; later, a layer has no second derivative.
    """

    def __init__(self, players: Sequence[FieldPlayer]) -> None:
        #: those that require grad, in the order of the field
        self.parameters = list(chain(*select_parameters(players)))
        self._field = _differentiate_losses(players, create_graph=True)
        self._space: arnoldi.KrylovSpace | arnoldi.DenseSpectrum | None = None  # one for all searches

    def vjp(self, u: Tensor) -> Tensor:
        """Return Hᵀu (P,) by a second backward pass."""
        return self._differentiate(self._field, self.parameters, self._check(u), retain_graph=True)

    def jvp(self, u: Tensor) -> Tensor:
        """Return H u (P,): the derivative by w of the linear map w ↦ Hᵀw."""
        w, image = self._transpose
        return self._differentiate(image, [w], self._check(u), retain_graph=True)

    def matrix(self) -> Tensor:
        """Return H (P, P), row by row."""
        return torch.stack([self.vjp(row) for row in torch.eye(len(self._field)).to(self._field)])

    def eigenvalues(self, k: int, rng: torch.Generator) -> Tensor:
        """Return eigenvalues of H, complex128, largest modulus first: all P if P ≤ 512, else k by Arnoldi iteration.

        If the iteration does not converge for all k, those that converged are returned. NaN if H is not finite.
        """
        require_count("k", k, 0)
        found, converged = self._find(arnoldi.choose_largest(len(self._field) if self._small else k), k, rng)
        return found[converged]

    def rotation(self, rng: torch.Generator) -> Tensor:
        """Return the eigenvalue of H of largest imaginary part, complex128 (): the fastest rotation of the game.

        It is searched by that part, so that large real eigenvalues do not hide it. It is 0 if no imaginary part exceeds
        1e-4 of the largest modulus, and NaN if the iteration does not converge, finds real eigenvalues alone although
        others may be left, or H is not finite.
        """
        found, converged = self._find(arnoldi.choose_rotation, 1, rng, looks=3)
        if len(found):
            return torch.where(converged, found, arnoldi.NAN)[0]
        is_real = self._space is None or self._space.is_whole or self._has_real_spectrum(rng)
        return torch.tensor(0.0 if is_real else arnoldi.NAN, dtype=torch.complex128)

    def symplectic_share(self, rng: torch.Generator, draws: int = 8) -> Tensor:
        """Return ‖A‖_F / ‖S‖_F of H = S + A, symmetric and antisymmetric (Balduzzi 2018); 0 for a potential game.

        Exact if P ≤ 512, else by E‖A u‖² = ‖A‖_F² over `draws` Rademacher vectors u (Hutchinson 1989). A float64
        scalar; infinite for a Hamiltonian game.
        """
        require_count("draws", draws, 1)
        matrix = self.matrix() if self._small else None
        forward, backward = self._multiply_signs(rng, draws) if matrix is None else (matrix.double(), matrix.T.double())
        share: Tensor = torch.linalg.vector_norm(forward - backward) / torch.linalg.vector_norm(forward + backward)
        return share

    def _multiply_signs(self, rng: torch.Generator, draws: int) -> tuple[Tensor, Tensor]:
        """Return H u and Hᵀu, float64 (draws, P) both, of Rademacher vectors u."""
        vectors = (torch.randint(2, self._field.shape, generator=rng, device=rng.device) for _ in range(draws))
        signs = track([(2 * vector - 1).to(self._field) for vector in vectors], "products with signs, draws")
        forward, backward = zip(*((self.jvp(u), self.vjp(u)) for u in signs), strict=True)
        return torch.stack(forward).double(), torch.stack(backward).double()

    def _has_real_spectrum(self, rng: torch.Generator) -> bool:
        """Return whether H is so symmetric that no imaginary part counts: none exceeds ‖(H − Hᵀ) / 2‖_F."""
        forward, backward = self._multiply_signs(rng, 4)
        bound = torch.linalg.vector_norm((forward - backward) / 2, dim=1).square().mean().sqrt()
        return bool(bound.cpu() <= arnoldi.TOLERANCE * self._find(arnoldi.choose_largest(1), 1, rng)[0].abs().amax())

    @property
    def _small(self) -> bool:
        return len(self._field) <= DENSE_LIMIT

    @cached_property
    def _transpose(self) -> tuple[Tensor, Tensor]:
        with enable_autograd():
            w = torch.zeros_like(self._field, requires_grad=True)
        return w, self._differentiate(self._field, self.parameters, w, create_graph=True)

    def _differentiate(self, outputs: Tensor, inputs: Sequence[Tensor], weights: Tensor, **options: bool) -> Tensor:
        """Differentiate once more, with zeros for inputs that the outputs do not depend on; (P,)."""
        if not outputs.requires_grad:  # losses that are linear in all parameters
            return torch.zeros_like(self._field)
        try:
            with enable_autograd():
                return _flat(torch.autograd.grad(outputs, inputs, weights, materialize_grads=True, **options))
        except RuntimeError as error:
            if "not implemented" not in str(error):
                raise
            fix = "Compute the losses with a layer that has one; recurrent layers have it without cuDNN"
            raise InputError("players", f"a layer has no second derivative ({error})", fix) from error

    def _check(self, u: Tensor) -> Tensor:
        require_point("u", u, self.parameters)
        return u.to(self._field)

    def _find(self, choose: arnoldi.Choice, count: int, rng: torch.Generator, looks: int = 1) -> tuple[Tensor, Tensor]:
        if self._space is None and self._small:
            self._space = arnoldi.DenseSpectrum(self.matrix())
        elif self._space is None or self._space.most < min(4 * count, len(self._field)):
            start = torch.randn(len(self._field), generator=rng, dtype=torch.float64, device=rng.device)
            # Hᵀ has the eigenvalues of H, and its products take half as long
            self._space = arnoldi.KrylovSpace(self.vjp, start.to(self._field), max(4 * count, arnoldi.PRODUCTS))
        return self._space.find_eigenvalues(choose, count, looks)


def _differentiate_losses(players: Sequence[FieldPlayer], create_graph: bool = False) -> Tensor:
    parts: list[Tensor] = []
    with enable_autograd(), differentiable_kernels():
        for number, (own, (_, loss)) in enumerate(zip(select_parameters(players), players, strict=True)):
            value = require_loss(f"loss of player {number}", loss())
            found = torch.autograd.grad(value, own, create_graph=create_graph, allow_unused=True)
            if all(part is None for part in found):
                raise InputError(
                    f"loss of player {number}", "depends on none of its parameters", "Give it those it moves"
                )
            parts += [torch.zeros_like(one) if part is None else part for one, part in zip(own, found, strict=True)]
        return _flat(parts)


def _flat(tensors: Sequence[Tensor]) -> Tensor:
    return torch.cat([tensor.flatten() for tensor in tensors])
