"""Inception's features, from weights that the user has; nothing is ever downloaded."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from aegan.errors import InputError

#: images at a time: at 299 × 299 pixels each takes some 20 MB on its way
CHUNK = 32


class Inception(nn.Module):
    """From images (N, 1 or 3, H, W) within [0, 1] to the features (N, 2048) that FID is computed in.

    Args:
        extractor: from uint8 images (N, 3, H, W), which it resizes itself, to a tuple with the features.
    """

    def __init__(self, extractor: nn.Module) -> None:
        super().__init__()
        self.extractor = extractor

    def forward(self, images: Tensor) -> Tensor:  # noqa: D102
        pixels = images.mul(255).round().to(torch.uint8).expand(-1, 3, -1, -1)
        return torch.cat([self.extractor(part)[0] for part in pixels.split(CHUNK)])


def inception(weights: Path | str, channels: int) -> Inception:
    """Build torch-fidelity's InceptionV3, whose features agree with those of the original FID.

    Its own loader unpickles whatever it is given, so it is given what safetensors has read.

    Args:
        weights: .safetensors with the names and shapes of torch-fidelity's state dict.
        channels: of the images, 1 or 3; a grey image is shown in all three channels.

    Raises:
        InputError: torch-fidelity is not installed, the file has other weights or none, or the images other channels.
    """
    if channels not in (1, 3):
        wrong = f"Inception cannot look at images of {channels} channels"
        raise InputError("evaluation.inception", wrong, "Leave it out for this data set.")
    try:
        from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3
    except ImportError as error:
        mend = "pip install 'aegan[inception]', or leave the key out."
        raise InputError("evaluation.inception", f"torch-fidelity is not installed ({error})", mend) from None
    buffer = BytesIO()
    torch.save(_read(weights), buffer)
    buffer.seek(0)
    try:
        return Inception(FeatureExtractorInceptionV3("inception", ["2048"], feature_extractor_weights_path=buffer))
    except RuntimeError as error:
        wrong = f"holds no weights of torch-fidelity's InceptionV3 ({str(error).splitlines()[1].strip()[:200]})"
        raise InputError(weights, wrong, MEND) from None


MEND = (
    "Convert torch-fidelity's file: python -c \"import torch, safetensors.torch as s; "
    "s.save_file(torch.load('weights-inception-2015-12-05-6726825d.pth', weights_only=True), 'inception.safetensors')\""
)


def _read(weights: Path | str) -> dict[str, Tensor]:
    try:
        return load_file(weights)
    except FileNotFoundError:
        raise InputError(weights, "does not exist", "Give the path of Inception's weights, or leave it out.") from None
    except (OSError, SafetensorError) as error:
        raise InputError(weights, f"is no safetensors file ({error})", MEND) from None
