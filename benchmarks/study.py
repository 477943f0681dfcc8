"""What a study costs besides training: the whole smoke study, Snakemake's plan of many jobs, and each script's imports.

    python -m benchmarks.study [imports] [plans] [smoke] [--plans 500 1000 2000 5000] [--repeats 3]

Writes benchmarks/results/study.json; parts that are not asked for keep what stands there. Beside seconds on the wall
are those on the processor, which other work on the machine changes less.
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
#: what a working copy of the pipeline is made of
PARTS = ("Snakefile", "workflow", "profiles", "config", "src")
#: jobs of a block of a method without an autoencoder: train, sample, diagnose, evaluate
PER_BLOCK = 4


def planned(jobs: int) -> dict[str, Any]:
    """Write a config whose plan has about so many jobs: methods times blocks of seeds."""
    blocks = max(1, min(25, jobs // 20))
    names = [f"method{number}" for number in range(max(1, round(jobs / PER_BLOCK / blocks)))]
    methods = {
        name: {"role": "none", "optimiser": {"name": "adam", "learning_rate": number * 1e-4}}
        for name, number in zip(names, count(1))
    }
    study = {"name": f"plan_{jobs}", "datasets": ["digits"], "methods": names, "reproductions": []}
    return {"study": study | {"seeds": f"0-{2 * blocks - 1}", "block": 2}, "methods": methods}


def lasted(command: Sequence[str], folder: Path) -> dict[str, float]:
    """Run a command in a folder: its seconds on the wall and on processors."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": "src"})
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"wall": wall, "processor": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


def typical(command: Sequence[str], folder: Path, repeats: int) -> dict[str, float]:
    """Return the medians of some runs of a command."""
    runs = [lasted(command, folder) for _ in range(repeats)]
    return {kind: round(median(run[kind] for run in runs), 3) for kind in runs[0]}


def plan(jobs: int, folder: Path, repeats: int) -> dict[str, dict[str, float]]:
    """Time the plan of about so many jobs: until it is made, and a dry run, which shows every job, too."""
    overlay = folder / f"plan_{jobs}.yaml"
    overlay.write_text(yaml.safe_dump(planned(jobs)), encoding="utf-8")
    shown = {"made": ["--rulegraph"], "dry_run": ["--dry-run", "--quiet", "all"]}
    return {
        name: typical(["snakemake", *arguments, "--configfile", str(overlay)], folder, repeats)
        for name, arguments in shown.items()
    }


def smoke(folder: Path, repeats: int) -> dict[str, Any]:
    """Time the whole smoke study, from nothing to its report; what of it passed in jobs; a call with nothing to do."""
    command = ["snakemake", "--quiet", "all", "--cores", "1", "--configfile", "config/studies/smoke.yaml"]
    whole = lasted(command, folder)
    logs = folder / "logs" / "benchmarks"
    files = list(logs.rglob("*.tsv"))
    inside = sum(float(file.read_text(encoding="utf-8").splitlines()[1].split("\t")[0]) for file in files)
    jobs = Counter(file.relative_to(logs).parts[0] for file in files)
    return whole | {"jobs": dict(jobs), "in_jobs": inside, "nothing_to_do": typical(command, folder, repeats)}


def per_job(record: dict[str, Any]) -> dict[str, float]:
    """Tell what a job of the smoke study costs besides its work: seconds outside of it, and those of its imports."""
    study, waited = record["smoke"], record["imports"]
    count = sum(study["jobs"].values())
    outside = study["wall"] - study["nothing_to_do"]["wall"] - study["in_jobs"]
    importing = sum(waited[name]["wall"] * jobs for name, jobs in study["jobs"].items())
    return {"outside": round(outside / count, 3), "imports": round(importing / count, 3)}


def imports(repeats: int) -> dict[str, dict[str, float]]:
    """Time each script's imports, Python's own start among them."""
    code = "import runpy, sys; runpy.run_path(sys.argv[1], run_name='imported')"
    return {
        script.stem: typical([sys.executable, "-c", code, str(script)], ROOT, repeats)
        for script in sorted(SCRIPTS.glob("*.py"))
    }


def main() -> None:
    """Measure in a copy of the pipeline, and write the record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help="imports, plans, smoke; by default all of them")
    parser.add_argument("--plans", type=int, nargs="+", default=[500, 1000, 2000, 5000])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--results", type=Path, default=RESULTS)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in PARTS:
            (folder / part).symlink_to(ROOT / part)
        measures: dict[str, Callable[[], Any]] = {
            "imports": lambda: imports(given.repeats),
            "plans": lambda: {str(jobs): plan(jobs, folder, given.repeats) for jobs in given.plans},
            "smoke": lambda: smoke(folder, given.repeats),
        }
        measured = {name: measures[name]() for name in given.parts or measures}
    file = given.results / "study.json"
    about = {"benchmark": "study", "machine": f"{platform.machine()}, {os.cpu_count()} cores"}
    record = (read_json(file) if file.is_file() else {}) | about | measured
    write_json(file, record | {"per_job": per_job(record)} if {"imports", "smoke"} <= set(record) else record)


if __name__ == "__main__":
    main()
