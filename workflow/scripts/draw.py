"""Draw every figure of the report, as SVG and as PNG."""

from pathlib import Path

from aegan.analysis.study_io import load_study
from aegan.figures.panels import Message
from aegan.figures.registry import FIGURES
from aegan.figures.style import to_png, to_svg
from aegan.metrics.registry import METRIC_LABELS, RECONSTRUCTION
from aegan.pipeline import job
from aegan.storage import write_bytes, write_json, write_text


def main(
    *,
    tables: list[Path],
    pictures: Path,
    study_name: str,
    datasets: list[str],
    methods: list[str],
    manifests: list[Path],
    shown_channels: dict[str, list[int]],
    figures: list[Path],
    left_out: Path,
) -> None:
    study = load_study(
        study_name, datasets, methods, tables, pictures, METRIC_LABELS, RECONSTRUCTION, manifests, shown_channels
    )
    drawn = {svg.stem: FIGURES[svg.stem].draw_study(study) for svg in figures[::2]}
    for svg, png in zip(figures[::2], figures[1::2], strict=True):
        write_text(svg, to_svg(drawn[svg.stem]))
        write_bytes(png, to_png(drawn[svg.stem]))
    write_json(left_out, {name: figure.reason for name, figure in drawn.items() if isinstance(figure, Message)})


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
