import dataclasses

import pandas as pd
import pytest

from aegan.probes.verdicts import FRESH
from aegan.report.overview import Cell, format_effect, tabulate_overview


@pytest.mark.parametrize(
    ("effect", "unit", "words"),
    [
        (1.0876, "decades", "1.09 decades better"),
        (-0.144, "fraction", "0.144 worse"),
        (0.0, "decades", "no difference"),
        (float("-inf"), "decades", "∞ decades worse"),
        (float("nan"), "decades", "no shared seed"),
    ],
)
def test_an_effect_needs_no_sign(effect, unit, words):
    assert format_effect(effect, unit) == words


def test_every_data_set_has_a_block_of_its_own(study):
    overview = tabulate_overview(study)
    assert overview.headers == ["stable generators", "gradient decay", "FD-cls", "arithmetic"]
    assert [row.method for row in overview.blocks["digits"]] == list(study.methods)
    several = tabulate_overview(dataclasses.replace(study, datasets=("digits", "colours")))
    assert several.headers == overview.headers
    assert list(several.blocks) == ["digits", "colours"]
    assert {cell.word for row in several.blocks["colours"][1:] for cell in row.cells} == {"–"}


def test_a_row_counts_stable_generators_and_names_decisions_and_its_baseline(study):
    mixed = study.decisions.assign(
        baseline=study.decisions["method"]
        .replace({"latent": "article"})
        .where(study.decisions["method"] == "latent", "gan")
    )
    rows = {row.method: row for row in tabulate_overview(dataclasses.replace(study, decisions=mixed)).blocks["digits"]}
    verdicts = study.verdicts.query("network == 'generator' and method == 'article'")["verdict"]
    assert rows["article"].cells[0].word == f"{(verdicts == 'stable').sum()} of {len(verdicts)}"
    assert rows["article"].cells[1] == Cell("helps", "1.8 decades better", "helps")
    assert {name: row.baseline for name, row in rows.items()} == {
        "gan": "", "article": "gan", "warm_start": "gan", "latent": "article", "ebgan": "gan",
    }  # fmt: skip
    assert {cell.word for cell in rows["gan"].cells[1:]} == {"baseline"}


def test_a_method_that_was_not_compared_has_dashes(study):
    few = dataclasses.replace(study, decisions=study.decisions.query("method != 'latent'"))
    (latent,) = (row for row in tabulate_overview(few).blocks["digits"] if row.method == "latent")
    assert {cell.word for cell in latent.cells[1:]} == {"–"}


def test_a_generator_that_any_probe_calls_vanishing_is_not_counted_as_stable(study):
    fresh = study.verdicts[(study.verdicts["network"] == "generator") & (study.verdicts["method"] == "ebgan")]
    fresh = fresh.assign(network=FRESH, verdict="vanishing")
    assert set(study.verdicts.query("network == 'generator' and method == 'ebgan'")["verdict"]) == {"stable"}
    both = dataclasses.replace(study, verdicts=pd.concat([study.verdicts, fresh], ignore_index=True))
    (row,) = (row for row in tabulate_overview(both).blocks["digits"] if row.method == "ebgan")
    assert (row.cells[0].word, row.cells[0].detail) == ("0 of 5", "5 vanishing")
