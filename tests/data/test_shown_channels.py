"""The channels that are to be shown must exist."""

import pytest

from aegan.data.shown_channels import check_shown_channels
from aegan.errors import InputError


@pytest.mark.parametrize("show", [[3, 2, 1], [12, 0, 0], (0, 1, 2)])
def test_three_of_the_channels_are_accepted(show):
    check_shown_channels("show", show, (16, 16, 13))


@pytest.mark.parametrize(
    ("show", "shape", "wrong"),
    [
        ([3, 2, 13], (16, 16, 13), "13 channels, 0 to 12"),
        ([-1, 0, 1], (16, 16, 13), "13 channels, 0 to 12"),
        ([0, 1], (16, 16, 13), "13 channels, 0 to 12"),
        ([0, 1, 2], (8, 8, 1), "one channel, 0"),
        ([0, 1, 2], (2,), "points, which have no channels"),
    ],
)
def test_other_channels_are_refused_with_those_there_are(show, shape, wrong):
    with pytest.raises(InputError, match=f"^show.*{wrong}"):
        check_shown_channels("show", show, shape)
