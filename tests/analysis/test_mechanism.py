"""The mechanism names the one part that a difference was built into, and no other.

The games are real: a logistic discriminator is trained against a frozen generator, and the gradient that comes back is
decomposed by autograd. Each control changes one part of the game of its baseline.
"""

import numpy as np
import pandas as pd
import pytest
import torch
from tests.analysis.members import tables_of
from torch.nn.functional import softplus

from aegan.analysis.matched_decay import read_cure
from aegan.analysis.mechanism import GRADIENT_PARTS, judge_parts, tabulate_mechanism
from aegan.analysis.study_schema import DIAGNOSIS, HISTORY, MECHANISM, PROBE, QUALITY
from aegan.probes.decomposition import decompose_gradient
from aegan.statistics.contributions import Contributions
from aegan.statistics.pairs import Pairs

SETTINGS = {"alpha": 0.05, "confidence": 0.95, "resamples": 200, "gradient_margin": 0.25}
SEEDS = range(8)
LOOKS = np.unique(np.geomspace(1, 601, 12).astype(int)) - 1
DENSE = np.unique([*LOOKS, *np.unique(np.geomspace(1, 601, 50).astype(int)) - 1])
NOTHING = pd.DataFrame(columns=HISTORY)


def play(method, seed, *, rate=1.0, loss=1.0, passed=1.0, layer=1.0, scale=1.0, temperature=1.0):
    """The probe of one frozen generator x = scale · layer · tanh(z U) V against a fresh logistic discriminator.

    Args:
        method: its name.
        seed: of data, generator and first weights, which pairs share.
        rate: learning rate of the discriminator.
        loss: factor of the generator's loss.
        passed: factor of the gradient that the discriminator passes back, with the same logits.
        layer: factor behind the generator's last layer, whose weights are smaller by it: the fakes are the same.
        scale: factor of the data and of the fakes, which the discriminator undoes.
        temperature: factor of the discriminator's logits after training.
    """
    rng = np.random.default_rng(seed)
    codes, first, last = rng.normal(size=(128, 3)), rng.normal(size=(3, 8)), 0.3 * rng.normal(size=(8, 4))
    real, fake = rng.normal(size=(128, 4)) + 1.5, np.tanh(codes @ first) @ last
    data, labels = np.concatenate([real, fake]), np.repeat([1.0, 0.0], 128)
    weights, bias, rows = np.zeros(4), 0.0, []
    weights += 0.01
    for step in range(LOOKS[-1] + 1):
        logits = data @ weights + bias
        if step in DENSE:
            signed = temperature * np.where(labels == 1, -logits, logits)
            rows.append((step, "discriminator", "held_out_cross_entropy", 2 * np.logaddexp(0, signed).mean()))
        if step in LOOKS:
            parts = decompose(
                codes, first, last / layer, temperature * weights, bias * temperature, loss, passed, layer, scale
            )
            rows += [(step, "generator", f"minimax_{name}", value) for name, value in parts.items()]
        residual = 1 / (1 + np.exp(-logits)) - labels
        weights, bias = weights - rate * residual @ data / len(data), bias - rate * residual.mean()
    head = ["digits", method, seed, 100, "training"]
    return pd.DataFrame(
        [(*head, step, network, "(all)", name, value) for step, network, name, value in rows], columns=PROBE
    )


def decompose(codes, first, last, weights, bias, loss, passed, layer, scale):
    parameters = [torch.tensor(own, requires_grad=True) for own in (first, last)]
    fake = scale * layer * torch.tanh(torch.tensor(codes) @ parameters[0]) @ parameters[1]

    def discriminator(data):
        steeper = data.detach() + passed * (data - data.detach())  # the same value, and a gradient of its own
        return steeper @ torch.tensor(weights / scale) + bias

    parts = decompose_gradient(lambda logits: -loss * softplus(logits).mean(), discriminator, fake, parameters)
    return {
        "slope": parts.slope.item(),
        "field": parts.field.item(),
        "gain": parts.gain.item(),
        "gradient_norm": parts.norm.item(),
    }


def tabulate(probe, gradients=NOTHING, seeds=SEEDS):
    tables = tables_of(gradients, pd.DataFrame(columns=QUALITY), pd.DataFrame(columns=DIAGNOSIS), probe)
    pairs = Pairs("digits", "role", "gan", "cure", pd.DataFrame(index=list(seeds), columns=["value", "baseline_value"]))
    return tabulate_mechanism([pairs, pairs._replace(outcome="fd")], tables, SETTINGS), tables


@pytest.fixture(scope="module")
def baseline():
    return pd.concat([play("gan", seed) for seed in SEEDS])


def bearing(table):
    rows = table[table["bearing"] != "open"]
    return {(row.reading, row.part): row.bearing for row in rows.itertuples()}


CONTROLS = {
    "the same game": ({}, {}),
    "the loss": ({"loss": 0.2}, {("level", "slope"), ("level", "total")}),
    "the discriminator's gradient": ({"passed": 5.0}, {("level", "field"), ("level", "total")}),
    "the generator's last layer": ({"layer": 20.0}, {("level", "gain"), ("level", "total")}),
    "the learning rate": ({"rate": 0.2}, {("speed", "speed")}),
    "the scale of the data, which cancels": ({"scale": 10.0}, {}),
}


@pytest.mark.parametrize(("change", "named"), CONTROLS.values(), ids=CONTROLS.keys())
def test_the_part_that_a_difference_was_built_into_is_named_and_no_other(baseline, change, named):
    found, _ = tabulate(pd.concat([baseline, *(play("role", seed, **change) for seed in SEEDS)]))
    assert bearing(found) == dict.fromkeys(named, "carries")
    size = {"loss": 0.2, "passed": 5.0, "rate": 5.0}
    for row in found[found["bearing"] != "open"].itertuples():
        for name in size.keys() & change.keys():
            assert row.effect == pytest.approx(np.log10(size[name]), abs=0.03)


def test_scaled_logits_change_slope_and_field_and_never_the_gain(baseline):
    found, _ = tabulate(pd.concat([baseline, *(play("role", seed, temperature=6.0) for seed in SEEDS)]))
    level = found[found["reading"] == "level"].set_index("part")
    assert level["effect"].abs()[["slope", "field"]].min() > 3 * abs(level["effect"]["gain"])
    assert level["bearing"]["gain"] == "open"


def test_contributions_add_up_to_the_effect_that_the_endpoint_has(baseline):
    """A loss that fades faster: the parts add up to the effect on the cure, which is the slope's."""
    fade = baseline["step"].map(lambda step: max(1.0, step / 2))
    slopes, gains = (
        baseline["quantity"].isin([f"minimax_{name}", "minimax_gradient_norm"]) for name in ("slope", "gain")
    )
    noise = baseline["seed"].map(dict(enumerate(np.random.default_rng(0).normal(size=len(SEEDS)))))
    plain = baseline.assign(value=baseline["value"] * (fade**-0.8).where(slopes, 1))
    role = plain.assign(method="role", value=plain["value"] * (fade**-0.3).where(slopes, 1))
    role["value"] *= (fade ** (0.01 * noise)).where(gains, 1)
    found, tables = tabulate(pd.concat([plain, role]))
    lost = found[found["reading"] == "lost"].set_index("part")
    assert list(lost.index) == [*GRADIENT_PARTS, "total"]
    assert lost["effect"][list(GRADIENT_PARTS)].sum() == pytest.approx(lost["effect"]["total"])
    cure = read_cure(tables, "role", "gan")
    change = np.sort(cure["baseline"] - cure["method"])
    assert lost["effect"]["total"] == pytest.approx(change[2:6].mean())
    assert {key for key in bearing(found) if key[0] == "lost"} == {("lost", "slope"), ("lost", "total")}
    assert lost["effect"]["slope"] == pytest.approx(-0.3 * np.log10(300), abs=0.01)
    assert abs(lost["effect"]["rest"]) < 1e-6


def test_pairs_without_factors_are_left_out_and_counted(baseline):
    role = baseline.assign(method="role")
    dead = role["quantity"].isin(["minimax_slope", "minimax_gradient_norm"]) & (role["seed"] == 3) & (role["step"] > 9)
    lame = role["seed"] == 5
    fallen = pd.DataFrame([("digits", "role", 5, 5, "generator", "(all)", "diverged", np.nan)], columns=HISTORY)
    found, _ = tabulate(pd.concat([baseline, role.assign(value=role["value"].mask(dead, 0.0))[~lame]]), fallen)
    level = found[found["reading"] == "level"]
    assert set(level["n"]) == {6}
    assert set(level["left_out"]) == {2}
    assert set(found[found["reading"] == "speed"]["left_out"]) == {1}  # a gradient of zero has a speed


def test_a_pair_whose_discriminators_stay_near_guessing_has_lost_nothing_to_explain(baseline):
    early = baseline["step"] == 0
    for shallow in (early, early & (baseline["seed"] == 0)):
        pair = baseline[~(baseline["seed"].isin(baseline.loc[shallow, "seed"]) & ~shallow)]
        found, _ = tabulate(pd.concat([pair, pair.assign(method="role")]))
        lost = found[found["reading"] == "lost"]
        told = len(SEEDS) - baseline.loc[shallow, "seed"].nunique()
        assert set(lost["n"]) == ({told} if told else set())
        assert set(lost["left_out"]) == ({len(SEEDS) - told} if told else set())


def history(method, share=None, slope=1.0, field=1.0):
    steps, tables = range(0, 101, 10), []
    for seed in SEEDS:
        level = 1 + 0.1 * np.random.default_rng(seed).random()
        values = {"slope": slope * level, "field": field * level, "gain": 2.0}
        values["gradient_norm"] = np.prod(list(values.values())) * (1 if share is None else 1 / (1 - share))
        layers = dict.fromkeys(values, "(all)") | {"anchor_share": "last"}
        values |= {} if share is None else {"anchor_share": share}
        tables += [
            pd.DataFrame(
                [("digits", method, seed, step, "generator", layers[name], name, value) for step in steps],
                columns=HISTORY,
            )
            for name, value in values.items()
        ]
    return pd.concat(tables)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"slope": 0.1}, {("training_level", "slope"), ("training_level", "total")}),
        ({"field": 10.0}, {("training_level", "field"), ("training_level", "total")}),
        ({"slope": 0.1, "field": 10.0}, set()),  # they cancel
        ({"share": 0.03}, set()),  # an inert anchor
        ({"share": 0.8}, {("anchor", "anchor"), ("training_level", "rest"), ("training_level", "total")}),
    ],
)
def test_the_end_of_training_is_read_with_the_share_of_the_anchor(change, named):
    found, _ = tabulate(pd.DataFrame(columns=PROBE), pd.concat([history("gan"), history("role", **change)]))
    assert set(bearing(found)) == named
    assert ("share" in change) == ("anchor" in set(found["reading"]))
    if "share" in change:
        assert found.set_index("reading")["effect"]["anchor"] == pytest.approx(change["share"])


def test_a_study_without_any_has_an_empty_table():
    found, _ = tabulate(pd.DataFrame(columns=PROBE))
    assert list(found.columns) == MECHANISM
    assert found.empty


def judge(effect, low, high, p=0.001, name="level"):
    own = (np.array(values, float) for values in (effect, low, high, np.full(len(effect), p), np.full(len(effect), p)))
    return judge_parts(name, Contributions(*own), SETTINGS)


def test_a_part_is_named_only_if_it_is_shown_large_and_the_whole_matters():
    one = judge([-0.4, -0.1, -0.5], [-0.5, -0.2, -0.6], [-0.3, -0.01, -0.4])
    assert one == ["carries", "open", "carries"]  # the second is shown, and small
    assert judge([-0.4, -0.1, -0.5], [-0.9, -0.2, -0.6], [0.1, 0.1, -0.4]) == ["open", "open", "carries"]
    assert judge([-0.8, 0.3, -0.5], [-0.9, 0.2, -0.6], [-0.7, 0.4, -0.4]) == ["carries", "opposes", "carries"]
    assert judge([-0.4, -0.1, -0.5], [-0.5, -0.2, -0.6], [-0.3, -0.01, -0.4], p=0.06) == ["open"] * 3
    assert judge([0.08, 0.02, 0.1], [0.07, 0.01, 0.09], [0.09, 0.03, 0.11]) == ["open"] * 3  # within the margin
    assert judge([-0.4, -0.1, -0.5], [-0.5, -0.2, -0.6], [-0.3, -0.01, 0.1]) == ["open"] * 3  # no difference is shown
