"""The CUDA-graph engine: all members of a cohort at once, by replaying one captured graph of all their rounds.

A round of a small GAN consists of some hundred tiny kernels; launching them takes far longer than their arithmetic. All
members' rounds are therefore captured once, each on a stream of its own, as parallel branches of one CUDA graph, and
many rounds are replayed without the host. Observers and non-finite numbers need the host: a replay ends before an
observer looks, and a member that met a non-finite number goes back to the start of the replay and runs it eagerly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from aegan.training.batched_engine import BatchedEngine, MemberBranch, restore, snapshot
from aegan.training.member import Member

#: rounds in one graph; each launch costs host time for every noise generator, and members wait for each other at
#: its end
CHAIN_ROUNDS = 8


class CudaGraphEngine(BatchedEngine):
    """The branches of all members as parallel branches of two CUDA graphs: of one round, and of a chain of rounds.

    Args:
        members: the members, all on one CUDA device; they have played their first rounds.

    Raises:
        RuntimeError: an operation of a round cannot be captured.
    """

    def __init__(self, members: Sequence[Member]) -> None:
        super().__init__(members)
        self.rngs = [rng for member in members for rng in member.noise.values()]
        self.streams = [torch.cuda.Stream() for _ in members]
        for branch, stream in zip(self.branches.values(), self.streams, strict=True):
            self._warm_up(branch, stream)
        single = self._capture(1)
        chain = min(CHAIN_ROUNDS, self.most_rounds)
        self.graphs = {chain: self._capture(chain, single.pool())} | {1: single}

    @staticmethod
    def _warm_up(branch: MemberBranch, stream: torch.cuda.Stream) -> None:
        """Play a round on a branch's stream and undo it: libraries allocate in the first call on a stream."""
        start = snapshot(branch.member)
        branch.prepare(1)
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            branch.play_round()
        torch.cuda.current_stream().wait_stream(stream)
        restore(branch.member, start)

    def _capture(self, rounds: int, *pool: Any) -> torch.cuda.CUDAGraph:
        """Capture rounds of all branches, each on its stream; nothing is computed.

        Raises:
            RuntimeError: an operation reads a value on the host. Streams and generators stay usable.
        """
        graph = torch.cuda.CUDAGraph()
        for rng in self.rngs:
            graph.register_generator_state(rng)
        try:
            # a capture that fails does not leave its stream; the surrounding context does
            with torch.cuda.stream(torch.cuda.current_stream()), torch.cuda.graph(graph, *pool):
                capturing = torch.cuda.current_stream()
                # an event of its own: torch hands out 32 streams in turn, so a member's may be the capturing one
                start = capturing.record_event()
                for branch, stream in zip(self.branches.values(), self.streams, strict=True):
                    stream.wait_event(start)
                    with torch.cuda.stream(stream):
                        for _ in range(rounds):
                            branch.play_round()
                for stream in self.streams:
                    capturing.wait_stream(stream)
        except RuntimeError:
            for rng in (*self.rngs, torch.cuda.default_generators[torch.cuda.current_device()]):
                release_generator(rng)
            raise
        return graph

    def run(self, rounds: int) -> None:
        """Replay the graphs."""
        for length, graph in self.graphs.items():
            times, rounds = divmod(rounds, length)
            for _ in range(times):
                graph.replay()

    def finish(self) -> None:
        """Give retired members back their state, and free the gradients that live in the graphs' memory."""
        super().finish()
        for branch in self.branches.values():
            for parameter in branch.member.game.parameters:
                parameter.grad = None


def release_generator(rng: torch.Generator) -> None:
    """Free a generator from a failed capture; torch before 2.13 still considers it part of one."""
    free = torch.Generator(rng.device)
    free.set_state(rng.get_state())
    rng.graphsafe_set_state(free)
