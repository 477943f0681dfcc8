"""The rows of one look, and one transfer for all of them."""

import math

import pytest
import torch
from torch import nn

from aegan.watching.logged_values import LoggedScalar, TermGradients
from aegan.watching.look import Look, fetch, list_divergences, make_rows
from aegan.watching.networks import read_networks


def test_numbers_come_back_in_their_order_whatever_their_types():
    tensors = [torch.tensor([1.5, 2.0]), torch.tensor(3, dtype=torch.int64), torch.tensor([[0.1]], dtype=torch.float64)]
    assert list(fetch(tensors)) == [[1.5, 2.0], [3.0], [0.1]]
    assert list(fetch([])) == []


@pytest.fixture
def networks():
    one, other = nn.Linear(1, 1), nn.Linear(1, 1)
    both = torch.optim.SGD([*one.parameters(), *other.parameters()], 0.1)
    return read_networks({"one": (one, both), "judge": (other, torch.optim.SGD(other.parameters(), 0.1))})


def test_what_is_logged_becomes_rows(networks):
    look = Look(7, networks)
    look.scalars = {("one", ""): 2.0, ("one", "rec"): torch.tensor([0.5])}
    look.logits = {"logits_real": torch.tensor([1.0, -1.0, 4.0]), "logits_fake": torch.tensor([-1.0, -3.0, 2.0])}
    look.terms = TermGradients("one", "0", {"rec": torch.tensor(3.0), "adv": torch.tensor(1.0)})
    rows = {row[1:4]: row[4] for row in make_rows(look, networks[1], {"judge"}, [])}
    assert rows["one", "(all)", "loss"] == 2
    assert rows["one", "(all)", "rec_term"] == 0.5
    assert rows["judge", "(all)", "logit_real"] == pytest.approx(4 / 3)
    assert rows["judge", "(all)", "accuracy"] == pytest.approx(4 / 6)
    assert rows["one", "0", "rec_share"] == 0.75
    assert rows["one", "0", "adv_term_gradient"] == 1
    assert rows["one", "(all)", "leaked_tensors"] == rows["one", "judge", "leaked_tensors"] == 2
    assert rows["judge", "(all)", "leaked_tensors"] == 0
    assert rows["judge", "(all)", "update_ratio"] == 0


def test_the_first_value_that_is_not_finite_is_told_once_per_network():
    nan = torch.tensor([math.nan])
    logged = [
        LoggedScalar(4, "one", "rec", torch.tensor([1.0])),
        LoggedScalar(5, "one", "", nan),
        LoggedScalar(5, "one", "adv", nan),
        LoggedScalar(6, "one", "rec", math.inf),
        LoggedScalar(6, "judge", "", -math.inf),
    ]
    assert list_divergences(logged) == [(5, "one", "term adv", "diverged", 1.0), (6, "judge", "(all)", "diverged", 1.0)]
    assert list_divergences(logged[:1]) == []
