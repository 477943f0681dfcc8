"""Rounds played on the device alone, many between two calls of the training loop: the base of the faster engines."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from aegan.games.game import enable_gradients
from aegan.training.checkpoint import training_tensors
from aegan.training.device_prefetch import DevicePrefetcher, load_resident_arrays, rounds_per_transfer
from aegan.training.engine import EagerEngine, Engine
from aegan.training.member import Member
from aegan.training.round import apply_gradients, compute_gradients, sum_magnitudes

#: most rounds between two checks for non-finite numbers; a member that diverges replays them eagerly
REPLAY_ROUNDS = 1024

#: tensors and generator states that a round changes, by name
MemberState = dict[str, Tensor]


class MemberBranch:
    """A member's rounds as operations on its device alone: none of them waits for the host or reads a value back.

    Args:
        member: the member; it has played its first rounds, so that its optimisers have allocated their state.
        batches: the member's data on the device.
    """

    def __init__(self, member: Member, batches: DevicePrefetcher) -> None:
        self.member, self.batches = member, batches
        self.nonfinite = torch.zeros((), device=batches.row_numbers.device)  #: 0, or NaN after a non-finite number
        self.captured_storage = {key: tensor.data for key, tensor in training_tensors(member).items()}

    def play_round(self) -> None:
        """Play the next prepared round as `round.play_round` does, but note non-finite numbers instead of stopping."""
        batches, game = self.batches.current_batches(), self.member.game
        for player in game.players:
            enable_gradients(game, player.module)
            for batch in batches[: player.moves]:
                loss, gradients = compute_gradients(self.member, player, batch)
                self.nonfinite.add_(sum_magnitudes(loss, gradients), alpha=0)
                apply_gradients(self.member, player, gradients)
        self.batches.advance()

    def prepare(self, rounds: int) -> None:
        """Copy the data of the member's next rounds to the addresses that the graph reads."""
        self.restore_storage()
        self.batches.load(rounds)
        self.nonfinite.zero_()

    def restore_storage(self) -> None:
        """Move tensors whose memory was replaced, as by probing in float64, back to their addresses in the graph."""
        for key, tensor in training_tensors(self.member).items():
            if tensor.data_ptr() != (storage := self.captured_storage[key]).data_ptr():
                storage.copy_(tensor)
                tensor.data = storage


def snapshot(member: Member) -> MemberState:
    """Copy everything that a round of a member changes."""
    state = {key: tensor.detach().clone() for key, tensor in training_tensors(member).items()}
    return state | {f"rng/{name}": rng.get_state() for name, rng in member.noise.items()}


def restore(member: Member, state: MemberState) -> None:
    """Restore in place what `snapshot` copied; tensors that did not exist then keep their values."""
    for key, tensor in training_tensors(member).items():
        if key in state:
            tensor.data.copy_(state[key])
    for name, rng in member.noise.items():
        rng.set_state(state[f"rng/{name}"])


class BatchedEngine(Engine):
    """Plays many rounds of all members between two synchronisations with the host.

    This base class plays the branches one after the other, launched from the host. On a CPU that is no faster than the
    eager loop; tests use it to show that a branch plays the same game.

    Args:
        members: the members, all on one device; they have played their first rounds.
    """

    def __init__(self, members: Sequence[Member]) -> None:
        device = torch.device(members[0].dataset.device)
        resident = load_resident_arrays(members)
        self.most_rounds = REPLAY_ROUNDS if resident else min(REPLAY_ROUNDS, *map(rounds_per_transfer, members))
        copy_stream = torch.cuda.Stream() if device.type == "cuda" else None
        self.branches = {
            id(member): MemberBranch(member, DevicePrefetcher(member, self.most_rounds, resident, copy_stream))
            for member in members
        }
        self.retired: dict[int, MemberState] = {}

    @property
    def max_rounds(self) -> int:
        """Rounds whose data all active members have on the device; if one has none, as many as fit there."""
        ready = (branch.batches.rounds_ready() for key, branch in self.branches.items() if key not in self.retired)
        return min(ready, default=0) or self.most_rounds

    def run(self, rounds: int) -> None:
        """Play prepared rounds of all branches."""
        for _ in range(rounds):
            for branch in self.branches.values():
                branch.play_round()

    def play(self, members: Sequence[Member], rounds: int) -> None:
        """Play rounds; a member with a non-finite number replays them eagerly, to locate it."""
        starts = [snapshot(member) for member in members]
        for branch in self.branches.values():
            branch.prepare(rounds)
        self.run(rounds)
        for member in members:  # while the device is busy
            self.branches[id(member)].batches.prefetch(member.step + rounds)
        flags = torch.stack([self.branches[id(member)].nonfinite for member in members]).tolist()
        for member, start, flag in zip(members, starts, flags, strict=True):
            if flag == 0:
                member.step += rounds
            else:
                restore(member, start)
                EagerEngine().play([member], rounds)

    def retire(self, member: Member) -> None:
        """Keep the member's state; its branch stays part of the graph and still changes the tensors."""
        self.retired[id(member)] = snapshot(member)

    def finish(self) -> None:
        """Give retired members back the state that they had when they retired."""
        for key, state in self.retired.items():
            restore(self.branches[key].member, state)
