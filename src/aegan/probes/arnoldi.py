"""Eigenvalues of a linear map that is known by its products with vectors alone."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from aegan.progress import ProgressLog

#: accuracy of eigenvalues, relative to their modulus: a figure shows three digits
TOLERANCE = 1e-4
#: products with which a space may grow, and how many lie between two looks at its eigenvalues
PRODUCTS, STEP = 160, 10

NAN = complex(float("nan"), float("nan"))

#: eigenvalues (M,) -> the indices of those that are wanted
Choice = Callable[[Tensor], Tensor]


def choose_largest(k: int) -> Choice:
    """Choose the k eigenvalues of largest modulus, largest first."""
    return lambda values: values.abs().argsort(descending=True)[:k]


def choose_rotation(values: Tensor) -> Tensor:
    """Choose the eigenvalue of largest imaginary part, (1,); (0,) if all are real to 1e-4 of the largest modulus."""
    fastest = values.imag.argsort(descending=True)[:1]
    return fastest[~(values.imag[fastest] <= TOLERANCE * values.abs().amax())] if len(values) else fastest


class DenseSpectrum:
    """All eigenvalues of a matrix (P, P), searched like those of a `KrylovSpace`."""

    def __init__(self, matrix: Tensor) -> None:
        self.most, self.is_whole = len(matrix), True
        lost = torch.full((self.most,), NAN, dtype=torch.complex128)
        self.values = torch.linalg.eigvals(matrix.double()).cpu() if matrix.isfinite().all() else lost

    def find_eigenvalues(self, choose: Choice, _count: int, _looks: int = 1) -> tuple[Tensor, Tensor]:
        """Return the chosen eigenvalues, complex128, and that they have converged."""
        found = self.values[choose(self.values)]
        return found, torch.ones(len(found), dtype=torch.bool)


class KrylovSpace:
    """The span of x, Ax, A²x, … of a map A, which holds the eigenvalues at the rim of A's spectrum (Arnoldi 1951).

    The rim has all directions: a small complex pair is found among large real eigenvalues. The space is not restarted,
    so that one space serves every direction; it keeps a vector for each product.

    Args:
        multiply: maps a vector (P,) to its product Ax (P,).
        start: x (P,), random. Vectors are kept in its type.
        products: the space's largest dimension.
    """

    def __init__(self, multiply: Callable[[Tensor], Tensor], start: Tensor, products: int = PRODUCTS) -> None:
        self.multiply, self.size, self.most = multiply, 0, min(products, len(start))
        self._basis = start.new_empty(self.most + 1, len(start))
        self._basis[0] = start / torch.linalg.vector_norm(start)
        self._hessenberg = torch.zeros(self.most + 1, self.most, dtype=torch.float64)  # A in the basis
        self._progress = ProgressLog()

    @property
    def is_whole(self) -> bool:
        """Whether the space holds all eigenvalues."""
        return self.size == self._basis.shape[1]

    def find_eigenvalues(self, choose: Choice, count: int, looks: int = 1) -> tuple[Tensor, Tensor]:
        """Let the space grow until it holds the wanted eigenvalues, or to its largest dimension.

        Args:
            choose: chooses among the eigenvalues of A in the space.
            count: number of eigenvalues that are wanted.
            looks: successive looks at the growing space in which those chosen must have converged; more than one where
                others that would be chosen may come late.

        Returns:
            The chosen eigenvalues, complex128 (count,) or fewer, and whether they have converged. All are NaN, and
            taken for converged, if a product is not finite.
        """
        good = 0
        while True:
            found, converged = self._solve(choose, count)
            good = good + 1 if len(found) == count and converged.all() else 0
            if good == looks or self.size == self.most:
                return found, converged
            for _ in range(min(STEP, self.most - self.size)):
                self._grow()

    def _solve(self, choose: Choice, count: int) -> tuple[Tensor, Tensor]:
        if not self._hessenberg.isfinite().all():  # LAPACK fails
            return torch.full((count,), NAN, dtype=torch.complex128), torch.ones(count).bool()
        values, vectors = torch.linalg.eig(self._hessenberg[: self.size, : self.size])
        chosen = choose(values)
        residuals = self._hessenberg[self.size, self.size - 1] * vectors[-1:, chosen].abs().sum(0)
        return values[chosen], residuals <= TOLERANCE * values[chosen].abs()

    def _grow(self) -> None:
        """Add the product with the last vector."""
        done = self.size = self.size + 1
        self._progress.log_when_due(lambda: f"eigenvalues: product {done} of at most {self.most} with the Jacobian")
        image = self.multiply(self._basis[done - 1])
        rest = self._remove_basis(image, self._hessenberg[:done, done - 1])
        rounding = 100 * torch.finfo(image.dtype).eps * torch.linalg.vector_norm(image)
        if done == len(image) or torch.linalg.vector_norm(rest) <= rounding:
            # the basis holds all products of its vectors; another start holds the other eigenvalues
            rest = self._remove_basis(self._basis[0].roll(done), torch.zeros(done, dtype=torch.float64))
        else:
            self._hessenberg[done, done - 1] = torch.linalg.vector_norm(rest)
        self._basis[done] = rest / torch.linalg.vector_norm(rest)

    def _remove_basis(self, vector: Tensor, parts: Tensor) -> Tensor:
        """Make a vector (P,) orthogonal to the basis, twice because of rounding, and add what is removed to `parts`."""
        basis = self._basis[: self.size]
        for _ in range(2):
            own = basis @ vector
            vector = vector - own @ basis
            parts += own.cpu()
        return vector
