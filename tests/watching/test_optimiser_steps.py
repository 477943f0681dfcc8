"""Closures of steps, and steps within steps."""

import sys

from aegan.watching.optimiser_steps import is_within, watch_closure


def test_a_closure_is_measured_after_its_first_call_alone():
    seen = []
    for args, kwargs in ((("opt", lambda: 3), {}), (("opt",), {"closure": lambda: 3})):
        new_args, new_kwargs = watch_closure(args, kwargs, lambda: seen.append("first"), lambda: seen.append("again"))
        watched = [*new_args, *new_kwargs.values()][1]
        assert seen == []
        assert [watched() for _ in range(3)] == [3, 3, 3]
        assert seen == ["first", "again", "again"]
        seen.clear()


def test_what_is_no_closure_is_left_to_the_step():
    for args, kwargs in ((("opt",), {}), (("opt", 0.5), {}), (("opt",), {"closure": None}), (("opt", None), {})):
        seen = []
        assert watch_closure(args, kwargs, lambda seen=seen: seen.append("first"), seen.clear) is None
        assert seen == ["first"]


def test_a_frame_is_within_those_that_are_still_running():
    def ended():
        return sys._getframe()

    here = sys._getframe()

    def inner():
        return is_within(here, sys._getframe())

    assert inner()
    assert not is_within(None, here)
    assert not is_within(ended(), here)
    assert not is_within(here, here)
