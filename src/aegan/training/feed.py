"""A member's data on its device: batches of many rounds at once, which rounds then pick without the host."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from aegan.games.game import Batch
from aegan.training.member import Member

#: share of the device's free memory that data at rest may take
ROOM = 0.5

#: array of data, by its identity -> the same on the device
Resident = Mapping[int, Tensor]


class Feed:
    """The batches of a member's next rounds, at fixed places of the device's memory, so that a graph can be captured.

    Data that fit the device rest there, and only row numbers travel; of larger data the rows of the next rounds do.

    Args:
        member: whose rounds.
        rounds: the most rounds that are loaded at once.
        resident: the data that rest on the device.
    """

    def __init__(self, member: Member, rounds: int, resident: Resident) -> None:
        array, device = member.rows.array, member.rows.device
        self.member, self.moves = member, max(player.moves for player in member.game.players)
        seen = self.moves * member.stream.batch_size
        whole = resident.get(id(array))
        self.staged = whole is None
        self.values = (
            torch.empty(rounds * seen, *array.shape[1:], dtype=kind(array), device=device) if whole is None else whole
        )
        self.labels = None if member.rows.labels is None else torch.from_numpy(np.array(member.rows.labels)).to(device)
        self.table = torch.zeros(rounds, seen, dtype=torch.int64, device=device)  # row numbers of the data
        self.place = torch.zeros(
            1, dtype=torch.int64, device=device
        )  # the round that comes next, counted from the loaded
        self.step = torch.zeros((), dtype=torch.int64, device=device)

    def load(self, rounds: int) -> None:
        """Load the batches of the member's next rounds."""
        member, first = self.member, self.member.step * self.moves
        rows = np.stack([member.stream.batch(first + number) for number in range(rounds * self.moves)])
        self.table[:rounds].copy_(_sent(rows.reshape(rounds, -1), self.table), non_blocking=True)
        if self.staged:
            self.values[: rows.size].copy_(
                _sent(np.take(member.rows.array, rows.ravel(), axis=0), self.values), non_blocking=True
            )
        self.place.zero_()
        self.step.fill_(member.step)

    def batches(self) -> list[Batch]:
        """Return the batches of the round that comes next, by operations on the device alone."""
        rows = self.table.index_select(0, self.place).flatten()
        where = self.place * len(rows) + torch.arange(len(rows), device=rows.device) if self.staged else rows
        values, labels = self.values.index_select(0, where), self.labels
        real = unit(values) if values.dtype == torch.uint8 else values
        told = [None] * self.moves if labels is None else labels.index_select(0, rows).chunk(self.moves)
        return [Batch(*one, self.step) for one in zip(real.chunk(self.moves), told, strict=True)]

    def advance(self) -> None:
        """Go on to the next round, on the device."""
        self.place += 1
        self.step += 1


def unit(pixels: Tensor) -> Tensor:
    """Scale uint8 pixels (N, H, W, C) to float32 images (N, C, H, W) within [0, 1], as `data.scaling.to_unit` does."""
    return pixels.permute(0, 3, 1, 2).to(torch.float32, memory_format=torch.contiguous_format).div_(255)


def kind(array: np.ndarray) -> torch.dtype:
    """Return the type of a tensor of the data."""
    return torch.uint8 if array.dtype == np.uint8 else torch.float32


def at_rest(members: list[Member]) -> dict[int, Tensor]:
    """Bring the members' data to their device, each array once, as far as they fit: array's identity -> tensor."""
    arrays = {id(member.rows.array): member.rows.array for member in members}
    device = torch.device(members[0].rows.device)
    room = ROOM * torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else np.inf
    if sum(array.nbytes for array in arrays.values()) > room:
        return {}
    return {key: torch.from_numpy(np.array(array)).to(device) for key, array in arrays.items()}


def _sent(array: np.ndarray, like: Tensor) -> Tensor:
    sent = torch.from_numpy(array)
    return sent.pin_memory() if like.is_cuda else sent
