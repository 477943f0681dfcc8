"""A doctor for anybody's training loop: probes on its networks at scheduled rounds, which change nothing of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from torch import Tensor, nn

from aegan.probes.schedules import thin_out
from aegan.probes.trackers.registry import require_trackers
from aegan.watching.history_file import Row, begin_history
from aegan.watching.live_export import LiveExport
from aegan.watching.logged_values import (
    LOGITS,
    OUTPUTS,
    LoggedScalar,
    Scalar,
    find_layer,
    measure_terms,
    read_logits,
    read_scalar,
)
from aegan.watching.networks import WatchedNetwork, find_judge, is_first_process, match_network, read_networks
from aegan.watching.observation import Observation
from aegan.watching.verdict_changes import VerdictPrinter

if TYPE_CHECKING:
    import pandas as pd


def watch(
    folder: str | Path,
    *,
    every: int = 100,
    warn: bool = False,
    judge: str | None = None,
    resume: int | None = None,
    trackers: Sequence[str] = (),
    **networks: object,
) -> Watch:
    """Watch a training loop; it never changes a bit of the training.

    Each network is `name=(module, optimiser)`, `name=(module, [optimiser, …])`, or `name=module` if nothing moves it.
    An optimiser may move all networks that name it.

    Args:
        folder: where the history and the report go; `aegan doctor FOLDER` reads it, also while the training runs.
        every: the largest distance between two looks, in rounds; the first rounds are looked at more often.
        warn: print a network's verdict when it changes.
        judge: name of the network whose logits are logged; by default the one named discriminator, critic or judge.
        resume: the round that a training resumes at, so that its history goes on there.
        trackers: those that each look is exported to, such as ["tensorboard"], in FOLDER/trackers.
        networks: the networks of the training by name.

    Returns:
        The watch, with `log`, `verdicts`, `report` and `close`.

    Raises:
        InputError: a network is not a module with its optimisers, the folder holds the history of another training, or
            the library of a tracker is not installed.
    """
    found = read_networks(networks)
    require_trackers(trackers)
    return Watch(Path(folder), found, find_judge(found, judge), every, warn, resume, trackers)


class Watch:
    """A watched training; in a training of several processes, the first one is watched.

    Args:
        folder: of the history and the report.
        networks: the watched networks.
        judge: the one whose logits may be logged, if any.
        every: the largest distance between two looks, in rounds.
        warn: whether verdicts are printed when one changes.
        resume: the round that an earlier training resumes at, if it does.
        trackers: those that looks are exported to.
    """

    def __init__(
        self,
        folder: Path,
        networks: list[WatchedNetwork],
        judge: WatchedNetwork | None,
        every: int,
        warn: bool,
        resume: int | None,
        trackers: Sequence[str],
    ) -> None:
        self.folder, self.networks, self.judge = folder, networks, judge
        self._named: dict[str, WatchedNetwork] = {}
        self._observation: Observation | None = None
        if is_first_process():
            path = begin_history(folder, resume)
            self._printer = VerdictPrinter(folder) if warn else None
            self._export = LiveExport(trackers, folder)
            self._observation = Observation(networks, judge, path, thin_out(every), resume or 0, self._after_look)

    @property
    def rounds(self) -> int:
        """The rounds that have begun, those before a training resumed included."""
        return self._observation.step + 1 if self._observation else 0

    def log(
        self,
        *,
        logits_real: Tensor | None = None,
        logits_fake: Tensor | None = None,
        probabilities_real: Tensor | None = None,
        probabilities_fake: Tensor | None = None,
        terms: Mapping[str, Scalar] | None = None,
        at: nn.Module | Tensor | None = None,
        **losses: Scalar,
    ) -> None:
        """Log values of the loop, once per round. What no look waits for is not computed.

        Args:
            logits_real: of the judge for real data, (N, …).
            logits_fake: of the judge for fakes, (N, …).
            probabilities_real: in place of `logits_real`, if the judge ends with a sigmoid.
            probabilities_fake: in place of `logits_fake`.
            terms: name -> term of a loss, before backward; the share of each in the gradient at `at` is measured.
            at: a layer or a parameter of a network. Without it the terms belong to the first network that is no judge.
            losses: `loss_NAME` is the loss of the network NAME, or of the only one whose name begins so.

        Raises:
            InputError: a value cannot be used, or belongs to no network.
        """
        if self._observation is None or self._observation.closed:
            return
        for key, value in losses.items():
            if key not in self._named:
                self._named[key] = match_network(self.networks, key)
            self._log_scalar(self._observation, self._named[key], "", read_scalar(key, value))
        if terms:
            self._log_terms(self._observation, terms, at)
        if not self._observation.looking:
            return
        outputs = dict(zip(OUTPUTS, (logits_real, logits_fake, probabilities_real, probabilities_fake), strict=True))
        given = {key for key, other in LOGITS.items() if outputs[key] is not None or outputs[other] is not None}
        if given and (look := self._observation.find_look(lambda look: not given & set(look.logits))):
            look.logits |= read_logits(self.judge, outputs)

    def verdicts(self) -> pd.DataFrame:
        """Judge every network as `aegan doctor` does, from the looks that have ended and from all losses so far.

        Returns:
            dataset, method, seed, network, verdict, step, layer, evidence.
        """
        from aegan.watching.watch_report import judge_history

        if self._observation:
            self._observation.flush()
        return judge_history(self.folder)

    def report(self) -> Path:
        """End the present look, and write report.html: verdicts and figures on one page that loads nothing."""
        from aegan.watching.watch_report import write_report

        if self._observation is None:
            return self.folder / "report.html"
        self._observation.end_look()
        return write_report(self.folder)

    def close(self) -> None:
        """End the present look, remove all hooks, and end the runs of trackers."""
        if self._observation:
            self._observation.end_look()
            self._observation.close()
            self._export.close()

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def _after_look(self, step: int, rows: Sequence[Row]) -> None:
        self._export.log(rows)
        if self._printer:
            self._printer.print_changes(step)

    def _log_scalar(self, observation: Observation, network: WatchedNetwork, term: str, value: Scalar) -> None:
        key = (network.name, term)
        observation.logged.append(LoggedScalar(max(observation.step, 0), network.name, term, value))
        if observation.looking and (look := observation.find_look(lambda look: key not in look.scalars)):
            look.scalars[key] = value

    def _log_terms(self, observation: Observation, terms: Mapping[str, Scalar], at: nn.Module | Tensor | None) -> None:
        if at is None:
            network = next((own for own in self.networks if own is not self.judge), self.networks[0])
        else:
            network, layer, parameters = find_layer(self.networks, at)
            if look := observation.find_look(lambda look: look.terms is None and network.name in look.networks):
                look.terms = measure_terms(terms, network, layer, parameters)
        for name, value in terms.items():
            self._log_scalar(observation, network, name, read_scalar(f"terms[{name!r}]", value))
