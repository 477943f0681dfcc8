"""Checks that the docs, the catalogue, the report and training know an addition without another edit."""

from aegan.cli.catalogue_runs import list_catalogue_runs
from aegan.config.docs import render_readme, render_schema
from aegan.training.cohort import train


def check_listed(name, summary):
    """Check that config/README.md and config/schema.json document an entry of a registry."""
    assert f"- `{name}`: {summary}" in render_readme()
    assert f'"const": "{name}"' in render_schema()


def check_in_catalogue(kind, name):
    """Check that `aegan methods` lists an entry of an axis."""
    assert name in {run.name for run in list_catalogue_runs() if run.kind == kind}


def play(tiny, method, rounds=3, probes=None):
    """Train a method for some rounds and return its member, which did not diverge and whose players all moved."""
    member, observers = tiny.member_factory(method, probes)(0)
    before = tiny.weights(member.game)
    train(member, rounds, observers)
    assert member.step == rounds
    assert not member.divergence
    moved = {key.split("/")[0] for key, value in tiny.weights(member.game).items() if not value.equal(before[key])}
    assert {player.name for player in member.game.players} <= moved
    return member


def render_page(study):
    """Render the report of a study with stand-ins for the pictures."""
    from aegan.config.report import Report
    from aegan.config.verdicts import Verdicts
    from aegan.figures.registry import FIGURES
    from aegan.report.page import render_report

    config = {"study": {"title": "Does it help?"}, "methods": {}}
    config |= {"verdicts": Verdicts().to_params(), "report": Report().to_params()}
    return render_report(study, dict.fromkeys(FIGURES, "<svg></svg>"), {}, config, [])
