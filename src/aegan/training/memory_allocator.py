"""What a process that trains is set to, once."""

from __future__ import annotations

import ctypes
from functools import cache

import torch

#: parameters of glibc's mallopt: free memory at the end of the heap from which on it is given back, and the size of a
#: block from which on it is asked of the system by itself, and given back when it is freed
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
#: above any activation of a network
LARGE = 2**30


@cache
def settle(device: str) -> None:
    """Set up the process for training on a device: bits that come again on CUDA, and memory that stays on a CPU."""
    if torch.device(device).type == "cuda":
        torch.backends.cudnn.deterministic = True
    else:
        keep_what_is_freed()


def keep_what_is_freed() -> bool:
    """Let the process keep what a round frees, for the next one needs as much; tell whether the C library can.

    As it is, glibc returns an activation's megabytes to the system and asks for them again, round by round, and the
    system clears every page of them: up to a fifth of a convolutional GAN's time on a CPU.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:  # another C library
        return False
    return bool(mallopt(MMAP_THRESHOLD, LARGE) and mallopt(TRIM_THRESHOLD, LARGE))
