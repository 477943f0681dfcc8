"""All members of a cohort at once: on CUDA by replaying one captured graph of all their rounds.

A round of a small GAN is some hundred tiny kernels, and launching them costs far more than their arithmetic. So all
members' rounds are captured once, each on a stream of its own, as parallel branches of one CUDA graph, and a stretch of
rounds is replayed without the host. What needs the host, a divergence or a look of an observer, ends the stretch: from
a stretch in which a number was not finite, the member goes back to its start and plays the same rounds one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from aegan.training.checkpoint import live
from aegan.training.data_parallel import processes
from aegan.training.device_prefetch import Feed, at_rest, rounds_of_a_parcel
from aegan.training.engine import TRIAL, AtOnce, EagerEngine, Engine, ValidatedEngine
from aegan.training.member import Member, moves, size

#: the most rounds between two looks at the host: a divergence costs at most as many plain rounds
STRETCH = 1024
#: rounds that one graph plays; a launch of it costs the host time for every generator of noise, and members wait for
#: each other at its end
CHAIN = TRIAL - 1


class Branch:
    """A member's rounds as operations on its device alone: nothing in them waits for the host, or asks it."""

    def __init__(self, member: Member, feed: Feed) -> None:
        self.member, self.feed = member, feed
        self.trouble = torch.zeros((), device=feed.table.device)  #: 0 as long as all numbers were finite, then NaN
        self.homes = {key: tensor.data for key, tensor in live(member).items()}  # where a captured graph finds them

    def round(self) -> None:
        """Play the next of the loaded rounds, whatever its numbers are, and note whether all were finite."""
        for _, loss, gradients in moves(self.member, self.feed.batches()):
            self.trouble.add_(size(loss, gradients), alpha=0)
        self.feed.advance()

    def load(self, rounds: int) -> None:
        """Get ready for the member's next rounds."""
        self.come_home()
        self.feed.load(rounds)
        self.trouble.zero_()

    def come_home(self) -> None:
        """Bring tensors whose memory was swapped, as a look in float64 does, back to where the graph finds them."""
        for key, tensor in live(self.member).items():
            if tensor.data_ptr() != (home := self.homes[key]).data_ptr():
                home.copy_(tensor)
                tensor.data = home

    def snapshot(self) -> dict[str, Tensor]:
        """Copy everything that a round changes."""
        state = {key: tensor.detach().clone() for key, tensor in live(self.member).items()}
        return state | {f"rng/{name}": rng.get_state() for name, rng in self.member.noise.items()}

    def restore(self, state: dict[str, Tensor]) -> None:
        """Put back what `snapshot` copied, in place."""
        for key, tensor in live(self.member).items():
            tensor.data.copy_(state[key])
        for name, rng in self.member.noise.items():
            rng.set_state(state[f"rng/{name}"])


class Lockstep(AtOnce):
    """All members at once, a stretch of rounds at a time.

    This base plays the branches one after the other, from the host: on a CPU it is no faster than the plain loop, and
    serves to show that what is captured is the same game.

    Args:
        members: who plays; all on one device, with the first rounds behind them.
    """

    branches: dict[int, Branch]

    def __init__(self, members: Sequence[Member]) -> None:
        resident, on_cuda = at_rest(list(members)), torch.device(members[0].rows.device).type == "cuda"
        self.most = STRETCH if resident else min(STRETCH, *map(rounds_of_a_parcel, members))
        way = torch.cuda.Stream() if on_cuda else None
        self.branches = {id(member): Branch(member, Feed(member, self.most, resident, way)) for member in members}
        self.kept: dict[int, dict[str, Tensor]] = {}

    @property
    def stretch(self) -> int:
        """The rounds that all have ready; where one has none, as many as there is room for."""
        ready = (branch.feed.ready() for key, branch in self.branches.items() if key not in self.kept)
        return min(ready, default=0) or self.most

    def run(self, rounds: int) -> None:
        """Play the loaded rounds of all branches."""
        for _ in range(rounds):
            for branch in self.branches.values():
                branch.round()

    def play(self, members: Sequence[Member], rounds: int) -> None:
        """Play a stretch; a member that met a number that is not finite plays it again, round by round."""
        starts = [self.branches[id(member)].snapshot() for member in members]
        for branch in self.branches.values():
            branch.load(rounds)
        self.run(rounds)
        for member in members:  # while the device plays
            self.branches[id(member)].feed.look_ahead(member.step + rounds)
        troubles = torch.stack([self.branches[id(member)].trouble for member in members]).tolist()
        for member, start, trouble in zip(members, starts, troubles, strict=True):
            if trouble == 0:
                member.step += rounds - 1
            else:
                self.branches[id(member)].restore(start)
                EagerEngine().play([member], rounds)

    def leave(self, member: Member) -> None:
        """Keep the member's state: its branch plays on, to no effect."""
        self.kept[id(member)] = self.branches[id(member)].snapshot()

    def end(self) -> None:
        """Give members that have left, and whose branches played on, back what they had then."""
        for key, state in self.kept.items():
            self.branches[key].restore(state)


class Captured(Lockstep):
    """The branches of all members as parallel branches of CUDA graphs: of one round, and of a chain of rounds."""

    def __init__(self, members: Sequence[Member]) -> None:
        super().__init__(members)
        self.rngs = [rng for member in members for rng in member.noise.values()]
        self.streams = [torch.cuda.Stream() for _ in members]
        for branch, stream in zip(self.branches.values(), self.streams, strict=True):
            self._rehearsed(branch, stream)
        single = self._captured(1)
        chain = min(CHAIN, self.most)
        self.graphs = {chain: self._captured(chain, single.pool())} | {1: single}

    @staticmethod
    def _rehearsed(branch: Branch, stream: torch.cuda.Stream) -> None:
        """Play a round on a branch's stream and undo it: what libraries make for a stream's first call is made then."""
        start = branch.snapshot()
        branch.load(1)
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            branch.round()
        torch.cuda.current_stream().wait_stream(stream)
        branch.restore(start)

    def _captured(self, rounds: int, *pool: Any) -> torch.cuda.CUDAGraph:
        """Capture rounds of all branches, each on its stream, which leaves the state of the device as it is.

        Raises:
            RuntimeError: an operation asks the host. Streams and generators can be used all the same.
        """
        graph = torch.cuda.CUDAGraph()
        for rng in self.rngs:
            graph.register_generator_state(rng)
        try:
            # a capture that breaks does not leave its stream: the context around it does
            with torch.cuda.stream(torch.cuda.current_stream()), torch.cuda.graph(graph, *pool):
                fork = torch.cuda.current_stream()
                # an event of its own: torch hands out 32 streams in turn, and a member's may be the one that captures
                start = fork.record_event()
                for branch, stream in zip(self.branches.values(), self.streams, strict=True):
                    stream.wait_event(start)
                    with torch.cuda.stream(stream):
                        for _ in range(rounds):
                            branch.round()
                for stream in self.streams:
                    fork.wait_stream(stream)
        except RuntimeError:
            for rng in (*self.rngs, torch.cuda.default_generators[torch.cuda.current_device()]):
                released(rng)
            raise
        return graph

    def run(self, rounds: int) -> None:
        """Replay the graphs."""
        for length, graph in self.graphs.items():
            times, rounds = divmod(rounds, length)
            for _ in range(times):
                graph.replay()

    def end(self) -> None:
        """Give members back what they had when they left, and let go of the graphs' memory."""
        super().end()
        for branch in self.branches.values():
            for parameter in branch.member.game.parameters:
                parameter.grad = None


def released(rng: torch.Generator) -> None:
    """Free a generator from a capture that broke, of which torch before 2.13 takes it to be still a part."""
    free = torch.Generator(rng.device)
    free.set_state(rng.get_state())
    rng.graphsafe_set_state(free)


def engine(device: str) -> Engine:
    """Choose how members on a device are played; processes that share a training meet after every move."""
    return ValidatedEngine(Captured) if torch.device(device).type == "cuda" and processes() == 1 else EagerEngine()
