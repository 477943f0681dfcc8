"""Shapes, small options and the forward pass that the tests of all networks share."""

import torch
from annotated_types import Ge, Gt
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aegan.registry import make_options_model

CODE = 3


def small_options(name, entry):
    """The smallest options of an entry that still make a network of several units: every whole number at most 2."""
    options = {}
    for key, field in make_options_model(name, entry).model_fields.items():
        if type(field.default) is int and field.default > 2:
            bounds = [bound.ge for bound in field.metadata if isinstance(bound, Ge)]
            bounds += [bound.gt + 1 for bound in field.metadata if isinstance(bound, Gt)]
            options[key] = max([2, *bounds])
    return options


def every_shape(test):
    """Run a test on image shapes that once failed, and on random ones."""
    for shape in [(1, 1, 1), (1, 7, 5), (1, 8, 8), (1, 28, 28), (3, 33, 17), (3, 64, 64), (2, 1, 40), (1, 15, 16)]:
        test = example(shape)(test)
    drawn = st.tuples(st.integers(1, 4), st.integers(1, 40), st.integers(1, 40))
    return settings(max_examples=15, deadline=None)(given(drawn)(test))


def check_forward(net, input_shape, output_shape):
    """Pass two samples through a network, check the shape of its outputs and return them."""
    with torch.no_grad():
        outputs = net(torch.rand(2, *input_shape))
    assert outputs.shape == (2, *output_shape)
    return outputs
