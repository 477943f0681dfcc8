"""`aegan docs`: write the files that are generated from the registries, the figures and the committed report."""

from __future__ import annotations

from pathlib import Path

from aegan.cli.catalogue_listing import LISTING, read_listing, write_listing
from aegan.cli.catalogue_runs import list_with_costs, measure_costs
from aegan.cli.report_page import read_page
from aegan.config.docs import write_docs
from aegan.report.captions import write_captions
from aegan.report.finding import write_finding
from aegan.report.findings import Results, render_findings
from aegan.storage import write_text
from aegan.tables import find_table, read_table

#: the reports whose finding README.md may open with: the first that is there
REPORTS = ("answer", "quickstart")
FINDINGS = Path("docs/findings.md")
#: the tables of `Results`, in their order
TABLES = ("decisions", "verdicts", "cost", "reproductions", "mechanism", "pairs")


def write_documents(folder: Path) -> None:
    """Write the schema and README of a config folder, the captions, the list of `aegan methods`, and the findings.

    Args:
        folder: the config folder; the other files are in its parent folder.
    """
    project = folder.parent
    write_docs(folder)
    known = {(entry.kind, entry.name): entry.cost for entry in read_listing()}
    write_listing(project / "src/aegan/cli" / LISTING.name, list_with_costs(measure_costs(known)))
    write_captions(project / "workflow" / "report")
    if (readme := project / "README.md").exists():
        write_finding(readme, read_results(find_report(project)))
    template = project / FINDINGS.with_suffix(".md.j2")
    if template.exists() and (report := project / "reports" / REPORTS[0]).is_dir():
        write_text(project / FINDINGS, render_findings(template, read_results(report)))


def find_report(project: Path) -> Path:
    """Find the report whose finding README.md opens with."""
    reports = [project / "reports" / name for name in REPORTS]
    return next((report for report in reports if report.is_dir()), reports[-1])


def read_results(report: Path) -> Results:
    """Read a committed report.

    Args:
        report: the folder of the report.

    Raises:
        InputError: a file is missing, or is not as aegan writes it.
    """
    page = read_page(report)
    tables = [read_table(find_table(report, name)) for name in TABLES]
    return Results(report.name, page.parse_config(), page.origin, *tables)
