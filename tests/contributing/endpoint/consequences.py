import pandas as pd
from tests.analysis.members import METRICS, gradients_of_two, outcomes_of, quality

from aegan.analysis.decision_table import tabulate_decisions
from aegan.config.docs import render_readme
from aegan.config.sections import Report
from aegan.figures.study.decision_table import draw
from aegan.figures.style import to_svg


def test_config_and_docs_know_the_endpoint():
    assert "recall" in Report().outcomes
    assert "`recall`" in render_readme()


def decide():
    """The decisions of a study in which another method recalls more, by exactly 0.3 in every seed."""
    gradients, _ = gradients_of_two()
    members = gradients[["dataset", "method", "seed"]].drop_duplicates()
    measured = pd.concat([quality(own.method, own.seed, 10.0, metrics=METRICS) for own in members.itertuples()])
    found = measured["method"].map({"gan": 0.2, "helped": 0.5}) + measured["seed"] / 1000
    measured = measured.assign(value=measured["value"].where(measured["metric"] != "recall", found))
    settings = Report(outcomes=["coverage", "recall"], resamples=200).to_params()
    network = {"name": "dense"}
    method = {"loss": {"name": "minimax"}, "generator": network, "discriminator": network}
    methods = {name: method | {"role": {"name": role}} for name, role in (("gan", "none"), ("helped", "latent"))}
    cost = members.assign(phase="gan", seconds=1.0, flops=10)
    return tabulate_decisions(outcomes_of(gradients, measured), cost, methods, {"helped": "gan"}, settings)


def test_it_is_decided_and_shown():
    decisions = decide()
    (row,) = decisions[decisions["outcome"] == "recall"].to_dict("records")
    assert (row["decision"], row["about"], row["unit"]) == ("helps", "coverage", "fraction")
    assert abs(row["effect"] - 0.3) < 1e-9
    assert "recall" in to_svg(draw(decisions, ["gan", "helped"]))
