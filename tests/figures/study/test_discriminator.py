"""Accuracy and logits have a panel each."""

import numpy as np

from aegan.figures.study.discriminator import draw


def test_discriminator_has_its_panels(small, titles):
    assert titles(draw(small.gradients, small.methods)) == [
        "accuracy",
        "logit on real",
        "logit on fake",
    ]


def test_accuracy_is_drawn_between_zero_and_one(small):
    accuracy = draw(small.gradients, small.methods).axes[0]
    assert accuracy.get_ylim() == (-0.04, 1.04)
    rows = small.gradients.query("quantity == 'accuracy' and method == 'gan'")
    np.testing.assert_allclose(accuracy.lines[0].get_ydata(), rows.groupby("step")["value"].median())
