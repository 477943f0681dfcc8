"""Gradient norms of autoencoders: a line per autoencoder."""

import numpy as np

from aegan.figures.study.autoencoder_gradients import SPEC, draw


def test_a_line_per_autoencoder(small, titles):
    figure = draw(small.autoencoders)
    assert titles(figure) == ["whole network", "encoder.1"]
    rows = small.autoencoders.query("quantity == 'gradient_norm' and layer == '(all)' and autoencoder == 'conv'")
    (line,) = [line for line in figure.axes[0].lines if line.get_label() == "conv"]
    np.testing.assert_allclose(line.get_ydata(), rows.groupby("step")["value"].median())


def test_the_alternative_text_quotes_the_last_norms(small):
    rows = small.autoencoders.query("quantity == 'gradient_norm' and layer == '(all)' and autoencoder == 'dense'")
    last = rows[rows["step"] == 300]["value"].median()
    assert f"dense on digits {last:.3g} at step 300" in SPEC.describe_study(small)
