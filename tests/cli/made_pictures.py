"""Made-up images: arrays of noise, and folders of pictures."""

import numpy as np
from PIL import Image


def noise(*shape):
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


def pictures(folder, sizes, **parents):
    """Write colour pictures of those sizes into a folder, or so many into each of its subfolders."""
    for parent, count in (parents or {".": len(sizes)}).items():
        (folder / parent).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            size = sizes[number % len(sizes)]
            Image.fromarray(noise(*size, 3)).save(folder / parent / f"{number}.png")
    return folder
