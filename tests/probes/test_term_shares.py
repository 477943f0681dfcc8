import math

import torch
from torch.testing import assert_close

from aegan.probes.snapshot import ProbeSnapshot, TermNorms
from aegan.probes.term_shares import term_shares


def read(*batches):
    norms = [{name: torch.tensor(value) for name, value in batch.items()} for batch in batches]
    return term_shares(ProbeSnapshot(None, (), (), (), {}, terms=TermNorms("dense3", norms)))


def test_shares_are_medians_over_the_batches_by_hand():
    found = read({"a": 1.0, "b": 3.0}, {"a": 1.0, "b": 1.0}, {"a": 0.0, "b": 2.0})
    assert list(found) == [("dense3", "a_share"), ("dense3", "b_share")]
    assert_close([value.item() for value in found.values()], [0.25, 0.75])


def test_a_single_term_has_all_of_the_gradient_and_none_is_undefined():
    assert read({"a": 2.0})["dense3", "a_share"] == 1
    assert math.isnan(read({"a": 0.0, "b": 0.0})["dense3", "a_share"])


def test_a_loss_that_is_no_sum_of_terms_has_no_readings():
    assert term_shares(ProbeSnapshot(None, (), (), (), {})) == {}


def test_a_share_far_below_the_range_of_squares_in_float32_is_exact():
    assert_close(read({"a": 1e-30, "b": 3e-30})["dense3", "a_share"].item(), 0.25, rtol=1e-6, atol=0)
