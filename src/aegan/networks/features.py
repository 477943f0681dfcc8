"""Networks whose outputs are feature spaces to compare images in; never the autoencoder under test."""

from __future__ import annotations

from collections import OrderedDict

from torch import nn

from aegan.networks.conv import conv_encoder

#: numbers per feature vector
FEATURES = 64


def feature_net(shape: tuple[int, ...]) -> nn.Module:
    """Build a small CNN from images (N, C, H, W) to features (N, FEATURES); frozen at random weights, it is a space."""
    return conv_encoder(shape, FEATURES, channels=16, activation="relu")


def classifier(shape: tuple[int, ...], classes: int) -> nn.Sequential:
    """Build a classifier: a feature net named `features`, and a linear layer on its rectified features."""
    return nn.Sequential(OrderedDict(features=feature_net(shape), relu=nn.ReLU(), classes=nn.Linear(FEATURES, classes)))
