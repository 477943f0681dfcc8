"""What users give as networks, and what belongs to whom."""

import pytest
import torch
from torch import nn

from aegan.errors import InputError
from aegan.watching.networks import count_leaks, find_judge, is_first_process, match_network, read_networks


def sgd(*modules):
    return torch.optim.SGD([own for module in modules for own in module.parameters()], 0.1)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "no network is named"),
        ({"net": 3}, "net: is a int, not a module"),
        ({"net": (nn.Linear(1, 1), "adam")}, "net: has a str for an optimiser"),
        ({"net": (nn.ReLU(), sgd(nn.Linear(1, 1)))}, "net: has no parameters"),
        ({"net": nn.Linear(1, 1)}, "no optimiser is given for net"),
    ],
)
def test_what_is_no_network_is_refused(given, message):
    with pytest.raises(InputError, match=message):
        read_networks(given)


def test_wrappers_are_taken_off_and_compiled_code_is_known():
    net = nn.Linear(1, 1)
    plain, compiled, in_place = nn.DataParallel(net), torch.compile(nn.DataParallel(net)), nn.Linear(1, 1)
    in_place.compile(backend="eager")
    networks = read_networks({"a": (plain, sgd(net)), "b": compiled, "c": in_place})
    assert [own.module for own in networks] == [net, net, in_place]
    assert [own.compiled for own in networks] == [False, True, True]


def test_wrappers_of_optimisers_are_taken_off():
    class Wrapper(torch.optim.Optimizer):
        def __init__(self, optimizer):
            self.optimizer = optimizer

    net = nn.Linear(1, 1)
    inner = sgd(net)
    (network,) = read_networks({"net": (net, Wrapper(Wrapper(inner)))})
    assert network.optimisers == (inner,)


def test_layers_are_in_the_order_of_the_network():
    (net,) = read_networks({"net": (nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1)), sgd(nn.Linear(1, 1)))})
    assert net.layers == {"0": [0, 1], "2": [2, 3], "(all)": [0, 1, 2, 3]}
    assert net.select_moved(net.optimisers[0]) == []


def test_the_judge_is_named_or_found_by_its_name():
    net = nn.Linear(1, 1)
    networks = read_networks({"generator": (net, sgd(net)), "Critic2": net, "x": net})
    assert find_judge(networks, None).name == "Critic2"
    assert find_judge(networks, "x").name == "x"
    assert find_judge(networks[:1], None) is None
    with pytest.raises(InputError, match="no network is named 'y'"):
        find_judge(networks, "y")


def test_a_loss_belongs_to_the_only_network_whose_name_begins_so():
    net = nn.Linear(1, 1)
    networks = read_networks({"generator": (net, sgd(net)), "decoder": net, "discriminator": net, "dec": net})
    assert match_network(networks, "loss_G").name == "generator"
    assert match_network(networks, "loss_disc").name == "discriminator"
    assert match_network(networks, "loss_dec").name == "dec"
    with pytest.raises(InputError, match="loss_D: may be that of decoder or discriminator or dec"):
        match_network(networks, "loss_D")


def test_an_optimiser_leaks_into_networks_that_do_not_name_it():
    one, other, third = nn.Linear(1, 1), nn.Linear(1, 1), nn.Linear(1, 1, bias=False)
    shared, wide = sgd(one, other), sgd(other, third)
    networks = read_networks({"one": (one, shared), "other": (other, [shared, wide]), "third": third})
    assert count_leaks(networks[0], networks) == {}
    assert count_leaks(networks[1], networks) == {"third": 1}
    assert count_leaks(networks[2], networks) == {}


def test_shared_parameters_are_no_leak():
    one, other = nn.Linear(1, 1), nn.Linear(1, 1)
    other.weight = one.weight
    networks = read_networks({"one": (one, sgd(one)), "other": (other, sgd(other))})
    assert count_leaks(networks[0], networks) == {}


def test_a_training_of_one_process_is_the_first():
    assert is_first_process()
