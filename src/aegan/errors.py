"""What aegan raises when the mistake is in its input, not in its code."""

from __future__ import annotations


class AeganError(Exception):
    """A mistake the user can mend. Jobs and commands print it without a traceback."""


class InputError(AeganError):
    """A file, array or key cannot be used as it is.

    Args:
        where: the file, key or array that is at fault.
        wrong: what was found there, with numbers.
        mend: what to do about it.
    """

    def __init__(self, where: object, wrong: str, mend: str) -> None:
        super().__init__(f"{where}: {wrong}. {mend}")
        self.where, self.wrong, self.mend = str(where), wrong, mend
