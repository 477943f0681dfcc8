"""Curves of layers: a panel per layer, a line per method."""

from aegan.figures.layer_curves import draw_layer_curves, make_layer_spec, make_panels, split_networks


def test_layer_curves_have_a_panel_per_layer_and_a_line_per_method(study):
    figure = draw_layer_curves(study.gradients, study.methods, {"gradient_norm": ("gradient norm", "log")})
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "whole network",
        "linear1",
        "linear2",
        "linear3",
        "output",
        "whole network",
        "linear1",
        "linear2",
        "output",
    ]
    assert all(len([line for line in axes.lines if line.get_linestyle() != "None"]) == 5 for axes in figure.axes)
    assert {axes.get_yscale() for axes in figure.axes} == {"log"}
    assert len({axes.get_ylim() for axes in figure.axes[:5]}) == 1


def test_layers_stand_in_the_order_of_the_deepest_method(study):
    rows = study.gradients.query("network == 'generator' and quantity == 'gradient_norm'")
    shallow = rows["method"].eq("gan") & rows["layer"].isin(["linear2", "linear3"])
    figure = draw_layer_curves(rows[~shallow], study.methods, {"gradient_norm": ("gradient norm", "log")})
    assert [axes.get_title(loc="left") for axes in figure.axes[1:]] == ["linear1", "linear2", "linear3", "output"]


def test_a_spec_of_layers_draws_and_describes_its_quantity(small, titles):
    spec = make_layer_spec({"update_ratio": ("ratio", "log")}, "Ratios", "How far.", "Ratio of every layer")
    assert titles(spec.draw_study(small)) == ["output", "output"]
    assert spec.describe_study(small) == "Ratio of every layer against the step, 2 methods, 1 data set and 2 seeds."
    assert spec.caption.startswith("How far. Line: the median seed")


def test_networks_and_panels_come_in_order_and_without_empty_ones(small):
    losses = small.gradients.query("quantity == 'loss'")
    assert [network for _, network, _ in split_networks(losses)] == ["generator", "discriminator"]
    panels = make_panels(losses, "method", {"absent": ("x", "log"), "latent": ("y", "linear")})
    assert [(panel.title, panel.scale, set(panel.frame["method"])) for panel in panels] == [("y", "linear", {"latent"})]
