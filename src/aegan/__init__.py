"""aegan measures which use of an autoencoder cures a GAN's vanishing or exploding gradients, and at what cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aegan.watching.watch import watch as watch


def __getattr__(name: str) -> object:
    """Import `watch` when it is first asked for: it needs torch, for which many commands need not wait."""
    if name == "watch":
        from aegan.watching.watch import watch

        return watch
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
