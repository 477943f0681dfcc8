"""Checkpoints: everything a member's next round depends on, so that a resumed run is bit-identical.

One safetensors file per member. They lie outside the results, are written every so many seconds, at a member's end and
when the job is told to end (SIGTERM, as when Slurm preempts it), and go when the job's outputs are written.
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
from torch import Tensor, nn

from aegan.errors import AeganError
from aegan.storage import reading, replacing
from aegan.training.data_parallel import processes, rank
from aegan.training.member import Divergence, Member, laid_out
from aegan.training.observers import Observer
from aegan.training.optimisers import moved_by


class PreemptedError(AeganError):
    """The job was told to end before it was done; its checkpoint waits for the next run."""


class Checkpoints:
    """The checkpoints of one job.

    Args:
        folder: where they lie.
        fingerprint: digest of all that the job depends on; a checkpoint of another fingerprint is not taken up.
        seconds: time between two checkpoints of a member.
    """

    def __init__(self, folder: Path | str, fingerprint: str, seconds: float = 30.0) -> None:
        self.folder, self.fingerprint, self.seconds = Path(folder), fingerprint, seconds
        self.saved = time.monotonic()
        self.told_to_end = False

    def below(self, name: object) -> Checkpoints:
        """Return the checkpoints of a part of the job."""
        return Checkpoints(self.folder / str(name), self.fingerprint, self.seconds)

    def path(self, member: Member) -> Path:
        """Name the member's file."""
        return self.folder / f"seed-{member.seed}.safetensors"

    def save(self, member: Member, observers: Sequence[Observer]) -> None:
        """Write the member's checkpoint, whole or not at all; the first of several processes does it for all."""
        if rank():
            return
        about = {
            "fingerprint": self.fingerprint,
            "step": member.step,
            "seconds": member.seconds,
            "stopped": member.stopped,
            "divergence": member.divergence,
            "keys": member.history.keys,
        }
        with replacing(self.path(member)) as path:
            save_file(gather(member, observers), path, metadata={"member": json.dumps(about)})
        self.saved = time.monotonic()

    def save_when_due(self, cast: Iterable[tuple[Member, Sequence[Observer]]]) -> None:
        """Save members, each with its observers, if the last time was long enough ago or the job was told to end.

        Raises:
            PreemptedError: it was.
        """
        if self.told_to_end or time.monotonic() - self.saved >= self.seconds:
            for member, observers in cast:
                self.save(member, observers)
        self._end_if_told()

    @contextmanager
    def heeding_sigterm(self) -> Iterator[None]:
        """Let members end their round where SIGTERM would kill them amid one; `save_when_due` does the rest.

        Several processes that train together end at once, for each may be told in another round.

        Raises:
            PreemptedError: SIGTERM came too late for that.
        """
        alone = threading.current_thread() is threading.main_thread() and processes() == 1
        if not alone:  # Python gives signals to the main thread alone
            yield
            return

        def note(*_: object) -> None:
            self.told_to_end = True

        before = signal.signal(signal.SIGTERM, note)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)
        self._end_if_told()

    def _end_if_told(self) -> None:
        if self.told_to_end:
            raise PreemptedError(f"told to end (SIGTERM): the same command, given again, goes on from {self.folder}")

    def restore(self, member: Member, observers: Sequence[Observer]) -> bool:
        """Bring a new member to where its checkpoint left off; False where there is none of this fingerprint."""
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
        scatter(member, observers, state, [(n, layer, q) for n, layer, q in about["keys"]])
        return True

    def discard(self) -> None:
        """Remove the job's checkpoints."""
        if rank():
            return
        shutil.rmtree(self.folder, ignore_errors=True)


def gather(member: Member, observers: Sequence[Observer]) -> dict[str, Tensor]:
    """Collect modules, optimisers, generators, history and observers under path-like names."""
    state = {f"noise/{name}": rng.get_state() for name, rng in member.noise.items()} | live(member)
    state |= {f"history/{key}": value for key, value in member.history.state().items()}
    state |= {f"stages/{key}": value for key, value in member.stages.items()}
    for number, observer in enumerate(observers):
        state |= {f"observer/{number}/{key}": value for key, value in observer.state().items()}
    # safetensors refuses tensors that share memory, as a decoder and the generator that started from it may
    return {key: value.detach().clone().contiguous() for key, value in state.items()}


def live(member: Member) -> dict[str, Tensor]:
    """Name the tensors that rounds change in place: those of modules and optimisers, themselves and not copies."""
    state = {
        f"module/{name}/{key}": value
        for name, module in member.game.modules.items()
        for key, value in module.state_dict(keep_vars=True).items()
    }
    for name, optimiser in member.optimisers.items():
        for index, slots in optimiser.state_dict()["state"].items():
            state |= {f"optimiser/{name}/{index}/{slot}": value for slot, value in slots.items()}
    return state


def scatter(
    member: Member, observers: Sequence[Observer], state: dict[str, Tensor], keys: list[tuple[str, str, str]]
) -> None:
    """Put back what `gather` collected."""
    for name, rng in member.noise.items():
        rng.set_state(state[f"noise/{name}"])
    for name, module in member.game.modules.items():
        module.load_state_dict(below(state, f"module/{name}/"))
    for name, optimiser in member.optimisers.items():
        moved = moved_by(optimiser)
        slots: dict[int, dict[str, Tensor]] = {}
        for key, value in below(state, f"optimiser/{name}/").items():
            index, slot = key.split("/")
            like = moved[int(index)]
            slots.setdefault(int(index), {})[slot] = laid_out(value, like) if value.shape == like.shape else value
        optimiser.load_state_dict({"state": slots, "param_groups": optimiser.state_dict()["param_groups"]})
    if history := below(state, "history/"):
        member.history.load(history, keys)
    member.stages = below(state, "stages/")
    for number, observer in enumerate(observers):
        observer.load(below(state, f"observer/{number}/"))


def below(state: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Select the entries under a prefix, and take the prefix off their names."""
    return {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}


def save_weights(target: Path | str, modules: Mapping[int, Mapping[str, nn.Module]]) -> None:
    """Write the modules of several seeds as one safetensors file: seed-{seed}/{module}/{parameter}."""
    save_tensors(target, {seed: weights_of(named) for seed, named in modules.items()})


def weights_of(modules: Mapping[str, nn.Module]) -> dict[str, Tensor]:
    """Collect the parameters and buffers of modules: {module}/{parameter}."""
    return {f"{name}/{key}": value for name, module in modules.items() for key, value in module.state_dict().items()}


def save_tensors(target: Path | str, tensors: Mapping[int, Mapping[str, Tensor]]) -> None:
    """Write the named tensors of several seeds as one safetensors file: seed-{seed}/{name}."""
    copies = {
        f"seed-{seed}/{name}": value.detach().cpu().clone().contiguous()
        for seed, named in tensors.items()
        for name, value in named.items()
    }
    with replacing(target) as path:
        save_file(copies, path)


def read_weights(source: Path | str, seed: int, name: str) -> dict[str, Tensor]:
    """Read the parameters and buffers that `save_weights` wrote for (seed, name)."""
    prefix = f"seed-{seed}/{name}/"
    with reading(source), safe_open(source, framework="pt") as file:
        keys = [key for key in file.keys() if key.startswith(prefix)]  # noqa: SIM118 - not a dict
        return {key.removeprefix(prefix): file.get_tensor(key) for key in keys}


def stages_of(source: Path | str, seeds: Sequence[int]) -> dict[int, list[int]]:
    """List the stages in the file of weights kept on the way, and which of the seeds got there: rounds -> seeds."""
    with reading(source), safe_open(source, framework="pt") as file:
        kept = {tuple(key.split("/")[:2]) for key in file.keys()}  # noqa: SIM118 - not a dict
        stages = sorted({int(stage) for _, stage in kept})
    return {stage: [seed for seed in seeds if (f"seed-{seed}", str(stage)) in kept] for stage in stages}


def load_weights(source: Path | str, seed: int, name: str, module: nn.Module) -> None:
    """Give a module the weights that `save_weights` wrote for (seed, name)."""
    module.load_state_dict(read_weights(source, seed, name))
