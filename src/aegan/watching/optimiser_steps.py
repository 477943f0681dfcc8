"""What the step of an optimiser is called with, and whether it is called within a step of the same optimiser."""

from __future__ import annotations

from collections.abc import Callable
from types import FrameType
from typing import Any


def watch_closure(
    args: tuple[Any, ...], kwargs: dict[str, Any], measure: Callable[[], None], repeat: Callable[[], None]
) -> tuple[tuple[Any, ...], dict[str, Any]] | None:
    """Have the gradients measured that a step is about to use: at once, or after the first call of its closure.

    Args:
        args: of the step, the optimiser first. What is at the place of the closure may be something else.
        kwargs: of the step.
        measure: called when the gradients are known.
        repeat: called when the closure is called again.

    Returns:
        The arguments with a closure that does so; None if none is given.
    """
    closure = kwargs.get("closure", args[1] if len(args) > 1 else None)
    if not callable(closure):
        measure()
        return None
    calls = 0

    def watched(*given: Any, **named: Any) -> Any:
        nonlocal calls
        loss = closure(*given, **named)
        (repeat if calls else measure)()
        calls += 1
        return loss

    return ((args[0],), kwargs | {"closure": watched}) if len(args) < 2 else ((args[0], watched, *args[2:]), kwargs)


def is_within(outer: FrameType | None, frame: FrameType) -> bool:
    """Return whether a frame is called, directly or not, by an outer one; a step that has raised calls nothing."""
    caller = frame.f_back if outer else None
    while caller and caller is not outer:
        caller = caller.f_back
    return caller is not None
