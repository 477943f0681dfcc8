import pandas as pd
from tests.analysis.members import METRICS, gradients_of_two, outcomes_of, quality

from aegan.analysis.decision_table import tabulate_decisions
from aegan.config.docs import render_readme
from aegan.config.report import Report
from aegan.figures.study.decision_table import draw
from aegan.figures.style import to_svg
from aegan.statistics.families import Plan
from aegan.statistics.pairs import pair_members


def test_config_and_docs_know_the_endpoint():
    assert "precision" in Report().outcomes
    assert "`precision`" in render_readme()


def decide():
    """The decisions of a study in which another method has a higher precision, by exactly 0.3 in every seed."""
    gradients, _ = gradients_of_two()
    members = gradients[["dataset", "method", "seed"]].drop_duplicates()
    measured = pd.concat([quality(own.method, own.seed, 10.0, metrics=METRICS) for own in members.itertuples()])
    found = measured["method"].map({"gan": 0.2, "helped": 0.5}) + measured["seed"] / 1000
    measured = measured.assign(value=measured["value"].where(measured["metric"] != "precision", found))
    settings = Report(outcomes=["fd", "precision"], resamples=200).to_params()
    network = {"name": "dense"}
    method = {"loss": {"name": "minimax"}, "generator": network, "discriminator": network}
    methods = {name: method | {"role": {"name": role}} for name, role in (("gan", "none"), ("helped", "latent"))}
    cost = members.assign(phase="gan", seconds=1.0, flops=10, parameters=5)
    pairs = pair_members(outcomes_of(gradients, measured), [("helped", "gan")], settings["outcomes"])
    return tabulate_decisions(pairs, cost, methods, {}, Plan(), settings)


def test_it_is_decided_and_shown():
    decisions = decide()
    (row,) = decisions[decisions["outcome"] == "precision"].to_dict("records")
    assert (row["decision"], row["about"], row["unit"]) == ("helps", "quality", "fraction")
    assert abs(row["effect"] - 0.3) < 1e-9
    assert "precision" in to_svg(draw(decisions, ["gan", "helped"]))
