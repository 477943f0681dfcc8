"""What training costs, counted by hand."""

import pytest

from aegan.training import device_prefetch
from aegan.training.cost import (
    STACKED_FLOPS,
    STACKED_MEMBERS,
    count_concurrent_members,
    count_flops_per_move,
    count_parameters,
    flops_per_round,
    members_that_fit,
)

BATCH, CODE, WIDTH, PIXELS = 16, 4, 8, 64
#: multiply-adds of one row's matrix products, each counted as two operations
JUDGE, GENERATOR = 2 * (PIXELS * WIDTH + WIDTH), 2 * (CODE * WIDTH + WIDTH * PIXELS)
PRIOR = 2 * CODE * CODE  # noise times the Cholesky factor
JUDGE_FIRST, GENERATOR_FIRST = 2 * PIXELS * WIDTH, 2 * CODE * WIDTH


def counted(tiny, role="none", **changes):
    return flops_per_round(tiny.member_factory(tiny.method(role, **changes))(0)[0])


def test_a_dense_gan_by_hand(tiny):
    """Only matrix products count: one forward, one in the weights, and one in the inputs where these need a gradient.

    The discriminator's move: draw codes, G forward without gradient; D forward on real and fake; back, weights of both
    layers and inputs of the second. The generator's move: draw codes, G and D forward; back through D's inputs (its
    weights are not asked for), and through G's weights and the inputs of its second layer.
    """
    judge_moves = PRIOR + GENERATOR + 2 * (JUDGE + JUDGE + (JUDGE - JUDGE_FIRST))
    generator_moves = PRIOR + (GENERATOR + JUDGE) + JUDGE + GENERATOR + (GENERATOR - GENERATOR_FIRST)
    assert counted(tiny) == BATCH * (judge_moves + generator_moves)


def test_operations_grow_with_the_batch(tiny):
    assert counted(tiny, batch_size=32) == 2 * counted(tiny)


def test_losses_cost_the_same_but_for_the_one_that_compares_and_penalties_more(tiny):
    assert counted(tiny, loss="non_saturating") == counted(tiny)
    assert counted(tiny, loss="relativistic") == counted(tiny) + BATCH * JUDGE
    assert counted(tiny, penalty={"name": "r1"}) >= counted(tiny) + BATCH * 2 * JUDGE


def test_convolutions_count(tiny):
    network = {"name": "conv", "channels": 2}
    one_channel = counted(tiny, generator=network, discriminator=network)
    network = {"name": "conv", "channels": 4}
    assert counted(tiny, generator=network, discriminator=network) > 2 * one_channel


@pytest.mark.parametrize("role", ["reconstruction", "latent", "warm_start"])
def test_every_role_is_counted(tiny, role):
    assert counted(tiny, role) > 0


def test_a_latent_gan_is_cheaper(tiny):
    assert counted(tiny, "latent") < counted(tiny)


def test_the_articles_scheme_encodes_twice_where_the_plain_gan_draws_twice(tiny):
    encoder = 2 * (PIXELS * WIDTH + WIDTH * CODE)
    assert counted(tiny, "reconstruction") == counted(tiny) + BATCH * 2 * (encoder - PRIOR)


def test_parameters_by_hand(tiny):
    member = tiny.member_factory(tiny.method("latent"))(0)[0]
    generator, judge = (4 * 8 + 8) + (8 * 4 + 4), (4 * 8 + 8) + (8 + 1)
    assert count_parameters(member) == {"discriminator": judge, "generator": generator}


def test_as_many_members_train_at_once_as_fit(device_tiny):
    free, state, work = 10 * 2**30, 2**20, 2**28
    each = 5 * state + work + 2 * device_prefetch.TRANSFER_BYTES
    assert members_that_fit(free, state, work) == int(0.4 * free // each)
    assert members_that_fit(each, state, work) == 1
    member = device_tiny.member_factory(device_tiny.method())(0)[0]
    assert count_concurrent_members(member, flops=10**6) > 1


def test_on_a_cpu_only_members_of_small_networks_train_at_once(tiny):
    member = tiny.member_factory(tiny.method(discriminator_moves=4))(0)[0]
    assert count_flops_per_move(member, 10) == 2
    assert count_concurrent_members(member, int(5 * STACKED_FLOPS)) == STACKED_MEMBERS
    assert count_concurrent_members(member, int(5 * STACKED_FLOPS) + 5) == 1
