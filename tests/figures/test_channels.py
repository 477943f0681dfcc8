"""Pictures of any number of channels: every channel is where its number says."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aegan.figures.channels import MOST_MAPS, arrange_channels, choose_maps, describe_channels
from aegan.figures.registry import FIGURES

PICTURES = ("raw_data", "samples", "film", "interpolations", "neighbours", "reconstructions", "worst_reconstructions")


@given(channels=st.integers(1, 40), columns=st.integers(1, 3))
def test_each_channel_is_where_its_number_says(channels, columns):
    pictures = np.arange(2 * columns * 4 * channels).reshape(2, columns, 2, 2, channels)
    tiles, maps = arrange_channels(pictures)
    if channels in {1, 3}:
        assert maps == ()
        assert tiles is pictures
        return
    assert len(maps) == len(set(maps)) == min(channels, MOST_MAPS)
    assert (maps[0], maps[-1]) == (0, channels - 1)
    assert tiles.shape == (2, columns * len(maps), 2, 2, 1)
    for column in range(columns):
        for place, channel in enumerate(maps):
            drawn = tiles[:, column * len(maps) + place, ..., 0]
            np.testing.assert_array_equal(drawn, pictures[:, column, ..., channel])


def test_chosen_channels_are_red_green_and_blue():
    pictures = np.arange(13).reshape(1, 1, 1, 1, 13)
    tiles, maps = arrange_channels(pictures, [3, 2, 1])
    assert (tiles.ravel().tolist(), maps) == ([3, 2, 1], ())
    assert arrange_channels(pictures[..., :3], [2, 1, 0]).values.ravel().tolist() == [2, 1, 0]
    assert choose_maps(13, [3, 2, 1]) == ()


def test_descriptions_by_hand():
    assert [describe_channels(channels) for channels in (1, 3)] == ["", ""]
    assert describe_channels(2) == "a picture is a strip: a grey map of each of its 2 channels, from 0 on"
    assert describe_channels(100) == "a picture is a strip: a grey map of 16 of its 100 channels, from 0 on"
    assert describe_channels(13, [3, 2, 1]) == "channels 3, 2, 1 as red, green, blue"


@pytest.mark.parametrize(("channels", "show"), [(2, ()), (4, ()), (4, (3, 1, 0)), (13, ())])
def test_every_figure_with_pictures_shows_any_channels(small, texts, channels, show):
    rng = np.random.default_rng(0)

    def make(*leading):
        return rng.integers(0, 256, (*leading, 6, 6, channels), np.uint8)

    member = small.qualitative_samples["digits", "gan"]
    exhibit = member._replace(film=make(3, 16), paths=make(2, 16), neighbours=make(4, 16))
    manifest = {**small.manifests["digits"], "shape": [6, 6, channels]}
    study = dataclasses.replace(
        small,
        samples={("digits", "gan"): make(2, 16)},
        originals={"digits": make(12)},
        reconstructions={("digits", "dense"): make(12)},
        worst_reconstructions={("digits", "dense"): make(2, 12)},
        qualitative_samples={("digits", "gan"): exhibit},
        raw_data={"digits": make(20)},
        manifests={"digits": manifest},
        shown_channels={"digits": show} if show else {},
    )
    for name in PICTURES:
        figure = FIGURES[name].draw_study(study)
        written = texts(figure)
        assert f"digits · {describe_channels(channels, show)}" in written
        numbers = [text for text in written if text == str(channels - 1)]
        pictures = sum(len(axes.images) for axes in figure.axes)
        assert (len(numbers) >= pictures) == (not show), name
