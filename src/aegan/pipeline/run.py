"""`aegan run`: repair results, run Snakemake with the progress of the study, and commit the results to DVC.

Before Snakemake starts, other runs in the folder are refused, the lock of a killed run is removed (`workflow_lock.py`),
and results that differ from what their job wrote are repaired (`repair.py`), so that no job reads them. If DVC is used,
the results are committed to it afterwards.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

from aegan.errors import AeganError, InputError
from aegan.pipeline.repair import METADATA, find_damaged_files, repair_files
from aegan.pipeline.workflow_lock import hold_run_lock, remove_stale_lock
from aegan.strict_yaml import read_yaml

CONFIG = Path("config/config.yaml")
DRY_RUN_FLAGS = {"-n", "--dry-run", "--dryrun"}
#: where Snakemake looks for the workflow
SNAKEFILES = (Path("workflow/Snakefile"), Path("Snakefile"))
#: the progress of the study, where the user names no other logger
LOGGER = ("--logger", "aegan")
STAGE = "workflow"  #: the stage of dvc.yaml

Report = Callable[[str], None]  #: prints a line for the user


def run_workflow(arguments: Sequence[str], report: Report) -> int:
    """Repair existing results, run Snakemake, and commit its results to DVC.

    Args:
        arguments: Snakemake's own arguments. With a dry run, nothing is repaired or committed.
        report: called with a line for each finding and action.

    Returns:
        Snakemake's exit status.

    Raises:
        AeganError: another run is active in this folder, the results cannot be repaired, or DVC fails.
    """
    if not any(path.is_file() for path in SNAKEFILES):
        fix = "Call `aegan run` in the folder of a study; `aegan init FOLDER` makes one"
        raise InputError("workflow/Snakefile", "is not here", fix)
    study = read_study_name([CONFIG, *_find_overlays(arguments)])
    if DRY_RUN_FLAGS & set(arguments):
        for damaged in find_damaged_files(study):
            report(str(damaged))
        return _run_snakemake(arguments)
    with hold_run_lock():
        remove_stale_lock(lambda: _run_snakemake([*arguments, "--unlock"]), report)
        _refuse_cache_links()
        _correct_future_dates(report)
        for damaged in repair_files(study, use_dvc=_is_dvc_available()):
            report(str(damaged))
        logger = () if any(argument.startswith(LOGGER[0]) for argument in arguments) else LOGGER
        status = _run_snakemake([*logger, "--rerun-incomplete", *arguments])
        if status == 0 and _is_dvc_available():
            _commit_to_dvc(report)
    return status


def _find_overlays(arguments: Sequence[str]) -> list[Path]:
    """Return the config overlays among Snakemake's arguments, in order."""
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--configfile", "--configfiles", nargs="+", type=Path, default=[])
    overlays: list[Path] = parser.parse_known_args(arguments)[0].configfile
    return overlays


def read_study_name(configs: Sequence[Path]) -> str:
    """Read the name of the study. Other mistakes of the config are left to Snakemake, which lists them all."""
    contents = [read_yaml(path) for path in configs if path.is_file()]
    studies = [content.get("study") for content in contents if isinstance(content, dict)]
    names = [study["name"] for study in studies if isinstance(study, dict) and "name" in study]
    return str(names[-1]) if names else "quickstart"


def _is_dvc_available() -> bool:
    """Return whether DVC is used and may be called; DVC is locked while it runs this command as its stage."""
    return Path(".dvc").is_dir() and Path("dvc.lock").is_file() and "DVC_STAGE" not in os.environ


def _refuse_cache_links() -> None:
    """Refuse links into DVC's cache, because Snakemake would change committed files through them.

    Raises:
        InputError: a file of Snakemake's metadata is such a link.
    """
    for path in METADATA.glob("**/*"):
        if path.is_file() and (path.is_symlink() or path.stat().st_nlink > 1):
            fix = "Run `dvc config cache.type reflink,copy`, then `dvc checkout --relink`"
            raise InputError(path, "is a link into DVC's cache, which Snakemake would write through", fix)


def _correct_future_dates(report: Report) -> None:
    """Set file dates in the future, as a wrong clock leaves them, to now: Snakemake fails jobs with newer inputs."""
    now = time.time()
    files = [path for top in ("data/raw", "results", "reports") for path in Path(top).glob("**/*") if path.is_file()]
    if ahead := [path for path in files if path.stat().st_mtime > now]:
        for path in ahead:
            os.utime(path)
        report(f"{len(ahead)} files were dated in the future, {ahead[0]} among them: their dates were set to now")


def _run_snakemake(arguments: Sequence[str]) -> int:
    """Run Snakemake, pass SIGTERM on to it, and return its exit status."""
    process = subprocess.Popen([sys.executable, "-m", "snakemake", *arguments])
    terminate = signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to both
    try:
        return process.wait()
    finally:
        signal.signal(signal.SIGTERM, terminate)
        signal.signal(signal.SIGINT, interrupt)


def read_stage_command(file: Path) -> str:
    """Read the command of the stage in a dvc.yaml, with the values of `${KEY.KEY}` from the files in its `vars`.

    Raises:
        InputError: a value is missing.
    """
    content = read_yaml(file)
    values: Any = {}
    for name in content.get("vars", []):
        values |= name if isinstance(name, dict) else read_yaml(file.parent / name.partition(":")[0])
    command: str = content["stages"][STAGE]["cmd"]
    try:
        return re.sub(r"\$\{([\w.]+)\}", lambda found: str(reduce(getitem, found[1].split("."), values)), command)
    except (LookupError, TypeError):
        raise InputError(
            file, f"its `vars` lack a value of `{command}`", "Set it in a file that `vars` names"
        ) from None


def _commit_to_dvc(report: Report) -> None:
    """Commit the results to DVC if its stage is complete; results of an overlay alone do not complete it.

    Raises:
        AeganError: `dvc commit` fails.
    """
    stage = shlex.split(read_stage_command(Path("dvc.yaml")))
    arguments = stage[2 if stage[0] == "aegan" else 1 :]
    plan = subprocess.run(
        [sys.executable, "-m", "snakemake", "--dry-run", *arguments], capture_output=True, text=True, check=False
    )
    if "Nothing to be done" not in plan.stdout + plan.stderr:
        report(f"not committed to DVC: its stage {STAGE!r}, `{shlex.join(stage)}`, is not complete")
    elif subprocess.run([sys.executable, "-m", "dvc", "commit", "--force", "--quiet", STAGE], check=False).returncode:
        raise AeganError(f"the results are complete, but `dvc commit --force {STAGE}` failed; its message is above")
