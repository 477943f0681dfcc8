"""`aegan run`: Snakemake, and before it what must hold so that it can be trusted with what lies there.

No other run may be at work here, a lock left by a killed one is opened, and results that are not what their job wrote
are mended (`mending.py`), so that none is ever trained on. Afterwards DVC takes in what was made, where it is used.
"""

from __future__ import annotations

import os
import platform
import shlex
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import yaml
from filelock import FileLock, Timeout

from aegan.errors import AeganError, InputError
from aegan.pipeline.repair import METADATA, examined, mended
from aegan.storage import read_json, write_json

CONFIG = Path("config/config.yaml")
STATE = Path(".snakemake")
HOLDER = STATE / "holder.json"  #: which machine locked the folder last
FRESH = 60  #: seconds within which who takes the lock notes where it runs
DRY = {"-n", "--dry-run", "--dryrun"}
STAGE = "workflow"  #: the stage of dvc.yaml

Say = Callable[[str], None]


def run(arguments: Sequence[str], say: Say) -> int:
    """Check what is there, mend it, run Snakemake, and tell DVC.

    Args:
        arguments: Snakemake's own.
        say: told what was found and done, line by line.

    Returns:
        Snakemake's exit status.

    Raises:
        AeganError: another run is at work here, or what is there cannot be worked on.
    """
    if not Path("Snakefile").is_file():
        raise InputError("Snakefile", "is not here", "Call `aegan run` in the folder of the workflow")
    study = _study([CONFIG, *_overlays(arguments)])
    if DRY & set(arguments):
        for found in examined(study):
            say(str(found))
        return _snakemake(arguments)
    with alone():
        _unlock(arguments, say)
        _refuse_links()
        _set_clock_right(say)
        for found in mended(study, use_dvc=_dvc_free()):
            say(str(found))
        status = _snakemake(["--rerun-incomplete", *arguments])
        if status == 0 and _dvc_free():
            _commit(say)
    return status


def hold() -> None:
    """Note which machine holds the folder; the Snakefile calls it when jobs are about to start."""
    write_json(HOLDER, {"host": platform.node()})


def _overlays(arguments: Sequence[str]) -> list[Path]:
    """Find the overlays of the config among Snakemake's arguments."""
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--configfile", "--configfiles", nargs="+", type=Path, default=[])
    overlays: list[Path] = parser.parse_known_args(arguments)[0].configfile
    return overlays


def _study(configs: Sequence[Path]) -> str:
    """Read a study's name; what else is wrong with its config, Snakemake says in full."""
    try:
        contents = [yaml.safe_load(path.read_text("utf-8")) for path in configs if path.is_file()]
    # on text that only looks like a date, a number or its own tag yaml raises many kinds of exception
    except Exception as error:
        raise InputError("config", f"is not readable as YAML ({error})", "`aegan check` says more") from None
    studies = [content.get("study") for content in contents if isinstance(content, dict)]
    names = [study["name"] for study in studies if isinstance(study, dict) and "name" in study]
    return str(names[-1]) if names else "quickstart"


def _dvc_free() -> bool:
    """Whether DVC is used here and may be called: not while it runs us as its stage, which it has locked."""
    return Path(".dvc").is_dir() and Path("dvc.lock").is_file() and "DVC_STAGE" not in os.environ


@contextmanager
def alone() -> Iterator[None]:
    """Hold the folder against other runs on it; the system lets go of it even if this process is killed."""
    STATE.mkdir(exist_ok=True)
    lock = FileLock(STATE / "aegan.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise _busy("another `aegan run`") from None
    try:
        if others := _at_work():
            raise _busy(f"Snakemake, or a job of it (process {', '.join(map(str, others))})")
        yield
    finally:
        lock.release()


def _busy(who: str) -> InputError:
    return InputError(Path.cwd(), f"{who} is at work here", "Wait for its end, or stop it; nothing was touched")


def _at_work() -> list[int]:
    """List the processes of Snakemake, and of jobs that a killed one left, whose folder is this one."""
    mine = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    found = psutil.process_iter(["pid", "cwd", "cmdline"])
    here = str(Path.cwd())
    return [p.pid for p in found if p.pid not in mine and p.info["cwd"] == here and _of_snakemake(p.info["cmdline"])]


def _of_snakemake(command: Sequence[str] | None) -> bool:
    program, *words = command or [""]
    runs = Path(program).name.startswith(("python", "snakemake"))
    return runs and any(Path(word).name == "snakemake" or ".snakemake/scripts/" in word for word in [program, *words])


def _unlock(arguments: Sequence[str], say: Say) -> None:
    """Take away the lock of a Snakemake that was killed, unless it may live on another machine.

    Raises:
        InputError: it was made on another machine, whose processes cannot be seen from here.
    """
    locked = [path.stat().st_mtime for path in (STATE / "locks").glob("*.lock")]
    if not locked:
        return
    noted = HOLDER.is_file() and HOLDER.stat().st_mtime >= min(locked)
    host = read_json(HOLDER)["host"] if noted else platform.node()
    if host != platform.node():
        mend = f"See that none runs there, then call `snakemake --unlock`, or `aegan run` on {host}"
        raise InputError(Path.cwd(), f"is locked by a Snakemake on {host}", mend)
    if not noted and 0 <= time.time() - max(locked) < FRESH:
        raise InputError(Path.cwd(), "was locked a moment ago, nobody knows on which machine", "Try again in a minute")
    say("unlocked: the Snakemake that held this folder is gone")
    if _snakemake([*arguments, "--unlock"]):
        raise AeganError("`snakemake --unlock` failed; see above")


def _refuse_links() -> None:
    """Refuse links into DVC's cache: what Snakemake writes through them changes what was committed.

    Raises:
        InputError: a file of Snakemake's metadata is such a link.
    """
    for path in METADATA.glob("**/*"):
        if path.is_file() and (path.is_symlink() or path.stat().st_nlink > 1):
            mend = "`dvc config cache.type reflink,copy`, then `dvc checkout --relink`"
            raise InputError(path, "is a link into DVC's cache, which Snakemake would write through", mend)


def _set_clock_right(say: Say) -> None:
    """Date today what a clock that jumped dated in the future: Snakemake fails a job that is older than its input."""
    now = time.time()
    files = [path for top in ("data/raw", "results", "reports") for path in Path(top).glob("**/*") if path.is_file()]
    if ahead := [path for path in files if path.stat().st_mtime > now]:
        for path in ahead:
            os.utime(path)
        say(f"{len(ahead)} files were dated in the future, {ahead[0]} among them: they are dated today")


def _snakemake(arguments: Sequence[str]) -> int:
    """Run Snakemake, pass it the signal to end, and return its exit status."""
    process = subprocess.Popen([sys.executable, "-m", "snakemake", *arguments])
    terminate = signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to both
    try:
        return process.wait()
    finally:
        signal.signal(signal.SIGTERM, terminate)
        signal.signal(signal.SIGINT, interrupt)


def _commit(say: Say) -> None:
    """Have DVC take in the results, if they are what its stage would make: an overlay's alone are not.

    Raises:
        AeganError: DVC could not.
    """
    stage = shlex.split(yaml.safe_load(Path("dvc.yaml").read_text("utf-8"))["stages"][STAGE]["cmd"])
    arguments = stage[2 if stage[0] == "aegan" else 1 :]
    plan = subprocess.run(
        [sys.executable, "-m", "snakemake", "--dry-run", *arguments], capture_output=True, text=True, check=False
    )
    if "Nothing to be done" not in plan.stdout + plan.stderr:
        say(f"not committed to DVC: `{shlex.join(stage)}` is what its stage {STAGE!r} runs, and that is not finished")
    elif subprocess.run([sys.executable, "-m", "dvc", "commit", "--force", "--quiet", STAGE], check=False).returncode:
        raise AeganError("the results are complete, but `dvc commit --force workflow` failed; see above")
