"""A member's data on its device: batches of many rounds at once, which rounds then pick without the host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from aegan.data.batch import Batch
from aegan.training.member import Member

#: share of the device's free memory that data at rest may take
ROOM = 0.5
#: bytes of a member's data that travel to the device at once, where they do not rest there
PARCEL = 2**26

#: array of data, by its identity -> the same on the device
Resident = Mapping[int, Tensor]


class Ahead(NamedTuple):
    """Batches of rounds to come, on the device; rounds from `first` on."""

    first: int
    rows: Tensor  #: (rounds, batch of all moves) row numbers of the data
    values: Tensor | None  #: (rounds, batch of all moves, …) those rows, of data that do not rest on the device

    def left(self, step: int) -> int:
        """Count the rounds from a step on that are here."""
        return max(0, self.first + len(self.rows) - step) if step >= self.first else 0


class Feed:
    """The batches of a member's next rounds, at fixed places of the device's memory, so that a graph can be captured.

    Data that fit the device rest there, and only row numbers travel; of larger data the rows of the next rounds do.
    They are brought there on another stream, while the device plays the rounds before.

    Args:
        member: whose rounds.
        rounds: the most rounds that are loaded at once.
        resident: the data that rest on the device.
        way: the stream on which data travel; on CUDA alone.
    """

    def __init__(self, member: Member, rounds: int, resident: Resident, way: torch.cuda.Stream | None = None) -> None:
        array, device = member.rows.array, torch.device(member.rows.device)
        self.member, self.moves = member, busiest(member)
        self.most, self.seen = rounds, self.moves * member.stream.batch_size
        whole = resident.get(id(array))
        self.staged = whole is None
        self.values = (
            torch.empty(rounds * self.seen, *array.shape[1:], dtype=kind(array), device=device)
            if whole is None
            else whole
        )
        self.labels = None if member.rows.labels is None else torch.from_numpy(np.array(member.rows.labels)).to(device)
        self.table = torch.zeros(rounds, self.seen, dtype=torch.int64, device=device)  # row numbers of the data
        # the round that comes next, counted from the loaded
        self.place = torch.zeros(1, dtype=torch.int64, device=device)
        self.step = torch.zeros((), dtype=torch.int64, device=device)
        self.way = way
        self.ahead = Ahead(0, self.table[:0], None)

    def ready(self) -> int:
        """Count the member's next rounds that are on the device already."""
        return self.ahead.left(self.member.step)

    def look_ahead(self, step: int) -> None:
        """Bring the batches of the rounds from a step on to the device, unless they are there."""
        if not self.ahead.left(step):
            self.ahead = self._brought(step, self.most)

    def load(self, rounds: int) -> None:
        """Put the batches of the member's next rounds where rounds look for them."""
        step = self.member.step
        if self.ready() < rounds:
            self.ahead = self._brought(step, rounds)
        if self.way:
            torch.cuda.current_stream(self.table.device).wait_stream(self.way)
        part = slice(step - self.ahead.first, step - self.ahead.first + rounds)
        self.table[:rounds].copy_(self.ahead.rows[part])
        if self.ahead.values is not None:
            self.values[: rounds * self.seen].copy_(self.ahead.values[part].flatten(0, 1))
        self.place.zero_()
        self.step.fill_(step)

    def _brought(self, step: int, rounds: int) -> Ahead:
        """Gather the batches of rounds on the host, and send them off."""
        numbers = range(step * self.moves, (step + rounds) * self.moves)
        rows = np.stack([self.member.stream.batch(number) for number in numbers]).reshape(rounds, self.seen)
        return Ahead(step, self._sent(rows), self._sent(self.member.rows.array[rows]) if self.staged else None)

    def _sent(self, array: np.ndarray) -> Tensor:
        if not self.way:
            return torch.from_numpy(array)
        with torch.cuda.stream(self.way):
            sent = torch.from_numpy(array).pin_memory().to(self.table.device, non_blocking=True)
        # it is read on another stream than it was made on: not to be reused before that is done
        sent.record_stream(torch.cuda.current_stream(self.table.device))
        return sent

    def batches(self) -> list[Batch]:
        """Return the batches of the round that comes next, by operations on the device alone."""
        rows = self.table.index_select(0, self.place).flatten()
        where = self.place * len(rows) + torch.arange(len(rows), device=rows.device) if self.staged else rows
        values, labels = self.values.index_select(0, where), self.labels
        told = [None] * self.moves if labels is None else labels.index_select(0, rows).chunk(self.moves)
        return [Batch(*one, self.step) for one in zip(scaled(values).chunk(self.moves), told, strict=True)]

    def advance(self) -> None:
        """Go on to the next round, on the device."""
        self.place += 1
        self.step += 1


def busiest(member: Member) -> int:
    """Count the batches of a round."""
    return max(player.moves for player in member.game.players)


def rounds_of_a_parcel(member: Member) -> int:
    """Count the rounds whose data travel at once, at least one."""
    return max(1, PARCEL // (busiest(member) * member.stream.batch_size * member.rows.array[:1].nbytes))


def unit(pixels: Tensor) -> Tensor:
    """Scale uint8 pixels (N, H, W, C) to float32 images (N, C, H, W) within [0, 1], as `data.scaling.to_unit` does."""
    real = pixels.permute(0, 3, 1, 2).to(torch.float32, memory_format=torch.contiguous_format)
    # a divisor that rests on the device: by one of Python's CUDA does not divide, but multiplies by its inverse
    return real.div_(torch.full((), 255.0, device=real.device))


def kind(array: np.ndarray) -> torch.dtype:
    """Return the type of a tensor of the data."""
    return torch.uint8 if array.dtype == np.uint8 else torch.float32


def at_rest(members: list[Member]) -> dict[int, Tensor]:
    """Bring the members' data to their device, each array once, as far as they fit: array's identity -> tensor.

    Pixels are scaled once for all, if the device has room for four bytes of each beside the one.
    """
    arrays = {id(member.rows.array): member.rows.array for member in members}
    device = torch.device(members[0].rows.device)
    room = ROOM * torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else np.inf
    needed = sum(array.nbytes for array in arrays.values())
    if needed > room:
        return {}
    resident = {key: torch.from_numpy(np.array(array)).to(device) for key, array in arrays.items()}
    return {key: scaled(values) for key, values in resident.items()} if 5 * needed <= room else resident


def scaled(values: Tensor) -> Tensor:
    """Scale pixels, and leave other data as they are."""
    return unit(values) if values.dtype == torch.uint8 else values
