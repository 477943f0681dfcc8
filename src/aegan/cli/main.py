"""The command line: `aegan --help`. Each command imports its own module when it is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from aegan.cli.console import console, exit_on_error, log_to_terminal, print_lines, print_version
from aegan.cli.developer import developer_app
from aegan.cli.running import running_app

app = typer.Typer(no_args_is_help=True)
app.add_typer(running_app)
app.add_typer(developer_app)

#: the config of the study in this folder
CONFIG = Path("config/config.yaml")

Seed = Annotated[int | None, typer.Option(help="One of the run's seeds. By default all of them.")]


@app.callback()
def main(
    _version: Annotated[
        bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version, and exit.")
    ] = False,
) -> None:
    """Measure which use of an autoencoder cures a GAN's vanishing or exploding gradients, and at what cost."""
    log_to_terminal()


@app.command()
def check(
    configs: Annotated[list[Path] | None, typer.Argument(help="Overlays on config/config.yaml, in order.")] = None,
) -> None:
    """Check a config, merged as Snakemake merges it, without starting a job."""
    from aegan.cli.check import describe_study

    with exit_on_error():
        print_lines(describe_study([CONFIG, *(configs or [])]))


@app.command()
def verify(
    report: Annotated[Path, typer.Argument(help="reports/STUDY.")],
    every: Annotated[bool, typer.Option("--every", help="List every file, not an example of each cause.")] = False,
    against: Annotated[
        Path | None, typer.Option(help="reports/STUDY, a study of which this report repeats some comparisons.")
    ] = None,
) -> None:
    """Check every file from a report back to the raw data, and whether its config has changed since its first run."""
    from aegan.cli.report_page import check_report_freeze
    from aegan.cli.report_repetition import compare_repetition
    from aegan.pipeline.verify import group_findings, verify_report

    with exit_on_error():
        files, jobs, findings = verify_report(report)
        freeze = check_report_freeze(report)
        repetition = compare_repetition(report, against) if against else None
    print_lines([str(finding) for finding in findings] if every else group_findings(findings))
    print_lines([freeze.sentence] if freeze else [])
    print_lines([f"{files} files of {jobs} jobs checked: {len(findings) or 'no'} problems found"])
    print_lines(repetition.lines if repetition else [])
    changed = freeze is not None and freeze.state == "changed"
    raise typer.Exit(bool(findings) or changed or (repetition is not None and not repetition.decisions_hold))


@app.command()
def clean(
    configs: Annotated[list[Path] | None, typer.Argument(help="Overlays that together define one more study.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Remove the listed files.")] = False,
) -> None:
    """List, or remove, results that no study and no report needs, such as those of removed seeds and methods."""
    from aegan.cli.clean import clean_results

    with exit_on_error():
        print_lines(clean_results(configs or [], remove=remove))


@app.command()
def plots(
    revisions: Annotated[
        list[str] | None, typer.Argument(help="Revisions of Git. By default the last commit and the working folder.")
    ] = None,
    to: Annotated[Path, typer.Option(help="The folder to write.")] = Path("dvc_plots"),
) -> None:
    """Write DVC's plots of several revisions side by side, as a page that works offline."""
    from aegan.pipeline.dvc_plots import write_plots_page

    with exit_on_error():
        write_plots_page(revisions or [], to)


@app.command()
def methods(
    kind: Annotated[str | None, typer.Argument(help="One axis: roles, losses, penalties, …. By default all.")] = None,
) -> None:
    """List the components of methods, with paper, options and cost."""
    from aegan.cli.catalogue_listing import tabulate_registries

    with exit_on_error():
        for table in tabulate_registries(kind):
            console.print(table)


@app.command()
def compare(
    reports: Annotated[
        list[str],
        typer.Argument(
            help="reports/NAME, REV or REV:reports/NAME, two or more; compared with the first. REV alone is that "
            "revision of the folder beside it, or of reports/quickstart."
        ),
    ],
    to: Annotated[Path, typer.Option(help="The page to write.")] = Path("comparison.html"),
) -> None:
    """Write a page with the differences between reports, in folders or revisions of Git."""
    from aegan.cli.report_archive import write_comparison

    with exit_on_error():
        print_lines(write_comparison(reports, to))


@app.command()
def sample(
    run: Annotated[Path, typer.Argument(help="results/gan/DATASET/METHOD/SEEDS of a finished run.")],
    count: Annotated[int, typer.Option(min=1, help="Samples of each seed.")] = 64,
    seed: Seed = None,
    draw: Annotated[int, typer.Option(help="Number of the draw; each number gives different samples.")] = 0,
    to: Annotated[Path, typer.Option(help="FILE.png, FILE.npy or a folder; it must not exist.")] = Path("samples.png"),
    show: Annotated[tuple[int, int, int] | None, typer.Option(help="Channels as red, green, blue: 3 2 1.")] = None,
) -> None:
    """Generate new images, or points, with the networks of a finished run."""
    from aegan.cli.sample import write_samples

    with exit_on_error():
        print_lines(write_samples(run, count, seed, draw, to, show or ()))


@app.command()
def encode(
    run: Annotated[Path, typer.Argument(help="results/autoencoder/DATASET/NAME/SEEDS of a finished run.")],
    data: Annotated[list[Path], typer.Argument(help="Pictures, .npy or .npz files, or folders of pictures.")],
    seed: Seed = None,
    to: Annotated[Path, typer.Option(help="The .npy to write; it must not exist.")] = Path("codes.npy"),
) -> None:
    """Encode images of your own with the autoencoder of a finished run."""
    from aegan.cli.encode import write_codes

    with exit_on_error():
        print_lines(write_codes(run, data, seed, to))


@app.command()
def new_study(
    data: Annotated[Path, typer.Argument(help="A folder of pictures, or a .npy or .npz file of images.")],
    name: Annotated[str | None, typer.Option(help="Name of dataset and study. By default that of the path.")] = None,
    to: Annotated[Path | None, typer.Option(help="The overlay to write. By default config/studies/NAME.yaml.")] = None,
    minutes: Annotated[float | None, typer.Option(min=0, help="Time it may take here. By default any.")] = None,
    option: Annotated[list[str] | None, typer.Option(help="How data are read, such as 'range: [0, 4095]'.")] = None,
) -> None:
    """Inspect your data, and write a commented study of them that is ready to run, with what it costs here."""
    from aegan.cli.inspect_data import read_options
    from aegan.cli.new_study import describe_new_study, write_new_study

    with exit_on_error():
        print_lines(describe_new_study(write_new_study(data, name, to, CONFIG, minutes, read_options(option or []))))


@app.command()
def doctor(
    run: Annotated[
        Path,
        typer.Argument(help="results/gan/DATASET/METHOD/SEEDS, finished or running, or a CSV: columns step, LAYER, …"),
    ],
    report: Annotated[
        list[Path] | None,
        typer.Option(
            help="reports/NAME, whose comparisons give remedies. By default the reports on its data set beside a run, "
            "and none for a CSV."
        ),
    ] = None,
    limit: Annotated[
        list[str] | None,
        typer.Option(help="KEY=NUMBER, a threshold of the config's section `verdicts` that is replaced."),
    ] = None,
) -> None:
    """Report whether a run's gradients vanish or explode, since which step, in which layer, and which remedies help."""
    from aegan.cli.doctor import diagnose_run, make_verdict_table, parse_thresholds

    with exit_on_error():
        diagnosis = diagnose_run(run, report or [], CONFIG, parse_thresholds(limit or []))
    print_lines([diagnosis.state])
    console.print(make_verdict_table(diagnosis.verdicts))
    print_lines([*diagnosis.sentences, *diagnosis.remedies])
