"""A member's data on its device: batches of many rounds at once, which rounds then select without the host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from aegan.data.batch import Batch
from aegan.training.member import Member

#: share of the device's free memory that resident data sets may take
RESIDENT_SHARE = 0.5
#: bytes of a member's data that are copied to the device at once, if the data set does not fit there
TRANSFER_BYTES = 2**26
#: the same two limits on a CPU, where further jobs share the memory: bytes of resident data, and of those copied
HOST_RESIDENT_BYTES, HOST_TRANSFER_BYTES = 2**27, 2**22

#: an array's id -> the same data on the device
ResidentArrays = Mapping[int, Tensor]


class PrefetchedRounds(NamedTuple):
    """Batches of rounds to come, on the device."""

    first: int  #: the step of the first of these rounds
    row_numbers: Tensor  #: (rounds, rows per round) int64
    values: Tensor | None  #: (rounds, rows per round, …) those rows, if the data set is not resident on the device

    def rounds_left(self, step: int) -> int:
        """Count the prefetched rounds from a step on."""
        return max(0, self.first + len(self.row_numbers) - step) if step >= self.first else 0


class DevicePrefetcher:
    """The batches of a member's next rounds, at fixed addresses on the device, so that a CUDA graph can read them.

    Data sets that fit are resident on the device, and only row numbers are copied; of larger ones, the rows of the next
    rounds are copied on a second stream while the device plays the rounds before.

    Args:
        member: the member.
        most_rounds: largest number of rounds that are loaded at once.
        resident: the data sets that are resident on the device.
        copy_stream: the CUDA stream for copies; None on a CPU.
    """

    def __init__(
        self, member: Member, most_rounds: int, resident: ResidentArrays, copy_stream: torch.cuda.Stream | None = None
    ) -> None:
        dataset, device = member.dataset, torch.device(member.dataset.device)
        self.member, self.most_rounds, self.copy_stream = member, most_rounds, copy_stream
        self.rows_per_round = member.game.batches_per_round * member.sampler.batch_size
        whole = resident.get(id(dataset.array))
        self.is_resident = whole is not None
        self.values = (
            torch.empty(
                most_rounds * self.rows_per_round,
                *dataset.array.shape[1:],
                dtype=tensor_dtype(dataset.array),
                device=device,
            )
            if whole is None
            else whole
        )
        self.labels = None if dataset.labels is None else torch.from_numpy(np.array(dataset.labels)).to(device)
        self.row_numbers = torch.zeros(most_rounds, self.rows_per_round, dtype=torch.int64, device=device)
        self.position = torch.zeros(1, dtype=torch.int64, device=device)  # current round among those loaded
        self.step = torch.zeros((), dtype=torch.int64, device=device)
        self.prefetched = PrefetchedRounds(0, self.row_numbers[:0], None)

    def rounds_ready(self) -> int:
        """Count the member's next rounds whose data are on the device already."""
        return self.prefetched.rounds_left(self.member.step)

    def prefetch(self, step: int) -> None:
        """Start to copy the batches of the rounds from a step on, unless they are on the device."""
        if not self.prefetched.rounds_left(step):
            self.prefetched = self._gather(step, self.most_rounds)

    def load(self, rounds: int) -> None:
        """Move the batches of the member's next rounds to the addresses that rounds read from."""
        step = self.member.step
        if self.rounds_ready() < rounds:
            self.prefetched = self._gather(step, rounds)
        if self.copy_stream:
            torch.cuda.current_stream(self.row_numbers.device).wait_stream(self.copy_stream)
        part = slice(step - self.prefetched.first, step - self.prefetched.first + rounds)
        self.row_numbers[:rounds].copy_(self.prefetched.row_numbers[part])
        if self.prefetched.values is not None:
            self.values[: rounds * self.rows_per_round].copy_(self.prefetched.values[part].flatten(0, 1))
        self.position.zero_()
        self.step.fill_(step)

    def _gather(self, step: int, rounds: int) -> PrefetchedRounds:
        """Gather the batches of rounds on the host, and copy them to the device."""
        sampler, dataset, per_round = self.member.sampler, self.member.dataset, self.member.game.batches_per_round
        numbers = range(step * per_round, (step + rounds) * per_round)
        rows = np.stack([sampler.select_rows(number) for number in numbers]).reshape(rounds, self.rows_per_round)
        return PrefetchedRounds(step, self._copy(rows), None if self.is_resident else self._copy(dataset.array[rows]))

    def _copy(self, array: np.ndarray) -> Tensor:
        if not self.copy_stream:
            return torch.from_numpy(array)
        with torch.cuda.stream(self.copy_stream):
            copied = torch.from_numpy(array).pin_memory().to(self.row_numbers.device, non_blocking=True)
        # it is read on another stream than the one that allocated it: its memory must not be reused before that
        copied.record_stream(torch.cuda.current_stream(self.row_numbers.device))
        return copied

    def current_batches(self) -> list[Batch]:
        """Return the batches of the current round, by operations on the device alone."""
        rows = self.row_numbers.index_select(0, self.position).flatten()
        places = rows if self.is_resident else self.position * len(rows) + torch.arange(len(rows), device=rows.device)
        values, count = scale_pixels(self.values.index_select(0, places)), self.member.game.batches_per_round
        labels = [None] * count if self.labels is None else self.labels.index_select(0, rows).chunk(count)
        return [Batch(*pair, self.step) for pair in zip(values.chunk(count), labels, strict=True)]

    def advance(self) -> None:
        """Advance to the next round, by operations on the device alone."""
        self.position += 1
        self.step += 1


def rounds_per_transfer(member: Member) -> int:
    """Count the rounds whose data are copied at once, at least one."""
    bytes_per_row = member.dataset.array[:1].nbytes
    on_cuda = torch.device(member.dataset.device).type == "cuda"
    limit = TRANSFER_BYTES if on_cuda else HOST_TRANSFER_BYTES
    return max(1, limit // (member.game.batches_per_round * member.sampler.batch_size * bytes_per_row))


def load_resident_arrays(members: Sequence[Member]) -> dict[int, Tensor]:
    """Copy the members' data sets to their device, each array once: array's id -> tensor; {} if they do not fit.

    Pixels are scaled to float32 in advance if the device has room for both types (1 + 4 bytes per value).
    """
    arrays = {id(member.dataset.array): member.dataset.array for member in members}
    device = torch.device(members[0].dataset.device)
    room = RESIDENT_SHARE * torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else HOST_RESIDENT_BYTES
    needed = sum(array.nbytes for array in arrays.values())
    if needed > room:
        return {}
    resident = {key: torch.from_numpy(np.array(array)).to(device) for key, array in arrays.items()}
    if 5 * needed > room:
        return resident
    return {key: scale_pixels(values) for key, values in resident.items()}


def scale_pixels(values: Tensor) -> Tensor:
    """Scale uint8 pixels (N, H, W, C) to float32 images (N, C, H, W) within [0, 1]; return floats (N, …) as they are.

    The same arithmetic as `data.scaling.to_unit`, on the device.
    """
    if values.dtype != torch.uint8:
        return values
    images = values.permute(0, 3, 1, 2).to(torch.float32, memory_format=torch.contiguous_format)
    # the divisor is a tensor, because CUDA multiplies by the inverse of a Python number instead of dividing
    return images.div_(torch.full((), 255.0, device=images.device))


def tensor_dtype(array: np.ndarray) -> torch.dtype:
    """Return the dtype on the device of an array (N, …) of uint8 or float32."""
    return torch.uint8 if array.dtype == np.uint8 else torch.float32
