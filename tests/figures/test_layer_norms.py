"""Gradient norms of layers, in the order of the network."""

import pandas as pd

from aegan.figures.layer_norms import (
    choose_moments,
    describe_depths,
    select_moments,
    split_layer_norms,
    tabulate_layers,
)


def test_layers_keep_the_order_of_the_network(make_history):
    rows = make_history([{"dense2": [1.0], "dense10": [2.0], "a": [3.0]}])
    assert list(tabulate_layers(rows).index.unique("layer")) == ["dense2", "dense10", "a"]


def test_moments_are_the_first_the_middle_and_the_last_step_and_keep_lost_seeds(make_history):
    table = select_moments(
        make_history([{"a": [1.0, 2.0, 3.0], "b": [4.0, 5.0, 6.0]}, {"a": [1.0, 7.0], "b": [4.0, 8.0]}])
    )
    assert table["at"].tolist() == [0] * 4 + [10] * 4 + [20] * 4
    end = table.query("moment == 'end'").set_index(["step", "seed"])["value"]
    assert end[-1, 0] == 3.0
    assert end[0, 0] == 6.0
    assert end[:, 1].isna().all()


def test_the_generator_comes_first_and_the_whole_network_is_left_out(study):
    found = list(split_layer_norms(study.gradients))
    assert [(dataset, network) for dataset, network, _ in found] == [
        ("digits", "generator"),
        ("digits", "discriminator"),
    ]
    assert all("(all)" not in set(rows["layer"]) and set(rows["quantity"]) == {"gradient_norm"} for _, _, rows in found)


def test_moments_of_one_step_are_that_step():
    assert choose_moments(pd.Index([7])) == [0, 0, 0]
    assert choose_moments(pd.Index([0, 1, 2, 3])) == [0, 2, 3]


def test_depths_are_described_from_input_to_output(make_history):
    seeds = [{"a": [1.0, 2.0], "b": [3.0, 4.0]}, {"a": [1.0, 4.0], "b": [3.0, 8.0]}]
    assert describe_depths(make_history(seeds)) == "gan on digits 3 at the input, 6 at the output"
    assert describe_depths(make_history(seeds, network="discriminator")) == "none recorded"
