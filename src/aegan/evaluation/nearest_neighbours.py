"""Nearest neighbours of images, by pixel distance."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from aegan.progress import track

#: number of other images compared at once
BLOCK = 4096


def find_nearest(images: np.ndarray, others: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Find the nearest of other images by pixel distance, a block at a time.

    Args:
        images: uint8 (n, H, W, C).
        others: uint8 (m, H, W, C), such as a memory map.
        count: how many to find, at most m.

    Returns:
        Their row numbers (n, count) in ascending distance, and these distances (n, count): root mean squared
        differences of pixels in [0, 1].
    """
    flat = _flatten(images)
    rows: np.ndarray = np.empty((len(flat), 0), np.int64)
    distances: np.ndarray = np.empty((len(flat), 0))
    for start in track(range(0, len(others), BLOCK), "nearest neighbours, blocks"):
        block = torch.cdist(flat, _flatten(others[start : start + BLOCK])).numpy() / np.sqrt(flat.shape[1])
        distances = np.hstack([distances, block])
        rows = np.hstack([rows, np.broadcast_to(np.arange(start, start + block.shape[1]), block.shape)])
        kept = np.argsort(distances, axis=1, kind="stable")[:, :count]
        rows, distances = (np.take_along_axis(of, kept, axis=1) for of in (rows, distances))
    return rows, distances


def _flatten(images: np.ndarray) -> Tensor:
    return torch.from_numpy(images.reshape(len(images), -1) / 255)
