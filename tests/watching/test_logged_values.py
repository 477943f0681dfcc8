"""What a loop may say of itself."""

import pytest
import torch
from torch import nn

from aegan.errors import InputError
from aegan.watching.logged_values import find_layer, measure_terms, read_logits, read_scalar
from aegan.watching.networks import WatchedNetwork


def network(*layers):
    return WatchedNetwork("net", nn.Sequential(*layers), (), compiled=False)


def test_scalars_are_detached_and_anything_else_refused():
    assert read_scalar("loss", 3) == 3.0
    value = read_scalar("loss", torch.ones((), requires_grad=True) * 2)
    assert (value.item(), value.requires_grad) == (2.0, False)
    buffer = torch.zeros(())
    value = read_scalar("loss", buffer)
    buffer.fill_(1.0)  # of a loop that fills it anew in each round
    assert value.item() == 0
    with pytest.raises(InputError, match=r"loss: has shape \(2,\)"):
        read_scalar("loss", torch.ones(2))


def test_logits_are_copied_and_probabilities_turned_into_them():
    judge, real = network(nn.Linear(1, 1)), torch.tensor([[1.0], [2.0]])
    given = dict.fromkeys(("logits_real", "logits_fake", "probabilities_real", "probabilities_fake"))
    found = read_logits(judge, given | {"logits_real": real, "probabilities_fake": torch.tensor([0.25, 1.0])})
    real.zero_()
    assert found["logits_real"].tolist() == [1.0, 2.0]
    assert found["logits_fake"][0].item() == pytest.approx(-torch.tensor(3.0).log().item())
    assert found["logits_fake"].isfinite().all()
    with pytest.raises(InputError, match=r'watch\(…, judge="NAME"\)'):
        read_logits(None, given | {"logits_real": real})


@pytest.mark.parametrize("reshape", [lambda out: out, lambda out: out.squeeze(1), lambda out: out.view(-1)[1:]])
def test_a_sigmoid_is_found_in_the_graph_of_its_output(reshape):
    judge, given = network(nn.Linear(1, 1)), dict.fromkeys(("logits_fake", "probabilities_real", "probabilities_fake"))
    out = judge.module(torch.ones(3, 1))
    with pytest.raises(InputError, match=r"logits_real: is the output of a sigmoid in net, .* as probabilities_real"):
        read_logits(judge, given | {"logits_real": reshape(out.sigmoid())})
    assert read_logits(judge, given | {"logits_real": reshape(out)})["logits_real"].numel() in {2, 3}


def test_gradients_of_terms_are_measured_at_a_layer():
    net = network(nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False))
    for layer in net.module:
        nn.init.constant_(layer.weight, 2.0)
    out = net.module(torch.ones(1, 1)).sum()  # w₀·w₁
    at = find_layer([net], net.module[0])
    assert at[:2] == (net, "0")
    terms = {"double": 2 * out, "none": torch.ones((), requires_grad=True), "constant": 1.0}
    found = measure_terms(terms, *at)
    assert {name: norm.item() for name, norm in found.norms.items()} == {"double": 4.0, "none": 0.0, "constant": 0.0}
    assert net.module[0].weight.grad is None
    out.backward()  # the graph is still there
    with pytest.raises(InputError, match="its graph is gone"):
        measure_terms({"out": out * 1}, *at)


def test_a_layer_is_found_by_its_parameter():
    net = network(nn.Linear(1, 1), nn.Linear(1, 1))
    assert find_layer([network(nn.Linear(1, 1)), net], net.module[1].bias)[:2] == (net, "1")
