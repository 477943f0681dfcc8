"""Cost: the training of the autoencoder is charged to its method."""

import numpy as np

from aegan.figures.study.cost import SPEC, compute_median_cost, draw


def test_cost_bars_charge_the_autoencoder(study):
    panel = draw(study.cost, study.methods).axes[0]
    ends = [bar.get_x() + bar.get_width() for bar in panel.patches][5:]  # the second phase ends where the bar ends
    phases = study.cost.groupby(["method", "phase"])["seconds"].median()
    np.testing.assert_allclose(ends, phases.groupby("method").sum().reindex(list(study.methods)))


def test_costs_are_medians_over_seeds_by_phase(study):
    table = compute_median_cost(study.cost).set_index(["method", "phase"])
    rows = study.cost.query("method == 'latent' and phase == 'autoencoder'")
    assert table.loc[("latent", "autoencoder"), "seconds"] == rows["seconds"].median()
    assert ("gan", "autoencoder") not in table.index


def test_the_alternative_text_adds_both_phases(study):
    rows = study.cost.query("method == 'article'").groupby("phase")["seconds"].median()
    assert f"article on digits {rows.sum():.3g} s" in SPEC.describe_study(study)
