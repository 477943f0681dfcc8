"""Collapsed codebooks and priors with holes, beside sound ones."""

import pandas as pd
import pytest
from tests.probes.invented_norms import LIMITS

from aegan.probes.quality_faults import assess_codebooks, assess_priors

METHODS = {"a": {"autoencoder": "vq"}, "b": {"autoencoder": "vq"}, "c": {"autoencoder": "dense"}, "gan": {}}


def codebook(perplexity):
    return pd.DataFrame(
        [("digits", "vq", seed, "perplexity", value) for seed, value in enumerate(perplexity)],
        columns=["dataset", "autoencoder", "seed", "metric", "value"],
    )


def test_a_collapsed_codebook_is_a_fault_of_every_method_that_uses_it_at_its_seed():
    found = assess_codebooks(codebook([1.02, 20.0]), METHODS, LIMITS)
    assert found[["method", "seed", "network", "verdict"]].to_numpy().tolist() == [
        ["a", 0, "codebook", "codebook collapse"],
        ["b", 0, "codebook", "codebook collapse"],
    ]
    assert "perplexity is 1.02" in found["evidence"].iloc[0]
    assert assess_codebooks(codebook([1.02]).assign(metric="rate"), METHODS, LIMITS).empty


def quality(ssim, precision, floor=0.9):
    rows = [("pixels", "ssim", ssim, float("nan"))] + [(space, "precision", value, floor) for space, value in precision]
    table = pd.DataFrame(rows, columns=["space", "metric", "value", "floor"])
    return table.assign(dataset="digits", method="article", seed=3)


@pytest.mark.parametrize(
    ("ssim", "precision", "holes"),
    [
        (0.95, [("random", 0.1), ("classifier", 0.2)], True),
        (0.95, [("random", 0.1), ("classifier", 0.8)], False),  # good in one space
        (0.3, [("random", 0.1), ("classifier", 0.2)], False),  # its reconstructions are bad, too
        (0.95, [], False),
    ],
)
def test_good_reconstructions_beside_bad_samples_are_a_prior_hole(ssim, precision, holes):
    found = assess_priors(quality(ssim, precision), LIMITS)
    assert found["verdict"].tolist() == ["prior hole"] * holes
    assert len(found) == 0 or found.iloc[0][["seed", "network"]].tolist() == [3, "prior"]


def test_a_method_without_reconstructions_has_no_prior_to_judge():
    table = quality(0.95, [("random", 0.1)])
    assert assess_priors(table[table["metric"] != "ssim"], LIMITS).empty
