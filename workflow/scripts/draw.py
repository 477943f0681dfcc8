"""Draw every figure of the report."""

from pathlib import Path

from aegan.analysis.study_focus import focus_study
from aegan.analysis.study_io import load_study
from aegan.figures.panels import Message
from aegan.figures.registry import FIGURES
from aegan.figures.style import to_svg
from aegan.metrics.registry import METRIC_LABELS, RECONSTRUCTION
from aegan.pipeline import job
from aegan.progress import track
from aegan.storage import write_json, write_text


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
    shown = {families: focus_study(study, families) for families in {spec.families for spec in FIGURES.values()}}
    reasons = {}
    for svg in track(figures, "figures"):
        spec = FIGURES[svg.stem]
        figure = spec.draw_study(shown[spec.families])
        write_text(svg, to_svg(figure))
        if isinstance(figure, Message):
            reasons[svg.stem] = figure.reason
    write_json(left_out, reasons)


if __name__ == "__main__":
    job.run(main, snakemake)  # noqa: F821 - Snakemake defines it
