"""The report: one self-contained HTML page. It loads nothing, works offline, and is whole without its script."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from aegan.analysis.study_schema import Study
from aegan.errors import InputError
from aegan.figures.facts import facts
from aegan.figures.numbers import plural
from aegan.figures.registry import FIGURES
from aegan.report.answers import answers
from aegan.report.metric_caveats import unusable
from aegan.report.parts import asset, data_uri, environment, fingerprint
from aegan.report.published_results import results, tally
from aegan.report.sentences import (
    caveats,
    criteria,
    divergence,
    findings,
    health,
    thresholds,
    unanimous,
)
from aegan.report.tables import (
    Table,
    cost_table,
    decision_table,
    glance,
    provenance_table,
    quality_table,
    verdict_table,
)


class Section(NamedTuple):
    """A section of the report: its anchor, title, lead, figures of the catalogue, and the table folded below them."""

    anchor: str
    title: str
    lead: str
    figures: tuple[str, ...]
    table: Callable[[Study], Table] | None = None


SECTIONS = (
    Section(
        "verdicts",
        "Who stays healthy?",
        "Each run's networks are judged from their own gradients: healthy, vanishing, exploding or diverged.",
        ("verdict_matrix",),
        verdict_table,
    ),
    Section(
        "decisions",
        "Does it help?",
        "Each method against its baseline, seed by seed. Undecided means that these data cannot tell, either way. "
        "A gradient that falls because training settles counts as lost, too: read it beside the quality.",
        ("decision_forest",),
        decision_table,
    ),
    Section(
        "gradients",
        "Gradients, layer by layer",
        "Where the gradient goes: through the layers, into the weights, and what the discriminator has to do with it.",
        (
            "weather",
            "depth_profile",
            "gradient_layers",
            "update_ratio",
            "saturation",
            "dead_gradients",
            "rounding",
            "discriminator",
            "losses",
        ),
    ),
    Section(
        "laboratory",
        "A fresh discriminator, a frozen generator",
        "What a generator is told when its discriminator is as good as it gets. The generator is taken from training "
        "and frozen, and a new discriminator learns to tell its pictures from real ones.",
        ("probe_curves", "equal_accuracy", "decomposition"),
    ),
    Section(
        "dynamics",
        "Does the game turn?",
        "A game of several players need not settle where each of them is content: it may circle. What its Jacobian and "
        "the path of training say about that.",
        ("eigenvalues", "path_angle"),
    ),
    Section(
        "samples",
        "What the methods generate",
        "A healthy gradient is worth little if the pictures are not.",
        ("samples", "film", "interpolations", "neighbours"),
    ),
    Section(
        "autoencoders",
        "The autoencoders",
        "What each autoencoder keeps of a picture, how it arranges its codes, and its own gradients.",
        ("reconstructions", "worst_reconstructions", "autoencoder_quality", "latents", "autoencoder_gradients"),
    ),
    Section(
        "quality",
        "Quality, against the floor",
        "Measured in feature spaces none of which is an autoencoder under test. FD-cls is not FID.",
        ("quality", "performance_profiles"),
        quality_table,
    ),
    Section(
        "cost",
        "What it costs",
        "An autoencoder trained beforehand is charged to its method. The methods' networks differ in size, "
        "a known confound: read a difference between methods beside their parameters.",
        ("cost",),
        cost_table,
    ),
)


class Picture(NamedTuple):
    """A figure ready for the page."""

    name: str
    title: str
    caption: str
    alt: str
    source: str


def render(
    study: Study,
    figures: Mapping[str, str | bytes],
    provenance: Mapping[str, Any],
    config: Mapping[str, Any],
    commands: Sequence[str],
    drawings: Mapping[str, str | bytes] | None = None,
) -> str:
    """Write the report of a study.

    Args:
        study: what is shown.
        figures: every figure of the catalogue by name, as SVG text or PNG bytes.
        provenance: versions, hashes, devices; may be nested.
        config: the resolved configuration: `study.title` is the question, and `verdicts` and `report` hold the
            thresholds and levels.
        commands: the shell commands that make this report again.
        drawings: the figure of every published result in `study.reproductions` that has one.

    Returns:
        HTML: one file that loads nothing.

    Raises:
        InputError: `figures` lacks a figure of the catalogue or holds another.
    """
    if different := set(figures) ^ set(FIGURES):
        raise InputError("figures", f"missing or unknown: {sorted(different)}", "Draw exactly those of the catalogue.")
    titles, rows = glance(study)
    alpha = config["report"]["alpha"]
    script = asset("page.js")
    answer, *further = answers(study.decisions, alpha)
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            question=config["study"]["title"],
            study=study,
            size=[plural(len(study.methods), "method"), plural(study.gradients["seed"].nunique(), "seed")],
            answer=answer,
            further=further,
            alarm=divergence(study.verdicts),
            findings=unanimous(study.decisions) + findings(study.decisions) + health(study.verdicts),
            caveats=caveats(study.decisions, alpha),
            notes={
                "verdicts": thresholds(config["verdicts"]),
                "decisions": criteria(config["report"]),
                "quality": unusable(study.ladder),
            },
            glance_titles=titles,
            glance_rows=rows,
            pictures=_pictures(study, figures),
            sections=SECTIONS,
            reproductions=tally(study.reproductions),
            results=results(study.reproductions, {name: data_uri(drawn) for name, drawn in (drawings or {}).items()}),
            provenance=provenance_table(provenance),
            config=yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True),
            commands=commands,
            css=asset("page.css"),
            script=script,
            allowed=fingerprint(script),
        )
    )


def _pictures(study: Study, figures: Mapping[str, str | bytes]) -> dict[str, Picture]:
    numbers = facts(study)
    return {
        name: Picture(name, entry.title, entry.caption, entry.alt.format_map(numbers), data_uri(figures[name]))
        for name, entry in FIGURES.items()
    }
