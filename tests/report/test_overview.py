import dataclasses
from itertools import product

import pandas as pd

from aegan.figures.families import FAMILIES, NOT_EVIDENCE
from aegan.probes.verdicts import FRESH
from aegan.report.overview import Cell, tabulate_overview, tabulate_overviews


def overview_of(study):
    return tabulate_overview(study, FAMILIES["primary"], study.decisions, set(product(study.datasets, study.methods)))


def test_every_data_set_has_a_block_of_its_own(study):
    overview = overview_of(study)
    assert overview.headers == ["stable generators", "gradient decay", "FD-cls", "arithmetic"]
    assert [row.method for row in overview.blocks["digits"]] == list(study.methods)
    colours = study.decisions.assign(dataset="colours").query("method == 'ebgan'")
    both = pd.concat([study.decisions, colours], ignore_index=True)
    several = overview_of(dataclasses.replace(study, decisions=both, datasets=("digits", "colours")))
    assert several.headers == overview.headers
    assert list(several.blocks) == ["digits", "colours"]
    assert {cell.word for row in several.blocks["colours"][1:-1] for cell in row.cells} == {"–"}


def test_a_row_counts_stable_generators_and_names_decisions_and_its_baseline(study):
    mixed = study.decisions.assign(
        baseline=study.decisions["method"]
        .replace({"latent": "article"})
        .where(study.decisions["method"] == "latent", "gan")
    )
    rows = {row.method: row for row in overview_of(dataclasses.replace(study, decisions=mixed)).blocks["digits"]}
    verdicts = study.verdicts.query("network == 'generator' and method == 'article'")["verdict"]
    assert rows["article"].cells[0].word == f"{(verdicts == 'stable').sum()} of {len(verdicts)}"
    assert rows["article"].cells[1] == Cell("helps", "1.8 decades better", "helps", "pairs-0")
    assert {name: row.baseline for name, row in rows.items()} == {
        "gan": "", "article": "gan", "warm_start": "gan", "latent": "article", "ebgan": "gan",
    }  # fmt: skip
    assert {cell.word for cell in rows["gan"].cells[1:]} == {"baseline"}


def test_a_method_that_was_not_compared_has_dashes(study):
    few = dataclasses.replace(study, decisions=study.decisions.query("method != 'latent'"))
    (latent,) = (row for row in overview_of(few).blocks["digits"] if row.method == "latent")
    assert {cell.word for cell in latent.cells[1:]} == {"–"}


def test_a_generator_that_any_probe_calls_vanishing_is_not_counted_as_stable(study):
    fresh = study.verdicts[(study.verdicts["network"] == "generator") & (study.verdicts["method"] == "ebgan")]
    fresh = fresh.assign(network=FRESH, verdict="vanishing")
    assert set(study.verdicts.query("network == 'generator' and method == 'ebgan'")["verdict"]) == {"stable"}
    both = dataclasses.replace(study, verdicts=pd.concat([study.verdicts, fresh], ignore_index=True))
    (row,) = (row for row in overview_of(both).blocks["digits"] if row.method == "ebgan")
    assert (row.cells[0].word, row.cells[0].detail) == ("0 of 5", "5 vanishing")


def test_each_family_has_a_table_and_what_is_no_evidence_stands_apart_with_the_difference(study):
    latent = study.decisions["method"] == "latent"
    mixed = study.decisions.assign(differs=latent.map({True: "the discriminator sees codes", False: ""}))
    primary, secondary, unmatched = tabulate_overviews(dataclasses.replace(study, decisions=mixed))
    assert [table.family for table in (primary, secondary)] == [FAMILIES["primary"], FAMILIES["secondary"]]
    assert (primary.primary, secondary.primary, unmatched.primary) == (True, False, False)
    assert primary.headers == ["stable generators", "gradient decay"]
    assert secondary.headers == ["stable generators", "FD-cls", "arithmetic"]
    assert unmatched.family == FAMILIES[NOT_EVIDENCE]
    assert [(row.method, row.differs) for row in unmatched.blocks["digits"]] == [
        ("gan", ""),
        ("latent", "the discriminator sees codes"),
    ]
    assert "latent" not in {row.method for table in (primary, secondary) for row in table.blocks["digits"]}


def test_a_method_with_two_baselines_has_two_rows(study):
    twice = study.decisions.query("method == 'article'").assign(baseline="warm_start", decision="hurts")
    both = pd.concat([study.decisions, twice], ignore_index=True)
    rows = [
        row
        for row in overview_of(dataclasses.replace(study, decisions=both)).blocks["digits"]
        if row.method == "article"
    ]
    assert [(row.baseline, row.cells[1].word, row.cells[1].anchor) for row in rows] == [
        ("gan", "helps", "pairs-0"),
        ("warm_start", "hurts", "pairs-12"),
    ]


def test_without_comparisons_every_method_is_listed_and_nothing_links(study):
    (overview,) = tabulate_overviews(dataclasses.replace(study, decisions=study.decisions.iloc[:0]))
    assert [row.method for row in overview.blocks["digits"]] == list(study.methods)
    assert not overview.linked


def test_a_method_that_a_data_set_does_not_run_has_no_row_and_one_without_its_baseline_has_one(study):
    tables = {
        name: pd.concat([table, table.query("method == 'ebgan'").assign(dataset="colours")], ignore_index=True)
        for name, table in {"gradients": study.gradients, "verdicts": study.verdicts}.items()
    }
    overviews = tabulate_overviews(dataclasses.replace(study, datasets=("digits", "colours"), **tables))
    blocks = [(dataset, [row.method for row in rows]) for own in overviews for dataset, rows in own.blocks.items()]
    assert blocks[-1] == ("colours", ["ebgan"])
    assert {dataset for dataset, _ in blocks[:-1]} == {"digits"}
