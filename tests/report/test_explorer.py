import base64
import dataclasses
import gzip
import json

import numpy as np
import pandas as pd

from aegan.analysis.study_schema import HISTORY, PROBE
from aegan.figures.style import assign_looks
from aegan.report.explorer import Curves, collect_curves, describe_runs, pack_explorer


def make_study(study, history=(), probe=()):
    return dataclasses.replace(
        study,
        datasets=("digits",),
        gradients=pd.DataFrame(history, columns=HISTORY),
        probe=pd.DataFrame(probe, columns=PROBE),
    )


def test_curves_have_every_seed_at_every_step_and_nothing_that_an_axis_cannot_show(study):
    def row(method, seed, step, value, layer="(all)", quantity="gradient_norm"):
        return ("digits", method, seed, step, "generator", layer, quantity, value)

    history = [
        row("gan", 3, 0, 0.123456),
        row("gan", 3, 10, 0.0),
        row("latent", 3, 10, np.inf),
        row("latent", 3, 20, 2.0),
        row("gan", 3, 0, 7.0, layer="dense1"),
        row("gan", 3, 0, -1.5, quantity="loss"),
        row("gan", 3, 0, 1.0, quantity="zero_fraction"),
    ]
    norms, loss = collect_curves(make_study(study, history))
    runs = {"gan": {"3": [0.1235, None, None]}, "latent": {"3": [None, None, 2.0]}}
    assert norms == Curves("digits", "gradient norm of generator", True, False, [0, 10, 20], runs)
    assert loss == Curves("digits", "loss of generator", False, False, [0], {"gan": {"3": [-1.5]}})


def test_of_the_frozen_generator_probe_the_last_stage_is_shown_and_only_the_fakes_of_training(study):
    def row(stage, fakes, value):
        return ("digits", "gan", 0, stage, fakes, 1, "generator", "(all)", "minimax_gradient_norm", value)

    probe = [row(10, "training", 1.0), row(20, "training", 2.0), row(20, "samples", 3.0)]
    (curves,) = collect_curves(make_study(study, probe=probe))
    assert curves.label == "minimax gradient norm before a fresh discriminator"
    assert (curves.log, curves.log_steps, curves.runs) == (True, True, {"gan": {"0": [2.0]}})


def test_runs_are_described_by_their_verdicts_and_quality(study):
    facts = describe_runs(study)["digits"]["latent"]["0"]
    verdicts = study.verdicts.query("method == 'latent' and seed == 0")
    assert {f"verdict on {row.network}": row.verdict for row in verdicts.itertuples()}.items() <= facts.items()
    assert "FD-cls, space classifier" in facts
    assert set(describe_runs(study)["digits"]) == set(study.methods)


def test_the_packed_data_are_small_the_same_again_and_have_the_figures_colours(study):
    packed = pack_explorer(study)
    assert packed == pack_explorer(study)
    assert len(packed) < 300_000
    content = json.loads(gzip.decompress(base64.b64decode(packed)))
    looks = assign_looks(study.methods)
    assert content["looks"]["latent"] == [looks["latent"].colour, []]
    assert [Curves(**own) for own in content["curves"]] == list(collect_curves(study))
    assert pack_explorer(make_study(study)) == ""
