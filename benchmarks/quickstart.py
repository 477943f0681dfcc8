"""What a whole study takes, relative to the bare training of its members: the quickstart, from a clean working copy.

    python -m benchmarks.quickstart [--seeds 0-4 0-11] [--cores 2] [--rounds 300]

Bare training is benchmarks/bare_loop.py: the same networks, losses, batches and rounds in a minimal eager loop, of all
that the study trains: autoencoders, GANs and fresh discriminators. Before and after the study each of these loops is
timed over some rounds, in as many processes at a time as the study runs jobs.

Writes benchmarks/results/quickstart.json, .svg and .png; other seeds keep their numbers from the same machine.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

import torch
import yaml
from benchmarks.bare_loop import make_untrained_member, play_bare_loop
from benchmarks.quickstart_figure import draw_quickstart
from benchmarks.study import ROOT, link_pipeline, time_command
from benchmarks.throughput import RESULTS, describe_machine, start_workers

from aegan.config.model import Config
from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files
from aegan.data.array_dataset import ArrayDataset
from aegan.data.digits import Digits
from aegan.evaluation.frozen_generator import freeze_generator
from aegan.figures.style import to_png, to_svg
from aegan.seeding import parse_seed_block
from aegan.storage import read_json, write_bytes, write_json, write_text
from aegan.training.member import Member
from aegan.training.member_factory import autoencoder_member_factory, gan_member

CONFIG = ROOT / "config" / "config.yaml"
#: rounds before the clock starts, in which optimisers and libraries allocate what they keep
WARM_UP_ROUNDS = 20


#: phase that trains, name of the autoencoder or method
Training = tuple[str, str]


def list_trainings(config: Config) -> list[Training]:
    """List what a study trains."""
    (dataset,) = config.study.datasets
    methods = config.list_methods(dataset)
    autoencoders = [("autoencoder", name) for name in config.list_used_autoencoders(dataset)]
    return [*autoencoders, *(("gan", name) for name in methods), *(("diagnosis", name) for name in methods)]


def make_bare_member(config: Config, training: Training, dataset: ArrayDataset) -> Member:
    """Make a member of a training, as the study trains it, on the train split."""
    phase, name = training
    if phase == "autoencoder":
        make_member, _ = autoencoder_member_factory(
            config.resolve_params("autoencoders", name), config.resolve_params("probes"), dataset
        )
        return make_member(0)[0]
    member = make_untrained_member(config, name, dataset, 0)
    if phase == "gan":
        return member
    method = config.resolve_params("methods", name)
    return gan_member(0, freeze_generator(member.game), member.dataset, member.sampler, method)


def time_bare_rounds(training: Training, rounds: int) -> float:
    """Return the seconds of a round of bare training on the digits, in this process."""
    config = load_config(merge_config_files([CONFIG]))
    member = make_bare_member(config, training, ArrayDataset(Digits().load([]).values))
    play_bare_loop(member, WARM_UP_ROUNDS)
    started = time.perf_counter()
    play_bare_loop(member, rounds)
    return (time.perf_counter() - started) / rounds


def time_bare_training(config: Config, rounds: int, processes: int) -> dict[Training, float]:
    """Time the bare rounds of all that the study trains: seconds of a round, the mean over the processes.

    Args:
        config: the study's.
        rounds: rounds to time.
        processes: processes that train the same at a time.
    """
    pool = start_workers(processes)
    return {
        training: mean(pool.map(partial(time_bare_rounds, rounds=rounds), [training] * processes))
        for training in list_trainings(config)
    }


def count_rounds(config: Config, seeds: int, results: Path) -> dict[Training, int]:
    """Count the rounds that all members of a finished study have played.

    Args:
        config: the study's.
        seeds: number of seeds.
        results: its results, which tell when autoencoders stopped.
    """
    played = dict.fromkeys(list_trainings(config), 0)
    for phase, name in played:
        if phase == "autoencoder":
            runs = (read_json(file) for file in results.glob(f"autoencoder/*/{name}/*/run.json"))
            played[phase, name] = sum(member["rounds"] for run in runs for member in run["members"])
        elif phase == "gan":
            played[phase, name] = seeds * config.resolve_params("methods", name)["rounds"]
        elif config.diagnosis:
            stages = len(config.resolve_params("methods", name)["stages"]) if config.diagnosis.stages == "all" else 1
            played[phase, name] = seeds * stages * (config.diagnosis.discriminator_steps + 1)
    return played


def list_phases() -> dict[str, str]:
    """Return rule -> phase, in the order of the workflow, from the benchmark files that the rules declare."""
    includes = re.findall(r"rules/(\w+)\.smk", (ROOT / "workflow" / "Snakefile").read_text(encoding="utf-8"))
    files = {phase: ROOT / "workflow" / "rules" / f"{phase}.smk" for phase in includes}
    return {
        rule: phase
        for phase, file in files.items()
        for rule in re.findall(r"logs/benchmarks/(\w+)/", file.read_text(encoding="utf-8"))
    }


def read_job_seconds(logs: Path) -> dict[str, list[float]]:
    """Read rule -> wall-clock seconds of each of its jobs, from Snakemake's benchmark files."""
    seconds: dict[str, list[float]] = {}
    for file in sorted(logs.rglob("*.tsv")):
        first = file.read_text(encoding="utf-8").splitlines()[1]
        seconds.setdefault(file.relative_to(logs).parts[0], []).append(float(first.split("\t")[0]))
    return seconds


def measure_study(seeds: str, cores: int, rounds: int) -> dict[str, Any]:
    """Run the quickstart with some seeds in a clean working copy, and time bare training before and after.

    Args:
        seeds: such as 0-4.
        cores: cores that Snakemake may use.
        rounds: rounds of bare training to time for each of the trainings.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = link_pipeline(Path(name))
        overlay = folder / "seeds.yaml"
        overlay.write_text(yaml.safe_dump({"study": {"seeds": seeds}}), encoding="utf-8")
        config = load_config(merge_config_files([CONFIG, overlay]))
        command = ["snakemake", "--quiet", "all", "--cores", str(cores), "--configfile", str(overlay)]
        before = time_bare_training(config, rounds, cores)
        study = time_command(command, folder)
        after = time_bare_training(config, rounds, cores)
        idle = time_command(command, folder)
        jobs = read_job_seconds(folder / "logs" / "benchmarks")
        played = count_rounds(config, len(parse_seed_block(seeds)), folder / "results")
    # the faster of both, because other work on the machine must not flatter the study
    bare = {training: min(before[training], after[training]) * rounds for training, rounds in played.items()}
    of_gans = sum(seconds for (phase, _), seconds in bare.items() if phase == "gan")
    return {
        "cores": cores,
        "wall": round(study["wall"], 1),
        "setup": round(idle["wall"], 1),
        "jobs": {rule: {"count": len(own), "seconds": round(sum(own), 1)} for rule, own in sorted(jobs.items())},
        "bare_milliseconds": {
            " ".join(training): [round(1e3 * turn[training], 3) for turn in (before, after)] for training in before
        },
        "bare_seconds": round(sum(bare.values()), 1),
        "bare_seconds_of_gans": round(of_gans, 1),
        "ratio_to_gans": round(sum(map(sum, jobs.values())) / of_gans, 3),
        "wall_ratio": round((study["wall"] - idle["wall"]) * cores / sum(bare.values()), 3),
    } | compare_with_bare(jobs, sum(bare.values()))


def compare_with_bare(jobs: Mapping[str, list[float]], bare_seconds: float) -> dict[str, Any]:
    """Return the seconds of all jobs as a ratio to those of bare training, by phase and together."""
    of_rule = list_phases()
    phases = dict.fromkeys(of_rule.values(), 0.0)
    for rule, seconds in jobs.items():
        phases[of_rule[rule]] += sum(seconds) / bare_seconds
    found = {phase: round(own, 3) for phase, own in phases.items() if own}
    return {"phases": found, "ratio": round(sum(phases.values()), 3)}


def main() -> None:
    """Measure, write the record, and draw it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", nargs="+", default=["0-4", "0-11"], help="one study for each")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rounds", type=int, default=300, help="rounds of bare training to time for each")
    parser.add_argument("--results", type=Path, default=RESULTS)
    given = parser.parse_args()
    target = given.results / "quickstart.json"
    about = {"benchmark": "quickstart", "device": describe_machine("cpu"), "torch": torch.__version__}
    previous = read_json(target) if target.is_file() else {}
    kept = previous.get("studies", {}) if about.items() <= previous.items() else {}
    record = about | {
        "studies": kept | {seeds: measure_study(seeds, given.cores, given.rounds) for seeds in given.seeds}
    }
    write_json(target, record)
    write_text(target.with_suffix(".svg"), to_svg(draw_quickstart(record)))
    write_bytes(target.with_suffix(".png"), to_png(draw_quickstart(record)))


if __name__ == "__main__":
    main()
