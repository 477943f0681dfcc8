"""Rounding errors: drawn where a method has low precision."""

import pandas as pd

from aegan.figures.study.rounding import describe, draw


def test_only_methods_of_low_precision_are_drawn(small, words):
    figure = draw(small.gradients, small.methods)
    assert {line.get_label() for axes in figure.axes for line in axes.lines if len(line.get_xdata()) == 4} == {"latent"}
    assert {axes.get_yscale() for axes in figure.axes} == {"log", "linear"}
    plain = small.gradients.query("method == 'gan'")
    assert words(draw(plain, ["gan"])) == "Nothing to show: the study recorded no rounding error."


def test_the_alternative_text_quotes_the_error_of_the_whole_generator(small):
    row = {"dataset": "digits", "method": "latent", "seed": 0, "step": 7, "network": "generator", "layer": "(all)"}
    table = pd.DataFrame([{**row, "quantity": "rounding_error", "value": 0.25}])
    assert describe(table, ["latent"], ["digits"]).endswith("whole generator: latent on digits 0.25 at step 7.")
