"""Networks whose features metrics compare. The autoencoder under test is never used for that."""

from __future__ import annotations

from collections import OrderedDict

from torch import nn

from aegan.networks.conv import conv_encoder

#: numbers per feature vector
FEATURES = 64


def build_feature_net(shape: tuple[int, ...]) -> nn.Module:
    """Build a small CNN from images (N, C, H, W) to features (N, FEATURES).

    Args:
        shape: (C, H, W) of one image.
    """
    return conv_encoder(shape, FEATURES, channels=16, activation="relu")


def build_classifier(shape: tuple[int, ...], classes: int) -> nn.Sequential:
    """Build a classifier of images (N, C, H, W): a feature net named `features`, ReLU and a linear layer.

    Args:
        shape: (C, H, W) of one image.
        classes: number of classes K of the logits (N, K).
    """
    return nn.Sequential(
        OrderedDict(features=build_feature_net(shape), relu=nn.ReLU(), classes=nn.Linear(FEATURES, classes))
    )
