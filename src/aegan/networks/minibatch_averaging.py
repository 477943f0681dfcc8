"""Minibatch averaging: a discriminator that sees the mean of the batch beside each sample (medGAN, Choi 2017)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import torch
from torch import Tensor, nn


class AppendBatchMean(nn.Module):
    """Append the mean of the batch to each sample along its first axis, which is the channels of images."""

    def forward(self, data: Tensor) -> Tensor:
        """Map data (N, C, …) to (N, 2 C, …)."""
        return torch.cat([data, data.mean(0, keepdim=True).expand_as(data)], dim=1)


def make_averaging_discriminator(make: Callable[[tuple[int, ...]], nn.Module], shape: tuple[int, ...]) -> nn.Module:
    """Make a discriminator that judges each sample beside the mean of its batch (Choi 2017, section 3.3).

    A generator that has collapsed to few samples makes batches whose mean gives them away. Real data and fakes are
    batches of their own. A chain of layers stays one.

    Returns:
        Module from data (N, *shape) to logits (N, 1).
    """
    network = make((2 * shape[0], *shape[1:]))
    layers = dict(network.named_children()) if isinstance(network, nn.Sequential) else {"averaged": network}
    return nn.Sequential(OrderedDict(mean=AppendBatchMean(), **layers))
