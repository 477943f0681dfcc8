"""Process-wide settings for training: deterministic kernels on CUDA, and a CPU allocator that keeps freed memory."""

from __future__ import annotations

import ctypes
from functools import cache

import torch

#: parameters of glibc's mallopt: the free memory at the end of the heap above which it is returned to the system, and
#: the size above which a block is requested from the system separately, and returned when it is freed
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
#: bytes, more than any activation of a network needs
LARGE = 2**30


@cache
def configure_process(device: str) -> None:
    """Configure the process for training on a device, once."""
    if torch.device(device).type == "cuda":
        torch.backends.cudnn.deterministic = True
    else:
        keep_freed_memory()


def keep_freed_memory() -> bool:
    """Make the allocator keep the memory that a round frees; return False if the C library cannot.

    By default glibc returns large activations to the system and requests them again every round, and the system clears
    every page: up to a fifth of a convolutional GAN's training time on a CPU.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:  # another C library
        return False
    return bool(mallopt(MMAP_THRESHOLD, LARGE) and mallopt(TRIM_THRESHOLD, LARGE))
