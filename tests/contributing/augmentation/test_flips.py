import torch

from aegan.objectives.augmentations import flips

IMAGES = torch.rand(400, 1, 3, 4, generator=torch.Generator().manual_seed(1))


def rng():
    return torch.Generator().manual_seed(0)


def test_a_certain_flip_mirrors_rows():
    seen = flips(10, probability=1.0)(torch.tensor([[[[1.0, 2.0, 3.0]]]]), 0, rng())
    assert torch.equal(seen, torch.tensor([[[[3.0, 2.0, 1.0]]]]))


def test_as_many_images_are_mirrored_as_the_probability_says_and_the_others_are_left_alone():
    seen = flips(10, probability=0.25)(IMAGES, 0, rng())
    mirrored = (seen == IMAGES.flip(3)).flatten(1).all(1)
    assert torch.equal(seen[~mirrored], IMAGES[~mirrored])
    assert 70 <= mirrored.sum() <= 130  # 100 ± 3.5 deviations


def test_gradients_are_mirrored_too():
    images = IMAGES.clone().requires_grad_()
    weights = torch.arange(4.0)
    (gradient,) = torch.autograd.grad((flips(1, probability=1.0)(images, 0, rng()) * weights).sum(), images)
    assert torch.equal(gradient, weights.flip(0).expand_as(images))
