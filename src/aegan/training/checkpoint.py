"""Checkpoints: everything a member's next round depends on, so that a resumed run is bit-identical.

One safetensors file per member, outside the results. It is written at fixed intervals, at a member's end and on SIGTERM
(as when Slurm preempts the job), and removed when the job's outputs are written.
"""

from __future__ import annotations

import json
import shutil
import signal
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from aegan.errors import AeganError
from aegan.probes.history import Key
from aegan.storage import write_atomically
from aegan.training.data_parallel import global_rank, world_size
from aegan.training.member import Divergence, Member
from aegan.training.observers import Observer
from aegan.training.optimisers import optimised_parameters
from aegan.training.round import match_strides


class PreemptedError(AeganError):
    """The job received SIGTERM before it was done; the next run resumes from its checkpoint."""


class Checkpoints:
    """The checkpoints of one job.

    Args:
        folder: their folder.
        fingerprint: digest of everything that the job depends on; a checkpoint with another fingerprint is ignored.
        seconds: time between two checkpoints of a member.
    """

    def __init__(self, folder: Path | str, fingerprint: str, seconds: float = 30.0) -> None:
        self.folder, self.fingerprint, self.seconds = Path(folder), fingerprint, seconds
        self.saved = time.monotonic()
        self.terminated = False

    def path(self, member: Member) -> Path:
        """Return the path of the member's checkpoint."""
        return self.folder / f"{member.name.replace(' ', '-')}.safetensors"

    def save(self, member: Member, observers: Sequence[Observer]) -> None:
        """Write the member's checkpoint, whole or not at all; with several processes, rank 0 alone writes."""
        if global_rank():
            return
        about = {
            "fingerprint": self.fingerprint,
            "step": member.step,
            "seconds": member.seconds,
            "stopped": member.stopped,
            "divergence": member.divergence,
            "keys": member.history.keys,
        }
        with write_atomically(self.path(member)) as path:
            save_file(collect_state(member, observers), path, metadata={"member": json.dumps(about)})
        self.saved = time.monotonic()

    def save_when_due(self, cohort: Iterable[tuple[Member, Sequence[Observer]]]) -> None:
        """Save members, each with its observers, if the interval has passed or the job received SIGTERM.

        Raises:
            PreemptedError: the job received SIGTERM.
        """
        if self.terminated or time.monotonic() - self.saved >= self.seconds:
            for member, observers in cohort:
                self.save(member, observers)
        self._raise_if_terminated()

    @contextmanager
    def finish_round_on_sigterm(self) -> Iterator[None]:
        """Let members finish their round on SIGTERM instead of dying within it; `save_when_due` then saves and raises.

        Processes that train together die at once, because the signal may reach each in a different round.

        Raises:
            PreemptedError: SIGTERM came after the last round.
        """
        alone = threading.current_thread() is threading.main_thread() and world_size() == 1
        if not alone:  # Python delivers signals to the main thread only
            yield
            return

        def note(*_: object) -> None:
            self.terminated = True

        before = signal.signal(signal.SIGTERM, note)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)
        self._raise_if_terminated()

    def _raise_if_terminated(self) -> None:
        if self.terminated:
            raise PreemptedError(f"stopped by SIGTERM: run the same command again to resume from {self.folder}")

    def restore(self, member: Member, observers: Sequence[Observer]) -> bool:
        """Bring a new member to the state of its checkpoint; return False if there is none with this fingerprint."""
        try:
            with safe_open(self.path(member), framework="pt") as file:
                about = json.loads((file.metadata() or {}).get("member", "{}"))
                state = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 - not a dict
        except (FileNotFoundError, SafetensorError, ValueError):
            return False
        if about.get("fingerprint") != self.fingerprint:
            return False
        member.step, member.seconds, member.stopped = about["step"], about["seconds"], about["stopped"]
        member.divergence = Divergence(*about["divergence"]) if about["divergence"] else None
        restore_state(member, observers, state, [(n, layer, q) for n, layer, q in about["keys"]])
        return True

    def discard(self) -> None:
        """Remove the job's checkpoints."""
        if global_rank():
            return
        shutil.rmtree(self.folder, ignore_errors=True)


def collect_state(member: Member, observers: Sequence[Observer]) -> dict[str, Tensor]:
    """Copy modules, optimisers, generators, history and observers: path-like name -> tensor of any shape."""
    state = {f"noise/{name}": rng.get_state() for name, rng in member.noise.items()} | training_tensors(member)
    state |= {f"history/{key}": value for key, value in member.history.state().items()}
    state |= {f"stages/{key}": value for key, value in member.stages.items()}
    for number, observer in enumerate(observers):
        state |= {f"observer/{number}/{key}": value for key, value in observer.state().items()}
    # safetensors refuses tensors that share memory, such as those of a decoder that is also the generator
    return {key: value.detach().clone().contiguous() for key, value in state.items()}


def training_tensors(member: Member) -> dict[str, Tensor]:
    """Return the tensors, of any shapes, that rounds change in place, not copied: those of modules and optimisers."""
    state = {
        f"module/{name}/{key}": value
        for name, module in member.game.modules.items()
        for key, value in module.state_dict(keep_vars=True).items()
    }
    for name, optimiser in member.optimisers.items():
        for index, slots in optimiser.state_dict()["state"].items():
            state |= {f"optimiser/{name}/{index}/{slot}": value for slot, value in slots.items()}
    return state


def restore_state(
    member: Member, observers: Sequence[Observer], state: Mapping[str, Tensor], history_keys: list[Key]
) -> None:
    """Restore what `collect_state` copied.

    Args:
        member: freshly made.
        observers: freshly made, in the same order.
        state: path-like name -> tensor of any shape.
        history_keys: the keys of the history's readings.
    """
    for name, rng in member.noise.items():
        rng.set_state(state[f"noise/{name}"])
    for name, module in member.game.modules.items():
        module.load_state_dict(select_prefix(state, f"module/{name}/"))
    for name, optimiser in member.optimisers.items():
        parameters = optimised_parameters(optimiser)
        slots: dict[int, dict[str, Tensor]] = {}
        for key, value in select_prefix(state, f"optimiser/{name}/").items():
            index, slot = key.split("/")
            like = parameters[int(index)]
            slots.setdefault(int(index), {})[slot] = match_strides(value, like) if value.shape == like.shape else value
        optimiser.load_state_dict({"state": slots, "param_groups": optimiser.state_dict()["param_groups"]})
    if history := select_prefix(state, "history/"):
        member.history.load_state(history, history_keys)
    member.stages = select_prefix(state, "stages/")
    for number, observer in enumerate(observers):
        observer.load(select_prefix(state, f"observer/{number}/"))


def select_prefix(state: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Select the entries, tensors of any shape, whose names begin with a prefix, and remove it from the names."""
    return {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}
