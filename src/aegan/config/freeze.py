"""Whether a study's config was fixed before its first result: its files at the commits of the runs, and now.

A run records the commit that its folder had when it finished. If the files said the same of the study at all of these
commits as they say now, they were committed before any result could be seen, and have not changed since. The dates of
files would prove nothing, because anybody can set them.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from typing import Any, Literal, NamedTuple

from aegan.config.raw_values import as_mapping
from aegan.config.resolved import ResolvedConfig, resolve_config
from aegan.config.yaml_files import merge_config_files, merge_mappings
from aegan.errors import AeganError
from aegan.strict_yaml import parse_yaml

#: sections whose keys the entries of other sections take over
SHARED = ("data", "autoencoder", "gan")
HASH = re.compile(r"[0-9a-f]{40}")
HASH_LENGTH = 10  #: of the hash of a commit in a sentence
MOST_KEYS = 5  #: keys that a sentence names


class Freeze(NamedTuple):
    """What is known of a study's config since its first run."""

    #: open: the study fixes nothing before it runs; unknown: Git does not tell
    state: Literal["frozen", "changed", "open", "unknown"]
    sentence: str


def describe_freeze(files: Sequence[Path], settings: Mapping[str, Any], runs: Sequence[Mapping[str, Any]]) -> Freeze:
    """Tell whether a study was run with the config of its files, and whether that was fixed before its first result.

    Args:
        files: the config and its overlays, in order, relative to the working folder.
        settings: the settings that the report states.
        runs: run.json of every cohort.
    """
    config = resolve_config(merge_config_files(files))
    if keys := [*list_differences(config.settings, settings)]:
        return Freeze("changed", f"The configuration is not that of {_join(files)}, which differ in {_join(keys)}.")
    if others := find_other_runs(config, runs):
        return Freeze("changed", f"Trained with other settings than those of the configuration: {_join(others)}.")
    freeze = check_freeze(files, [run.get("commit", "") for run in runs])
    own = f" All {len(runs)} cohorts were trained with the settings that it gives them." if len(runs) > 1 else ""
    return freeze._replace(sentence=f"{freeze.sentence}{own}")


def check_freeze(files: Sequence[Path], commits: Sequence[str]) -> Freeze:
    """Compare what config files say of a study now with what they said at the commits of its runs.

    Args:
        files: the config and its overlays, in order, relative to the working folder.
        commits: the commits that the runs recorded, as `describe_commit` names them.
    """
    try:
        config = resolve_config(merge_config_files(files))
        if not config.study.primary:
            return Freeze(
                "open", "The study fixed no comparison before it ran, and its configuration was free to change."
            )
        hashes = _list_hashes(commits)
        changes = {commit: _explain_change(config, files, commit) for commit in hashes}
        last = dict.fromkeys(_describe_last_change(files[-1], commit) for commit in hashes)
    except AeganError as error:
        reason = str(error).rstrip(".")
        return Freeze("unknown", f"Whether the configuration changed after the first run cannot be told: {reason}.")
    if found := [f"{change} at commit {commit[:HASH_LENGTH]}" for commit, change in changes.items() if change]:
        return Freeze("changed", f"The configuration changed after the first run: {'; '.join(found)}.")
    return Freeze(
        "frozen",
        f"The configuration was frozen before the first run had finished, and has not changed since: {_join(files)} "
        f"said the same of this study at the commit of every run; {files[-1]} was last changed in {_join(last)}.",
    )


def find_other_runs(config: ResolvedConfig, runs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name the runs, from the run.json of each cohort, that were trained with other settings than the config's."""
    kinds = [next(kind for kind in ("method", "autoencoder") if kind in run) for run in runs]
    return [
        f"{run[kind]} on {run['dataset']} ({_join(keys)})"
        for kind, run in zip(kinds, runs, strict=True)
        if (keys := [*list_differences(config.resolve_params(f"{kind}s", run[kind]), run["config"])])
    ]


def select_used(config: ResolvedConfig) -> dict[str, Any]:
    """Select what a study uses of its config: all sections, and of named entries those that run."""
    reproduced = [config.params["reproductions"][name] for name in config.study.reproductions]
    used = {
        "datasets": {*config.study.datasets, *(entry["dataset"] for entry in reproduced if "dataset" in entry)},
        "methods": config.study.methods,
        "autoencoders": {name for dataset in config.study.datasets for name in config.used_autoencoders[dataset]},
        "reproductions": config.study.reproductions,
    }
    return {
        section: {name: values[name] for name in used[section]} if section in used else values
        for section, values in config.params.items()
        if section not in SHARED
    }


def list_differences(old: Any, new: Any, path: str = "") -> Iterator[str]:
    """List the keys, joined with dots, at which two nested mappings differ; a list is one value.

    Args:
        old: a mapping, or a value below one.
        new: likewise.
        path: the key of both.
    """
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys([*old, *new]):
            absent = object()  # equal to nothing, so that a key that one of them lacks differs
            yield from list_differences(old.get(key, absent), new.get(key, absent), f"{path}.{key}".removeprefix("."))
    elif old != new:
        yield path


def _list_hashes(commits: Sequence[str]) -> list[str]:
    """List the hashes of commits; the rest of a name says whether code, not the config, was uncommitted."""
    hashes = [found[0] for commit in commits if (found := HASH.match(commit))]
    if len(hashes) < max(1, len(commits)):
        raise AeganError("not all of its runs recorded a commit, as those do whose code is in Git")
    return list(dict.fromkeys(hashes))


def _explain_change(config: ResolvedConfig, files: Sequence[Path], commit: str) -> str:
    """Explain how the files of a commit differ from a config in what the study uses; empty if they do not."""
    texts = {path: _read_file(path, commit) for path in files}
    if absent := [path for path, text in texts.items() if text is None]:
        return f"{_join(absent)} did not exist"
    try:
        contents = [as_mapping(parse_yaml(text or "", path)) for path, text in texts.items()]
        then = resolve_config(reduce(merge_mappings, contents, {}))
    except AeganError as error:
        raise AeganError(f"at commit {commit[:HASH_LENGTH]} it is not valid for this version ({error})") from None
    keys = [*list_differences(select_used(then), select_used(config))]
    return f"{_join(keys)} had other values" if keys else ""


def _read_file(path: Path, commit: str) -> str | None:
    """Read a file at a commit; None if the commit does not have it."""
    listed = _call_git("ls-tree", "--name-only", commit, "--", str(path))
    return _call_git("show", f"{commit}:./{path}") if listed else None


def _describe_last_change(path: Path, commit: str) -> str:
    """Name the last commit that changed a file before another one, with its time."""
    found, _, time = _call_git("log", "-1", "--format=%H %cI", commit, "--", str(path)).partition(" ")
    if not found:
        return "no commit"
    return f"commit {found[:HASH_LENGTH]} of {datetime.fromisoformat(time).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _call_git(*arguments: str) -> str:
    """Call Git in the working folder, and return what it prints.

    Raises:
        AeganError: Git is not installed, or the folder's repository lacks what is asked for.
    """
    try:
        return subprocess.run(["git", *arguments], capture_output=True, check=True, text=True).stdout.strip()
    except FileNotFoundError:
        raise AeganError("Git is not installed") from None
    except subprocess.CalledProcessError as error:
        reason = error.stderr.strip().removeprefix("fatal: ").partition("\n")[0]
        raise AeganError(f"this folder has no Git history of its runs ({reason})") from None


def _join(words: Sequence[object] | Mapping[str, None]) -> str:
    """Join words as prose; beyond `MOST_KEYS` they are counted."""
    shown = [*map(str, words)]
    if len(shown) > MOST_KEYS:
        shown = [*shown[: MOST_KEYS - 1], f"{len(shown) - MOST_KEYS + 1} others"]
    return " and ".join([*([", ".join(shown[:-1])] if shown[1:] else []), *shown[-1:]])
