import dataclasses

import pytest

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


def test_headers_name_the_data_set_only_where_there_are_several(study):
    assert tabulate_overview(study).headers == ["healthy generators", "gradient decay", "FD-cls", "arithmetic"]
    several = dataclasses.replace(study, datasets=("digits", "colours"))
    assert tabulate_overview(several).headers[1] == "gradient decay · digits"


def test_a_row_counts_healthy_generators_and_names_decisions(study):
    rows = dict(tabulate_overview(study).rows)
    assert list(rows) == list(study.methods)
    verdicts = study.verdicts.query("network == 'generator' and method == 'article'")["verdict"]
    assert rows["article"][0].word == f"{(verdicts == 'healthy').sum()} of {len(verdicts)}"
    assert rows["article"][1] == Cell("helps", "1.8 decades better", "helps")
    assert {cell.word for cell in rows["gan"][1:]} == {"baseline"}


def test_a_method_that_was_not_compared_has_dashes(study):
    few = dataclasses.replace(study, decisions=study.decisions.query("method != 'latent'"))
    assert {cell.word for cell in dict(tabulate_overview(few).rows)["latent"][1:]} == {"–"}
