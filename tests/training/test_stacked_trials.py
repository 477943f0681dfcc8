"""Only forms that are bit-identical on this machine are used."""

import pytest
import torch

from aegan.training import stacked_operations, stacked_trials
from aegan.training.stacked_operations import Operand
from aegan.training.stacked_trials import VECTOR, has_exact_form, map_operands

aten = torch.ops.aten


def like(*shape, dtype=torch.float32, is_stack=True):
    return Operand(torch.empty(shape, dtype=dtype, device="meta"), shape, is_stack)


def test_exact_operations_are_found_exact():
    assert has_exact_form(aten.add.Tensor, (like(7, 3), like(3)), {}, like(7, 3).value, 5)
    assert has_exact_form(aten.mul.Tensor, (like(7, 3), 2.5), {}, like(7, 3).value, 5)
    assert not has_exact_form(aten.convolution.default, (like(1, 1, 4, 4),), {}, like(1, 1, 4, 4).value, 5)


def test_numbers_that_are_none_are_equal():
    assert has_exact_form(aten.sqrt.default, (like(4, 5),), {}, like(4, 5).value, 5)


def test_approximations_need_whole_vectors():
    assert has_exact_form(aten.sigmoid.default, (like(2, VECTOR),), {}, like(2, VECTOR).value, 5)
    assert not has_exact_form(aten.sigmoid.default, (like(VECTOR + 1),), {}, like(VECTOR + 1).value, 5)


def test_a_stack_of_scalars_of_another_type_decides_on_no_type():
    double = like(dtype=torch.float64)
    assert not has_exact_form(aten.mul.Tensor, (double, like(4)), {}, like(4).value, 5)


@pytest.mark.parametrize("error", [None, RuntimeError, IndexError, NotImplementedError])
def test_a_form_that_differs_or_fails_is_refused(monkeypatch, error):
    def other(emit, count, shape, function, first, second):
        if error:
            raise error("a stack of these strides has no such view")
        return torch.nextafter(torch.bmm(first.value, second.value), torch.tensor(torch.inf))

    monkeypatch.setitem(stacked_operations.FORMS, aten.mm.default, other)
    monkeypatch.setattr(stacked_trials, "TRIALS", {})
    assert not has_exact_form(aten.mm.default, (like(4, 5), like(5, 6)), {}, like(4, 6).value, 5)


def test_a_trial_is_made_once(monkeypatch):
    tried, trial = [], stacked_trials._try_form
    monkeypatch.setattr(stacked_trials, "TRIALS", {})
    monkeypatch.setattr(stacked_trials, "_try_form", lambda *of: (tried.append(of), trial(*of))[1])
    for shape in ((4, 5), (4, 5), (4, 6)):
        has_exact_form(aten.neg.default, (like(*shape),), {}, like(*shape).value, 5)
    assert len(tried) == 2


def test_operands_in_nested_arguments():
    assert map_operands(lambda one: one.shape, (like(2), [like(3), 1], 2.0)) == ((2,), [(3,), 1], 2.0)
