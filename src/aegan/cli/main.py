"""The command line: `aegan --help`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from aegan.errors import AeganError

app = typer.Typer(no_args_is_help=True, add_completion=False)
console, complaints = Console(), Console(stderr=True)

#: the config of the study in this folder
CONFIG = Path("config/config.yaml")


@contextmanager
def complaining() -> Iterator[None]:
    """Print a mistake of the user's without a traceback, and fail."""
    try:
        yield
    except AeganError as error:
        complaints.print(str(error), style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None


def say(lines: Sequence[str]) -> None:
    """Print lines as they are."""
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


@app.callback()
def main() -> None:
    """Which autoencoder role cures which gradient disease of a GAN, on your data, at what cost?"""


@app.command()
def check(
    configs: Annotated[list[Path] | None, typer.Argument(help="Overlays, in order, on config/config.yaml.")] = None,
) -> None:
    """Check a config, merged as Snakemake merges it, without starting anything."""
    from aegan.config.validation import load, merged, shortfalls
    from aegan.pipeline.gpu_lease import visible_devices

    with complaining():
        config = load(merged([CONFIG, *(configs or [])]))
    study = config.study
    parts = {"data sets": study.datasets, "methods": study.methods, "autoencoders": config.autoencoders_used()}
    for name, entries in {**parts, "seeds": config.blocks()}.items():
        console.print(f"{name}: {', '.join(entries) or 'none'}", highlight=False, soft_wrap=True)
    say(list(shortfalls(config, "cuda" if visible_devices() else "cpu")))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def run(snakemake: typer.Context) -> None:
    """Check and mend what is there, run Snakemake with the arguments given, and have DVC take in the results."""
    from aegan.pipeline.run import run as run_workflow

    with complaining():
        status = run_workflow(snakemake.args, lambda line: say([line]))
    raise typer.Exit(status)


@app.command()
def verify(report: Annotated[Path, typer.Argument(help="reports/STUDY.")]) -> None:
    """Check every file from a report back to the raw data, and say what is missing, corrupt or stale."""
    from aegan.pipeline.verify import verify as verified

    with complaining():
        files, jobs, findings = verified(report)
    say([f"{found.state}: {found.what}: {found.why}" for found in findings])
    say([f"{files} files of {jobs} jobs: {len(findings) or 'nothing'} to complain of"])
    raise typer.Exit(bool(findings))


@app.command()
def clean(
    configs: Annotated[list[Path] | None, typer.Argument(help="Overlays that make one more study together.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Remove what is listed.")] = False,
) -> None:
    """List, or remove, results that no study and no report needs, such as those of removed seeds and methods."""
    from aegan.pipeline.clean import remove as removed
    from aegan.pipeline.clean import unused

    with complaining():
        paths = unused(configs or [])
        size = sum(path.stat().st_size for path in paths if path.exists()) / 1e6
        if remove:
            removed(paths)
    done = "removed" if remove else "not needed; `aegan clean --remove` removes"
    say([*map(str, paths), f"{done} {len(paths)} files, {size:.1f} MB"])


@app.command()
def plots(
    revisions: Annotated[list[str] | None, typer.Argument(help="Of Git; none: the last commit and now.")] = None,
    to: Annotated[Path, typer.Option(help="The folder to write.")] = Path("dvc_plots"),
) -> None:
    """Write DVC's plots of several revisions side by side, as a page that works offline."""
    from aegan.pipeline.dvc_plots import plots_diff

    with complaining():
        plots_diff(revisions or [], to)


@app.command()
def docs(folder: Annotated[Path, typer.Argument(help="The config folder.")] = Path("config")) -> None:
    """Write config/schema.json and config/README.md from the config's models, and captions for Snakemake's report."""
    from aegan.config.docs import write_docs
    from aegan.report.captions import write_captions

    write_docs(folder)
    write_captions(folder.parent / "workflow" / "report")


@app.command()
def methods(
    kind: Annotated[str | None, typer.Argument(help="One axis: roles, losses, penalties, …; without it, all.")] = None,
) -> None:
    """List what a method can be composed of, with paper, options and cost."""
    from aegan.cli.catalogue_page import listing

    with complaining():
        for table in listing(kind):
            console.print(table)


@app.command()
def gallery(page: Annotated[Path, typer.Argument(help="The page to write.")] = Path("docs/catalogue.md")) -> None:
    """Train every entry of the catalogue for a moment, and write a page with what came of it."""
    from aegan.cli.catalogue_page import write_gallery

    with complaining():
        write_gallery(page)
    console.print(f"wrote {page}", highlight=False, soft_wrap=True)


@app.command()
def compare(
    reports: Annotated[
        list[str], typer.Argument(help="Two or more of reports/NAME, REV, REV:reports/NAME; all against the first.")
    ],
    to: Annotated[Path, typer.Option(help="The page to write.")] = Path("comparison.html"),
) -> None:
    """Write a page with what changed between reports, in folders or revisions of Git."""
    from aegan.cli.report_archive import filed
    from aegan.report.compare import compare as page
    from aegan.storage import write_text

    with complaining():
        write_text(to, page([filed(name) for name in reports]))
    console.print(f"wrote {to}", markup=False, highlight=False, soft_wrap=True)


@app.command()
def sample(
    run: Annotated[Path, typer.Argument(help="results/gan/DATASET/METHOD/SEEDS, finished.")],
    count: Annotated[int, typer.Option(min=1, help="Images of each seed.")] = 64,
    seed: Annotated[int | None, typer.Option(help="One of the run's seeds; without it, all of them.")] = None,
    draw: Annotated[int, typer.Option(help="Another number draws others.")] = 0,
    to: Annotated[Path, typer.Option(help="FILE.png, FILE.npy or a folder, not there yet.")] = Path("samples.png"),
) -> None:
    """Generate new images, or points, with the networks of a finished run."""
    from aegan.cli.sample import sample as generate

    with complaining():
        said = generate(run, count, seed, draw, to)
    say(said)


@app.command()
def encode(
    run: Annotated[Path, typer.Argument(help="results/autoencoder/DATASET/NAME/SEEDS, finished.")],
    data: Annotated[list[Path], typer.Argument(help="Pictures, .npy or .npz files, or folders of pictures.")],
    seed: Annotated[int | None, typer.Option(help="One of the run's seeds; without it, all of them.")] = None,
    to: Annotated[Path, typer.Option(help="The .npy to write, not there yet.")] = Path("codes.npy"),
) -> None:
    """Encode images of your own with the autoencoder of a finished run."""
    from aegan.cli.sample import encode as encoded

    with complaining():
        said = encoded(run, data, seed, to)
    say(said)


@app.command()
def new_study(
    data: Annotated[Path, typer.Argument(help="A folder of pictures, or a .npy or .npz file of images.")],
    name: Annotated[str | None, typer.Option(help="Of data set and study; without it, the path's.")] = None,
    to: Annotated[Path | None, typer.Option(help="The overlay; without it, config/studies/NAME.yaml.")] = None,
) -> None:
    """Look at your data, and write a commented study of them that is ready to run."""
    from aegan.cli.new_study import new_study as write

    with complaining():
        target, found = write(data, name, to, CONFIG)
    labels = f"{found.classes} classes" if found.classes else "no labels"
    shape = " x ".join(map(str, found.shape))
    say([f"{found.images} images of {shape}, {labels}", *filter(None, [found.remark])])
    say([f"wrote {target}; run it: snakemake --configfile {target}"])


@app.command()
def doctor(
    run: Annotated[
        Path,
        typer.Argument(
            help="results/gan/DATASET/METHOD/SEEDS, finished or running, or a CSV with columns step, LAYER …"
        ),
    ],
    decisions: Annotated[
        list[Path] | None, typer.Option(help="A decision table; without one, those of reports/ are read.")
    ] = None,
    vanishing_decades: Annotated[float | None, typer.Option(help="Replaces the config's.")] = None,
    exploding_decades: Annotated[float | None, typer.Option(help="Replaces the config's.")] = None,
    depth_decades: Annotated[float | None, typer.Option(help="Replaces the config's.")] = None,
    window: Annotated[float | None, typer.Option(help="Replaces the config's.")] = None,
) -> None:
    """Say whether the gradients of a run vanish or explode, since when and where, and what has been shown to help."""
    from aegan.cli.doctor import examine, table_of

    thresholds = {
        "vanishing_decades": vanishing_decades,
        "exploding_decades": exploding_decades,
        "depth_decades": depth_decades,
        "window": window,
    }
    with complaining():
        advice = examine(run, decisions or [], CONFIG, thresholds)
    console.print(advice.state, markup=False, highlight=False, soft_wrap=True)
    console.print(table_of(advice.verdicts))
    for line in (*advice.sentences, *advice.remedies):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
