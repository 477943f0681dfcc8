import pytest
import torch
from torch.testing import assert_close

from aegan.errors import InputError
from aegan.objectives.augmentations import AUGMENTATIONS, diffaugment, instance_noise, shift_images
from aegan.registry import build

IMAGES = torch.rand(6, 3, 8, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


def rng(seed=0):
    return torch.Generator().manual_seed(seed)


def test_instance_noise_has_its_deviation_at_first_half_of_it_half_way_and_none_in_the_end():
    augment, data = instance_noise(100, deviation=0.4, until=0.5), torch.zeros(400, 100)
    for step, expected in ((0, 0.4), (25, 0.2)):
        assert_close(augment(data, step, rng()).std().item(), expected, rtol=0.02, atol=0)
    for step in (50, 99):
        assert torch.equal(augment(data, step, rng()), data)


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_augmentations_keep_shape_and_type_are_differentiable_and_repeat_themselves(name):
    images = IMAGES.clone().requires_grad_()
    augment = build(AUGMENTATIONS, {"name": name}, 10)
    seen = augment(images, 0, rng())
    assert (seen.shape, seen.dtype) == (IMAGES.shape, IMAGES.dtype)
    assert torch.equal(seen, augment(images, 0, rng()))
    assert not torch.equal(seen, augment(images, 0, rng(1)))
    (gradient,) = torch.autograd.grad(seen.sum(), images)
    assert torch.isfinite(gradient).all()
    assert (gradient != 0).any()


def test_a_shift_moves_whole_images_by_whole_pixels_and_fills_up_with_nothing():
    moved = shift_images(IMAGES, 0.25, rng())
    offsets = []
    for before, after in zip(IMAGES, moved, strict=True):
        found = [(d, r) for d in range(-2, 3) for r in range(-2, 3) if torch.equal(after, by_hand(before, d, r))]
        assert len(found) == 1
        offsets += found
    assert len(set(offsets)) > 1


def by_hand(image, down, right):
    """The pixel at (row, column) shows what was at (row + down, column + right)."""
    shown = torch.zeros_like(image)
    for row in range(8):
        for column in range(8):
            if 0 <= row + down < 8 and 0 <= column + right < 8:
                shown[:, row, column] = image[:, row + down, column + right]
    return shown


def test_colours_change_by_the_drawn_amounts_and_nothing_else():
    augment = diffaugment(1, brightness=1.0, translation=0.0, cutout=0.0)
    brightness, saturation, contrast = (
        torch.rand(6, 1, 1, 1, generator=generator, dtype=torch.float64) for generator in [rng()] for _ in range(3)
    )
    expected = IMAGES + brightness - 0.5
    grey = expected.mean(1, keepdim=True)
    expected = grey + (1 + 2 * (saturation - 0.5)) * (expected - grey)
    mean = expected.mean((1, 2, 3), keepdim=True)
    assert_close(augment(IMAGES, 0, rng()), mean + (0.5 + contrast) * (expected - mean))


def test_a_square_of_half_the_side_is_cut_out_where_it_does_not_hang_over():
    augment = diffaugment(1, brightness=0.0, saturation=0.0, contrast=0.0, translation=0.0)
    seen = augment(torch.ones(500, 1, 8, 8), 0, rng())
    lost = (seen == 0.5).flatten(1).sum(1)
    assert lost.max() == 16
    assert lost.min() == 4  # its centre in a corner pixel
    assert ((seen == 0.5) | (seen == 1)).all()


def test_diffaugment_is_the_published_one_of_images_between_minus_one_and_one():
    """Brightness moves by up to 0.5 either way, and what is shifted in or cut out is 0 (Zhao 2020, section 3.2)."""
    drawn = rng()
    brightness, saturation, contrast = (torch.rand(6, 1, 1, 1, generator=drawn, dtype=torch.float64) for _ in range(3))
    images = 2 * IMAGES - 1 + brightness - 0.5
    images = images.mean(1, keepdim=True) + 2 * saturation * (images - images.mean(1, keepdim=True))
    mean = images.mean((1, 2, 3), keepdim=True)
    images = shift_images(mean + (0.5 + contrast) * (images - mean), 0.125, drawn)
    rows, columns = (torch.randint(9, (6, 1), generator=drawn) - 2 for _ in range(2))  # from −2 to 6, of 4 pixels
    inside = [((torch.arange(8) >= start) & (torch.arange(8) < start + 4)).double() for start in (rows, columns)]
    images = images * (1 - inside[0][:, None, :, None] * inside[1][:, None, None, :])
    assert_close(diffaugment(1)(IMAGES, 0, rng()), (images + 1) / 2)


@pytest.mark.parametrize(("side", "share", "size"), [(8, 0.5, 4), (10, 0.5, 5), (28, 0.25, 7), (8, 0.125, 1)])
def test_the_square_has_its_size_and_prefers_no_side(side, share, size):
    still = {"brightness": 0.0, "saturation": 2.0, "contrast": 0.0, "translation": 0.0}
    images = torch.ones(6000, 1, side, side)
    hidden = diffaugment(1, **still, cutout=share)(images, 0, rng()) == 0.5
    rows = hidden.any(3)[:, 0].double()
    assert rows.sum(1).max() == size
    chance = 5 * 0.5 / 6000**0.5  # five standard errors
    assert (rows.mean(0) - rows.mean(0).flip(0)).abs().max() < 2 * chance


def test_diffaugment_refuses_what_is_no_image():
    with pytest.raises(InputError, match="are not images"):
        diffaugment(1)(torch.rand(4, 2), 0, rng())
