"""Errors for mistakes in the input of aegan, as opposed to its code."""

from __future__ import annotations


class AeganError(Exception):
    """A mistake that the user can correct. Jobs and commands print it without a traceback."""


class InputError(AeganError):
    """A file, array or key cannot be used as it is.

    Args:
        where: the file, key or array.
        wrong: what is wrong with it, with numbers.
        fix: how to correct it.
    """

    def __init__(self, where: object, wrong: str, fix: str) -> None:
        super().__init__(f"{where}: {wrong}. {fix}")
        self.where, self.wrong, self.fix = str(where), wrong, fix
