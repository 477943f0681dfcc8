from tests.contributed.checks import play

from aegan.config.docs import render_readme, render_schema
from aegan.config.sections import Probes


def test_config_and_docs_know_the_probe():
    assert "diversity" in Probes().quantities
    assert "`diversity`" in render_readme()
    assert '"diversity"' in render_schema()


def test_its_readings_are_in_the_history_unless_the_config_leaves_it_out(tiny):
    member = play(tiny, tiny.method())
    table = member.history.to_frame()
    rows = table[table["quantity"] == "gradient_diversity"]
    assert set(rows["network"]) == {"generator", "discriminator"}
    assert (rows["value"] >= 1 / tiny.PROBES["batches"] - 1e-9).all()
    without = play(tiny, tiny.method(), probes=tiny.PROBES | {"quantities": ["gradient"]})
    assert set(without.history.to_frame()["quantity"]) == {"gradient_norm", "zero_fraction", "nonfinite_fraction"}
    assert tiny.identical(tiny.weights(member.game), tiny.weights(without.game))
