"""The cost of a report of a hundred runs: the seconds of drawing and writing, and the size of the page.

    python benchmarks/reporting.py [--seeds 10]

Prints JSON. The study is synthetic (by the builder of the tests): ten methods, images of 28 × 28 with the noise of
photographs, which compress less than drawings. Seconds are processor times, so that other work on the machine does not
count.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import platform
import runpy
import time
from pathlib import Path
from typing import Any

import numpy as np

from aegan.analysis.study_schema import QualitativeSamples, Study
from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files
from aegan.figures.registry import FIGURES
from aegan.figures.style import to_svg
from aegan.report.page import render_report

BUILD = runpy.run_path("tests/figures/synthetic.py")["build"]
METHODS = ("gan", "article", "latent", "warm_start", "gan_r1", "decoded", "vae_gan", "bigan", "aae", "ebgan")


def main() -> None:
    """Draw every figure, write the page, and print the record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    given = parser.parse_args()
    study = enlarge_pictures(BUILD(methods=METHODS, seeds=range(given.seeds)))
    start = time.process_time()
    figures = {name: spec.draw_study(study) for name, spec in FIGURES.items()}
    drawn = {name: to_svg(figure) for name, figure in figures.items()}
    between = time.process_time()
    settings = load_config(merge_config_files([Path("config/config.yaml")])).model_dump(mode="json", exclude_none=True)
    page = render_report(study, drawn, {}, settings, ["snakemake"])
    record = {
        "runs": len(study.methods) * given.seeds,
        "draw_seconds": round(between - start, 1),
        "write_seconds": round(time.process_time() - between, 1),
        "page_megabytes": round(len(page.encode()) / 1e6, 2),
        "figure_megabytes": round(sum(len(svg.encode()) for svg in drawn.values()) / 1e6, 2),
        "largest_figures": dict(sorted(((n, len(s)) for n, s in drawn.items()), key=lambda pair: -pair[1])[:5]),
        "machine": platform.machine(),
    }
    print(json.dumps(record, indent=1))  # noqa: T201 - its output is its purpose


def enlarge_pictures(study: Study) -> Study:
    """Enlarge all images of a study from 8 × 8 to 28 × 28, with noise."""
    rng = np.random.default_rng(0)

    def large(pictures: np.ndarray) -> np.ndarray:
        if pictures.ndim < 4:
            return pictures
        wide = [(0, 0)] * (pictures.ndim - 3) + [(2, 2), (2, 2), (0, 0)]
        framed = np.pad(pictures.repeat(3, axis=-3).repeat(3, axis=-2), wide)
        return np.uint8(np.clip(framed + rng.normal(scale=12, size=framed.shape), 0, 255))

    kinds = ("samples", "originals", "reconstructions", "worst_reconstructions")
    arrays: dict[str, Any] = {kind: {k: large(v) for k, v in getattr(study, kind).items()} for kind in kinds}
    qualitative = {key: QualitativeSamples(*map(large, samples)) for key, samples in study.qualitative_samples.items()}
    return dataclasses.replace(study, qualitative_samples=qualitative, **arrays)


if __name__ == "__main__":
    main()
