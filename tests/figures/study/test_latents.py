"""Scatter of latent codes: classes are named while they can be told apart."""

import pandas as pd

from aegan.figures.study.latents import SPEC, draw


def test_a_thousand_classes_of_codes_are_not_named():
    codes = pd.DataFrame({"dataset": "stacked", "autoencoder": "dense", "seed": 0, "x": range(1000), "y": 0.0})
    few, many = (draw(codes.assign(label=codes["x"] % count)) for count in (30, 1000))
    assert (len(few.axes[0].texts), len(many.axes[0].texts)) == (30, 0)
    assert sum(len(found.get_offsets()) for found in many.axes[0].collections) == 1000


def test_codes_of_several_data_sets_fill_their_rows():
    codes = pd.DataFrame(
        {"dataset": ["a", "b", "c"], "autoencoder": "dense", "seed": 0, "x": 0.0, "y": 0.0, "label": 0}
    )
    assert len(draw(codes).axes) == 4


def test_an_autoencoder_that_a_data_set_does_not_use_has_no_panel(titles):
    codes = pd.DataFrame({"dataset": ["a", "a", "b"], "autoencoder": ["dense", "conv", "conv"], "seed": 0, "x": 0.0})
    figure = draw(codes.assign(y=0.0, label=0))
    assert sorted(filter(None, titles(figure))) == ["conv · a", "conv · b", "dense · a"]


def test_the_alternative_text_counts_the_codes(study):
    said = SPEC.describe_study(study)
    assert f"{len(study.latents)} codes" in said
    assert "dense on digits; conv on digits" in said
