"""What a report of a hundred runs costs: the seconds that drawing and writing take, and the bytes of the page.

    python benchmarks/reporting.py [--seeds 10]

Prints JSON. The study is made up (by the tests' own builder): ten methods, pictures of 28 × 28 with the grain of
photographs, which cannot be compressed as drawings can. Seconds are of the processor, so that a busy machine does not
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

from aegan.analysis.study_schema import Exhibit, Study
from aegan.config.validation import load, merged
from aegan.figures.registry import FIGURES
from aegan.figures.style import to_png, to_svg
from aegan.report.page import render

BUILD = runpy.run_path("tests/figures/synthetic.py")["build"]
METHODS = ("gan", "article", "latent", "warm_start", "gan_r1", "decoded", "vae_gan", "bigan", "aae", "ebgan")


def main() -> None:
    """Draw every figure, write the page, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    given = parser.parse_args()
    study = photographic(BUILD(methods=METHODS, seeds=range(given.seeds)))
    start = time.process_time()
    figures = {name: entry.draw(study) for name, entry in FIGURES.items()}
    drawn = {name: to_svg(figure) for name, figure in figures.items()}
    raster = sum(len(to_png(figure)) for figure in figures.values())
    between = time.process_time()
    settings = load(merged([Path("config/config.yaml")])).model_dump(mode="json", exclude_none=True)
    page = render(study, drawn, {}, settings, ["snakemake"])
    record = {
        "runs": len(study.methods) * given.seeds,
        "draw_seconds": round(between - start, 1),
        "write_seconds": round(time.process_time() - between, 1),
        "page_megabytes": round(len(page.encode()) / 1e6, 2),
        "png_megabytes": round(raster / 1e6, 2),
        "largest_figures": dict(sorted(((n, len(s)) for n, s in drawn.items()), key=lambda pair: -pair[1])[:5]),
        "machine": platform.machine(),
    }
    print(json.dumps(record, indent=1))  # noqa: T201 - its output is its purpose


def photographic(study: Study) -> Study:
    """Bring all pictures of a study from 8 × 8 to 28 × 28, with grain."""
    rng = np.random.default_rng(0)

    def large(pictures: np.ndarray) -> np.ndarray:
        if pictures.ndim < 4:
            return pictures
        wide = [(0, 0)] * (pictures.ndim - 3) + [(2, 2), (2, 2), (0, 0)]
        framed = np.pad(pictures.repeat(3, axis=-3).repeat(3, axis=-2), wide)
        return np.uint8(np.clip(framed + rng.normal(scale=12, size=framed.shape), 0, 255))

    kinds = ("samples", "originals", "reconstructions", "worst")
    arrays: dict[str, Any] = {kind: {k: large(v) for k, v in getattr(study, kind).items()} for kind in kinds}
    exhibits = {key: Exhibit(*map(large, shown)) for key, shown in study.exhibits.items()}
    return dataclasses.replace(study, exhibits=exhibits, **arrays)


if __name__ == "__main__":
    main()
