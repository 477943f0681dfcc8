"""Draw every figure of the report, as SVG and as PNG."""

from pathlib import Path

from aegan.analysis.study_io import load_study
from aegan.figures.registry import FIGURES
from aegan.figures.style import to_png, to_svg
from aegan.metrics.registry import METRIC_LABELS, RECONSTRUCTION
from aegan.pipeline import job
from aegan.storage import write_bytes, write_text


def main(
    *,
    tables: list[Path],
    pictures: Path,
    study_name: str,
    datasets: list[str],
    methods: list[str],
    figures: list[Path],
) -> None:
    study = load_study(study_name, datasets, methods, tables, pictures, METRIC_LABELS, RECONSTRUCTION)
    for svg, png in zip(figures[::2], figures[1::2], strict=True):
        figure = FIGURES[svg.stem].draw_study(study)
        write_text(svg, to_svg(figure))
        write_bytes(png, to_png(figure))


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
