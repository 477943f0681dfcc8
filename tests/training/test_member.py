"""What a member is set up with."""

import pytest
import torch

from aegan.tables import BF16, FLOAT32
from aegan.training.cohort import train

CONV = {"name": "conv", "channels": 4}


@pytest.mark.parametrize("own", [FLOAT32, BF16])
def test_on_a_cpu_the_maps_of_a_pixel_lie_side_by_side(tiny, own):
    member, _ = tiny.member_factory(tiny.method(generator=CONV, discriminator=CONV, precision=own))(3)
    train(member, 1, [])
    weight = member.game.modules["discriminator"].get_parameter("down1.weight")
    kept = member.optimisers["discriminator"].state[weight]["exp_avg"]
    assert weight.is_contiguous(memory_format=torch.channels_last)
    assert kept.stride() == weight.stride()
