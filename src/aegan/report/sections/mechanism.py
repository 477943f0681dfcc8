"""Section on why the decided comparisons came out as they did, as far as the gradients tell."""

from __future__ import annotations

from aegan.analysis.study_schema import Study
from aegan.figures.families import NOT_EVIDENCE, name_families
from aegan.report.mechanism_sentences import explain_comparisons, list_explanations
from aegan.report.section_spec import SectionSpec
from aegan.report.sentences import format_effect, shorten_outcome
from aegan.report.tables import Table, format_table


def tabulate_explanations(study: Study) -> Table:
    """Tabulate the explanation of every decided comparison of equal networks, secondary ones included."""
    rows = study.decisions.assign(family=name_families(study.decisions))
    rows = rows[(rows["decision"] != "undecided") & rows["p"].notna() & (rows["family"] != NOT_EVIDENCE)]
    rows = rows.assign(why=explain_comparisons(rows, study.mechanism), outcome=rows["outcome"].map(shorten_outcome))
    columns = {"dataset": "data set", "method": "method", "outcome": "endpoint", "decision": "decision", "why": "why"}
    details = {
        "method": lambda row: f"against {row['baseline']}",
        "outcome": lambda row: str(row["about"]),
        "decision": lambda row: f"{format_effect(row['effect'], row['unit'])}, {row['family']}",
    }
    note = "The numbers behind the words are in mechanism.csv.gz."
    texts = {name: (header, str) for name, header in columns.items()}
    return format_table("Every decided comparison", rows, texts, details, ["dataset"], note)


SPEC = SectionSpec(
    "mechanism",
    "Why: where the gradients differ",
    "The generator's gradient is a product: the slope of the loss, times what the discriminator passes back, times "
    "what the generator makes of it. So a difference in gradient lies in one of them or in several. Beside it stand "
    "how fast a fresh discriminator learns, and how much of the gradient is the anchor's, which needs no "
    "discriminator. A part is named only if it is shown to differ. Where the endpoint is no gradient, what is named "
    "stands beside it and need not be the cause; the steps to a cross-entropy are the discriminator's speed itself.",
    tabulate_explanations,
    points=lambda study: list_explanations(study.decisions, study.mechanism),
)
