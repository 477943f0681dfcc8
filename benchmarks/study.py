"""The cost of a study besides training: the smoke study, the planning of many jobs, and the imports of the scripts.

    python -m benchmarks.study [imports] [plans] [smoke] [--plans 500 1000 2000 5000] [--repeats 3]

Writes benchmarks/results/study.json; parts that are not measured keep their previous numbers. Besides wall-clock
seconds it has processor seconds, which are less affected by other work on the machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from aegan.storage import read_json, write_json

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results"
SCRIPTS = ROOT / "workflow" / "scripts"
#: the files and folders of a working copy of the pipeline
PARTS = ("workflow", "profiles", "config", "src")
#: jobs per block of seeds of a method without an autoencoder: train, sample, diagnose, evaluate
PER_BLOCK = 4


def make_plan_config(jobs: int) -> dict[str, Any]:
    """Make a config whose plan has about the given number of jobs: methods times blocks of seeds."""
    blocks = max(1, min(25, jobs // 20))
    names = [f"method{number}" for number in range(max(1, round(jobs / PER_BLOCK / blocks)))]
    methods = {
        name: {"role": "none", "optimiser": {"name": "adam", "learning_rate": number * 1e-4}}
        for name, number in zip(names, count(1))
    }
    study = {"name": f"plan_{jobs}", "datasets": ["digits"], "methods": names, "primary": None, "reproductions": []}
    return {"study": study | {"seeds": f"0-{2 * blocks - 1}", "block": 2}, "methods": methods}


def time_command(command: Sequence[str], folder: Path) -> dict[str, float]:
    """Run a command in a folder, and return its wall-clock and processor seconds."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, check=False, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": "src"}
    )
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return {"wall": wall, "processor": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


def time_command_median(command: Sequence[str], folder: Path, repeats: int) -> dict[str, float]:
    """Return the medians of the seconds of several runs of a command.

    Args:
        command: program and arguments.
        folder: working directory.
        repeats: number of runs.
    """
    runs = [time_command(command, folder) for _ in range(repeats)]
    return {kind: round(median(run[kind] for run in runs), 3) for kind in runs[0]}


def time_plans(jobs: int, folder: Path, repeats: int) -> dict[str, dict[str, float]]:
    """Time the planning of about the given number of jobs, and a dry run, which also prints every job.

    Args:
        jobs: approximate number of jobs.
        folder: working copy of the pipeline.
        repeats: runs of each command.
    """
    overlay = folder / f"plan_{jobs}.yaml"
    overlay.write_text(yaml.safe_dump(make_plan_config(jobs)), encoding="utf-8")
    commands = {"made": ["--rulegraph"], "dry_run": ["--dry-run", "--quiet", "all"]}
    return {
        name: time_command_median(["snakemake", *arguments, "--configfile", str(overlay)], folder, repeats)
        for name, arguments in commands.items()
    }


def time_smoke_study(folder: Path, repeats: int) -> dict[str, Any]:
    """Time the whole smoke study up to its report, the part of it within jobs, and a call with nothing to do."""
    command = ["snakemake", "--quiet", "all", "--cores", "1", "--configfile", "config/studies/smoke.yaml"]
    whole = time_command(command, folder)
    logs = folder / "logs" / "benchmarks"
    files = list(logs.rglob("*.tsv"))
    inside = sum(float(file.read_text(encoding="utf-8").splitlines()[1].split("\t")[0]) for file in files)
    jobs = Counter(file.relative_to(logs).parts[0] for file in files)
    return whole | {
        "jobs": dict(jobs),
        "in_jobs": inside,
        "nothing_to_do": time_command_median(command, folder, repeats),
    }


def compute_job_overhead(record: dict[str, Any]) -> dict[str, float]:
    """Return the overhead of a job of the smoke study: seconds of Snakemake, and of its imports."""
    study, import_times = record["smoke"], record["imports"]
    count = sum(study["jobs"].values())
    outside = study["wall"] - study["nothing_to_do"]["wall"] - study["in_jobs"]
    importing = sum(import_times[name]["wall"] * jobs for name, jobs in study["jobs"].items())
    return {"outside": round(outside / count, 3), "imports": round(importing / count, 3)}


def time_imports(repeats: int) -> dict[str, dict[str, float]]:
    """Time the imports of each script, including the start of Python."""
    code = "import runpy, sys; runpy.run_path(sys.argv[1], run_name='imported')"
    return {
        script.stem: time_command_median([sys.executable, "-c", code, str(script)], ROOT, repeats)
        for script in sorted(SCRIPTS.glob("*.py"))
    }


def link_pipeline(folder: Path) -> Path:
    """Make a clean working copy of the pipeline in a folder, by links, and return the folder."""
    for part in PARTS:
        (folder / part).symlink_to(ROOT / part)
    return folder


def main() -> None:
    """Measure in a copy of the pipeline, and write the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help="imports, plans, smoke; by default all")
    parser.add_argument("--plans", type=int, nargs="+", default=[500, 1000, 2000, 5000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--results", type=Path, default=RESULTS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = link_pipeline(Path(name))
        measures: dict[str, Callable[[], Any]] = {
            "imports": lambda: time_imports(given.repeats),
            "plans": lambda: {str(jobs): time_plans(jobs, folder, given.repeats) for jobs in given.plans},
            "smoke": lambda: time_smoke_study(folder, given.repeats),
        }
        measured = {name: measures[name]() for name in given.parts or measures}
    file = given.results / "study.json"
    about = {"benchmark": "study", "machine": f"{platform.machine()}, {os.cpu_count()} cores"}
    record = (read_json(file) if file.is_file() else {}) | about | measured
    write_json(
        file, record | {"per_job": compute_job_overhead(record)} if {"imports", "smoke"} <= set(record) else record
    )


if __name__ == "__main__":
    main()
