"""R3GAN, table 1: stacks taken apart, classes counted, KL by hand, tables through the grades, a tiny run."""

import numpy as np
import pandas as pd
import pytest
import torch
from pandas.testing import assert_frame_equal
from torch import nn

from aegan.data.array_dataset import ArrayDataset
from aegan.errors import InputError
from aegan.reproductions.inputs import ReproductionData
from aegan.reproductions.stacked_modes import (
    ARMS,
    count_class_shares,
    kl_from_uniform,
    require_stacks,
    split_channels,
    stacked_modes,
)

TINY = {"rounds": 4, "batch_size": 8, "channels": 2, "latent": 3, "samples": 20, "classifier_epochs": 1, "looks": 2}


class Brightness(nn.Module):
    """A classifier that reads the class off the first pixel, which is 20 times its number."""

    def forward(self, images):
        return -(images[:, 0, 0, :1] * 255 / 20 - torch.arange(10)).abs()


def stacks(classes):
    digits = np.array([[c // 100, c // 10 % 10, c % 10] for c in classes])
    return ArrayDataset(
        np.broadcast_to(20 * digits[:, None, None].astype(np.uint8), (len(classes), 8, 8, 3)), np.array(classes)
    )


def test_stacks_are_taken_apart_with_their_labels():
    pictures = split_channels(stacks([123, 907]))
    assert pictures.array.shape == (6, 8, 8, 1)
    np.testing.assert_array_equal(pictures.array[:, 0, 0, 0] // 20, pictures.labels)
    np.testing.assert_array_equal(pictures.labels, [1, 9, 2, 0, 3, 7])


def test_classes_are_counted_channel_by_channel():
    shares = count_class_shares(stacks([123, 907, 123, 0]), Brightness())
    assert shares.shape == (1000,)
    assert {int(c): shares[c] for c in shares.nonzero()[0]} == {0: 0.25, 123: 0.5, 907: 0.25}


def test_divergence_from_even_shares():
    assert kl_from_uniform(np.full(1000, 1e-3)) == pytest.approx(0, abs=1e-12)
    assert kl_from_uniform(np.eye(1000)[3]) == pytest.approx(np.log(1000))
    assert kl_from_uniform(np.repeat([2e-3, 0], 500)) == pytest.approx(np.log(2))


def table(ours, plain, alone_loss, loss_of_ours=1.0):
    reached = [[(*ours, loss_of_ours), (*plain, 1.0), (300, 2.0, loss), (1, 3.0, 1.0)] for loss in alone_loss]
    rows = [
        (seed, arm, *values)
        for seed, of_seed in enumerate(reached)
        for arm, values in zip(ARMS.values(), of_seed, strict=True)
    ]
    return pd.DataFrame(rows, columns=["seed", "arm", "modes", "kl", "loss"])


@pytest.mark.parametrize(
    ("rows", "passes"),
    [
        (table((1000, 0.1), (693, 0.9), [50.0, 40, np.inf, np.inf, 11]), [True, True, True]),
        (table((600, 0.9), (693, 0.9), [1.0, 1, 1, 1, 1]), [False, False, False]),
        (table((693, 0.9), (693, 0.9), [1.0, 1, 1, 1, 1]), [False, False, False]),  # all losses do the same
        (table((1000, 0.1), (693, 0.9), [50.0] * 5, loss_of_ours=50.0), [True, True, False]),  # both diverge
        (table((1000, 0.1), (1000, 0.2), [50.0, 1, 1, 1, 50]), [False, True, False]),
    ],
)
def test_grades_of_tables(rows, passes):
    assert [grade.passed for grade in stacked_modes().grade(rows)] == passes


def test_a_tiny_run_says_the_same_twice_and_is_drawn(tiny):
    rows = ArrayDataset(tiny.images(channels=3), np.arange(40) * 25)
    result = stacked_modes(**TINY)
    found = result.measure(0, ReproductionData(rows, rows))
    assert_frame_equal(found, result.measure(0, ReproductionData(rows, rows)), check_exact=True)
    assert list(found["arm"]) == list(ARMS.values())
    assert found["modes"].between(1, 20).all()
    assert len(result.draw(found.assign(seed=0)).axes) == 3


def test_pictures_of_one_channel_are_refused(tiny):
    rows = ArrayDataset(tiny.images(), np.zeros(40, int))
    with pytest.raises(InputError, match="three channels"):
        require_stacks(ReproductionData(rows, rows))


def test_a_loss_that_was_not_measured_is_none_that_stayed_low():
    """NaN > 10 is false, which must not stand for a control that did not diverge."""
    rows = table((300, 1.0), (200, 2.0), [20.0] * 5)
    rows.loc[rows["arm"] == next(iter(ARMS.values())), "loss"] = np.nan
    assert [grade.word for grade in stacked_modes().grade(rows)][-1] == "not measured"
