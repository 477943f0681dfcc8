"""Features of InceptionV3, from a weights file of the user; nothing is downloaded."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from aegan.errors import InputError

#: images per forward pass: each needs about 20 MB at 299 × 299 pixels
CHUNK = 32


class Inception(nn.Module):
    """Map images (N, 1 or 3, H, W) in [0, 1] to the features (N, 2048) that FID compares.

    Args:
        extractor: maps uint8 images (N, 3, H, W), which it resizes itself, to a tuple whose first item is the features.
    """

    def __init__(self, extractor: nn.Module) -> None:
        super().__init__()
        self.extractor = extractor

    def forward(self, images: Tensor) -> Tensor:
        """Compute the features (N, 2048) of images (N, 1 or 3, H, W)."""
        pixels = images.mul(255).round().to(torch.uint8).expand(-1, 3, -1, -1)
        return torch.cat([self.extractor(part)[0] for part in pixels.split(CHUNK)])


def load_inception(weights: Path | str, channels: int) -> Inception:
    """Load torch-fidelity's InceptionV3, whose features agree with those of the original FID.

    Its own loader unpickles files, so the weights are read with safetensors and passed to it in memory.

    Args:
        weights: .safetensors file with the names and shapes of torch-fidelity's state dict.
        channels: channels of the images, 1 or 3; a grey image is repeated in all three channels.

    Raises:
        InputError: torch-fidelity is not installed, the file does not hold these weights, or the images have another
            number of channels.
    """
    if channels not in (1, 3):
        wrong = f"Inception cannot process images of {channels} channels"
        raise InputError("evaluation.inception", wrong, "Remove the key for this data set.")
    try:
        from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3
    except ImportError as error:
        fix = "Run pip install 'aegan[inception]', or remove the key."
        raise InputError("evaluation.inception", f"torch-fidelity is not installed ({error})", fix) from None
    buffer = BytesIO()
    torch.save(_read_weights(weights), buffer)
    buffer.seek(0)
    try:
        return Inception(FeatureExtractorInceptionV3("inception", ["2048"], feature_extractor_weights_path=buffer))
    except RuntimeError as error:
        wrong = f"holds no weights of torch-fidelity's InceptionV3 ({str(error).splitlines()[1].strip()[:200]})"
        raise InputError(weights, wrong, FIX) from None


FIX = (
    "Convert torch-fidelity's file: python -c \"import torch, safetensors.torch as s; "
    "s.save_file(torch.load('weights-inception-2015-12-05-6726825d.pth', weights_only=True), 'inception.safetensors')\""
)


def _read_weights(weights: Path | str) -> dict[str, Tensor]:
    try:
        return load_file(weights)
    except FileNotFoundError:
        fix = "Give the path of Inception's weights, or remove the key evaluation.inception."
        raise InputError(weights, "does not exist", fix) from None
    except (OSError, SafetensorError) as error:
        raise InputError(weights, f"is not a safetensors file ({error})", FIX) from None
