"""Section on the verdicts on every network's gradients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aegan.analysis.study_schema import Study
from aegan.report.section_spec import SectionSpec
from aegan.report.sentences import format_decades
from aegan.report.tables import Columns, Table, format_integer, format_table
from aegan.tables import TRENDS

COLUMNS: Columns = {
    "dataset": ("data set", str),
    "method": ("method", str),
    "seed": ("seed", format_integer),
    "network": ("network", str),
    "verdict": ("verdict", str),
    "step": ("since step", format_integer),
    "layer": ("layer", str),
    "evidence": ("evidence", str),
}


#: verdicts that the page's table shows; of more, it shows the faults
MOST_VERDICTS = 400


def tabulate_verdicts(study: Study) -> Table:
    """Tabulate every verdict with its evidence; of many, those that are faults."""
    found, caption, note = study.verdicts, "Every verdict", ""
    if len(found) > MOST_VERDICTS:
        found, caption = found[~found["verdict"].isin(TRENDS)], "Every fault"
        note = f"The other {len(study.verdicts) - len(found):,} verdicts are no faults; verdicts.csv.gz has them, too."
    return format_table(caption, found, COLUMNS, context=["dataset"], note=note, screen_only=["evidence"])


def describe_verdict_criteria(_study: Study, config: Mapping[str, Any]) -> str:
    """Describe the criteria of verdicts, from the config's section `verdicts`."""
    return describe_criteria(config["verdicts"])


def describe_criteria(limits: Mapping[str, Any]) -> str:
    """Describe the criteria of verdicts, with their thresholds."""
    shrunk, grown, exploded, deep, fresh = (
        format_decades(limits[f"{key}_decades"])
        for key in ("shrinking", "growing", "exploding", "depth", "fresh_vanishing")
    )
    return (
        f"Over time, a network's gradient norm is shrinking if it ends at least {shrunk} below the start, growing at "
        f"least {grown} above, else stable; none of these is a fault. Start and end are the medians over the first "
        f"{limits['reference_window']:.0%} and the last {limits['window']:.0%} of the rounds. Vanishing: in at least "
        f"{limits['stalled_share']:.0%} of the rounds the norm has shrunk while the loss is hardly lower than at the "
        f"start and the discriminator tells fakes from data; or the first layer's norm ends far below the last "
        f"layer's, at least {deep} in networks of three to five layers, "
        f"{limits['vanishing_per_layer']:g} decades per "
        f"layer in deeper ones; or, before a fresh discriminator, a frozen generator's norm loses at least "
        f"{fresh} since its "
        f"peak. Exploding: at least {exploded} above the start, a discriminator's norm above "
        f"{limits['exploding_norm']:g}, the first layer's norm far above the last layer's "
        f"({limits['exploding_per_layer']:g} decades per layer), or a move of at least {limits['exploding_update']:g} "
        f"times the size of the network's weights. "
        f"Diverged: a loss or gradient was not finite. The other words name faults: a discriminator that sees no "
        f"difference (blind judge) or takes real data for fakes (swapped labels), a player none of whose weights moves "
        f"(frozen) or whose moves reach the other side (leak), a codebook of which one entry is used (codebook "
        f"collapse), and bad samples beside good reconstructions (prior hole)."
    )


SPEC = SectionSpec(
    "verdicts",
    "Gradient verdicts",
    "Each network of each run is judged: its gradients are stable, shrink, grow, vanish or explode, or it has a fault.",
    tabulate_verdicts,
    describe_verdict_criteria,
)
