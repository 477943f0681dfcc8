"""The cost of `aegan.watch`: the processor time of a GAN of digits that is watched, relative to the same unwatched.

    python -m benchmarks.watching [--rounds 2000] [--width 128] [--batch 64] [--repeats 5]

It trains as long as the default study does, and prints JSON. The trainings take turns, so that a machine that slows
down slows both; the ratio is that of the shortest times, because what else runs on a machine only adds to them.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn.functional import softplus

import aegan


def train(rounds: int, width: int, batch: int, folder: Path | None) -> float:
    """Train, watched into a folder unless it is None, and return the seconds of processor time.

    Args:
        rounds: one step of each network.
        width: of both networks.
        batch: its size.
        folder: of the watch.
    """
    torch.manual_seed(0)
    images = torch.tensor(load_digits().data / 16, dtype=torch.float32)
    generator = nn.Sequential(
        nn.Linear(32, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 64), nn.Sigmoid()
    )
    discriminator = nn.Sequential(
        nn.Linear(64, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 1)
    )
    opt_g, opt_d = (torch.optim.Adam(net.parameters(), 2e-4, (0.5, 0.999)) for net in (generator, discriminator))
    started = time.process_time()
    watch = folder and aegan.watch(folder, generator=(generator, opt_g), discriminator=(discriminator, opt_d))
    for _ in range(rounds):
        real, fake = images[torch.randint(len(images), (batch,))], generator(torch.randn(batch, 32))
        opt_d.zero_grad()
        logits_real, logits_fake = discriminator(real), discriminator(fake.detach())
        loss_d = softplus(-logits_real).mean() + softplus(logits_fake).mean()
        loss_d.backward()
        opt_d.step()
        opt_g.zero_grad()
        loss_g = softplus(-discriminator(fake)).mean()
        loss_g.backward()
        opt_g.step()
        if watch:
            watch.log(loss_G=loss_g, loss_D=loss_d, logits_real=logits_real, logits_fake=logits_fake)
    if watch:
        watch.close()
    return time.process_time() - started


def main() -> None:
    """Time both trainings in turns, and print the ratio of their times."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("rounds", 2000), ("width", 128), ("batch", 64), ("repeats", 5)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args()
    torch.set_num_threads(1)
    size = (given.rounds, given.width, given.batch)
    seconds: dict[str, list[float]] = {"plain": [], "watched": []}
    with TemporaryDirectory() as folder:
        train(20, *size[1:], Path(folder) / "first")  # imports
        for turn in range(given.repeats):
            seconds["plain"].append(train(*size, None))
            seconds["watched"].append(train(*size, Path(folder) / str(turn)))
    record = {"benchmark": "watching", "machine": f"{platform.machine()}, one thread", "torch": torch.__version__}
    record |= vars(given) | {name: [round(one, 3) for one in own] for name, own in seconds.items()}
    record["ratio"] = round(min(seconds["watched"]) / min(seconds["plain"]), 3)
    print(json.dumps(record, indent=1))  # noqa: T201 - its output is its purpose


if __name__ == "__main__":
    main()
