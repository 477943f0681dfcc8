import torch
from torch.testing import assert_close

from aegan.objectives.lecam import lecam


def rng():
    return torch.Generator().manual_seed(0)


def test_lecam_holds_logits_to_the_running_means_of_the_other_side():
    penalty = lecam(weight=2.0, decay=0.75).double()
    real, fake = torch.tensor([1.0, 3.0]).double(), torch.tensor([-2.0, 0.0]).double()
    assert_close(penalty(lambda x: x, real, fake, rng()), 2 * ((real**2).mean() + (fake**2).mean()))
    assert_close((penalty.of_real.item(), penalty.of_fake.item()), (0.25 * 2.0, 0.25 * -1.0))
    expected = ((real + 1) ** 2).mean() + ((fake - 2) ** 2).mean()  # the means so far, whatever they started from
    assert_close(penalty(lambda x: x, real, fake, rng()), 2 * expected)
    assert_close(penalty.of_real.item(), 0.75 * 0.5 + 0.25 * 2.0)
    for _ in range(3):
        penalty(lambda x: x, real, fake, rng())
    assert_close(penalty.of_real / penalty.share, torch.tensor(2.0).double())
