"""What training costs."""

import numpy as np
import pandas as pd

from aegan.analysis.costs import add_cost, tabulate_costs


def run(name: str, kind: str, **config) -> dict:
    member = {"seed": 0, "seconds": 2.0, "rounds": 5, "flops": 50, "parameters": {"generator": 3, "discriminator": 4}}
    return {"dataset": "digits", kind: name, "config": config, "members": [member]}


def test_training_the_autoencoder_is_charged_to_the_methods_that_use_it():
    table = tabulate_costs(
        [run("gan", "method"), run("latent", "method", autoencoder="dense")],
        [run("dense", "autoencoder"), run("other", "autoencoder")],
    )
    assert list(zip(table["method"], table["phase"], strict=True)) == [
        ("gan", "gan"), ("latent", "autoencoder"), ("latent", "gan"),
    ]  # fmt: skip
    assert (table["parameters"] == 7).all()


def test_costs_beside_decisions_are_medians_over_seeds_of_the_sum_over_phases():
    rows = [("gan", seed, "gan", 10.0 * (seed + 1)) for seed in range(3)]
    rows += [("latent", 0, "gan", 30.0), ("latent", 0, "autoencoder", 50.0)]
    cost = pd.DataFrame(rows, columns=["method", "seed", "phase", "seconds"]).assign(dataset="digits")
    decisions = pd.DataFrame({"dataset": "digits", "method": ["latent", "absent"], "baseline": "gan"})
    table = add_cost(decisions, cost, "seconds")
    assert table["seconds"].tolist()[0] == 80
    assert table["times_seconds"].tolist()[0] == 4
    assert np.isnan(table.loc[1, ["seconds", "times_seconds"]].to_numpy(dtype=float)).all()
