import dataclasses
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from aegan.config.verdicts import Verdicts
from aegan.errors import InputError
from aegan.figures.registry import FIGURES
from aegan.figures.style import to_png
from aegan.report.page import render_report
from aegan.report.section_registry import SECTIONS

VOID = {"meta", "img", "br", "hr", "link", "input"}


class Page(HTMLParser):
    """Checks that tags nest, and collects what the tests ask about."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.sources, self.alts, self.tags, self.text = [], [], [], [], [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append(tag)
        self.open += [] if tag in VOID else [tag]
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.links += [attributes["href"]] if "href" in attributes else []
        if tag == "img":
            self.sources.append(attributes["src"])
            self.alts.append(attributes["alt"])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_page_is_well_formed_and_whole(html):
    page = Page(html)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert {section.anchor for section in SECTIONS} | {"answer", "provenance", "reproduce"} <= set(page.ids)
    assert {link.removeprefix("#") for link in page.links if link.startswith("#")} <= set(page.ids)
    assert page.tags.count("h1") == 1
    assert len(page.sources) == len(FIGURES)
    assert all(page.alts)


def test_every_figure_is_in_its_section(html):
    head, *sections = html.split('<section id="')
    placed = {section.partition('"')[0]: re.findall(r'<figure id="figure-(\w+)"', section) for section in sections}
    placed["answer"] = re.findall(r'<figure id="figure-(\w+)"', head)
    assert placed["answer"][:2] == ["decision_table", "gradient_overview"]
    for anchor in ("answer", *(section.anchor for section in SECTIONS)):
        assert placed[anchor] == [name for name, spec in FIGURES.items() if spec.section == anchor]
    assert sorted(name for names in placed.values() for name in names) == sorted(FIGURES)


def test_page_loads_nothing(html):
    page = Page(html)
    assert all(source.startswith("data:image/") for source in page.sources)
    downloads = [link for link in page.links if not link.startswith("#")]
    assert [link for link in downloads if not link.startswith("data:application/gzip;base64,")] == ["gradients.parquet"]
    assert re.findall('download="(.*?)"', html) == ["decisions.csv.gz", "verdicts.csv.gz"]
    assert len(downloads) == 3
    assert not re.search(r"https?://", html)
    assert not re.search(r"url\(|@import", html)
    assert {"link", "iframe", "object"}.isdisjoint(page.tags)
    assert page.tags.count("script") == 1
    assert "<script>" in html  # inline: without a source


def test_the_explorer_is_hidden_from_who_has_no_script(html):
    assert re.search('<div id="explorer" class="screen" hidden data-packed="[A-Za-z0-9+/=]+">', html)
    assert "Copyright (c) 2022 Leon Sorokin" in html
    assert "uPlot=function" in html


def test_page_says_what_the_study_found(html):
    text = Page(html).text
    assert "Does it cure <them>?" in text
    assert "Too few seeds to decide: with 5 paired seeds, none of 4 primary comparisons can reach" in text
    assert "Help shown in part: with 5 paired seeds on digits, an autoencoder helps in 2 of 4 primary" in text
    assert "1 of 25 runs diverged: 1 of latent on digits" in text
    assert f"Exploding: at least {Verdicts().exploding_decades:g} decades above the start" in text
    assert "Intervals are 95% bootstrap intervals" in text
    assert "versions.torch" in text
    assert "Trained on 2026-11-28 at commit 4f2c9d1e3a." in text
    assert '<p class="origin">It was frozen.</p>' in html
    assert "make report" in text
    assert "name: reconstruction" in text
    assert "FD-cls" in text


def test_page_of_a_full_study_stays_small(html, figures):
    assert len(html) < 6_000_000
    assert not {name: len(svg) for name, svg in figures.items() if len(svg) > 200_000}


def test_names_are_escaped(study, figures, config):
    evil = "<script>alert(1)</script>"
    tables = {
        key: getattr(study, key).replace({"gan": evil, "digits": evil})
        for key in ("gradients", "verdicts", "quality", "cost", "decisions", "probe", "dynamics")
    }
    named = dataclasses.replace(study, name=evil, methods=(evil, *study.methods[1:]), datasets=(evil,), **tables)
    methods = {name: {"role": {"name": "none"}} for name in named.methods}
    html = render_report(named, figures, {evil: evil}, {**config, "methods": methods}, [evil])
    assert html.count("<script") == 1  # the page's own
    assert Page(html).text.count(evil) > 20


def test_an_empty_study_and_png_figures_can_be_reported(study, config):
    shown = {field.name: getattr(study, field.name) for field in dataclasses.fields(study)}
    empty = {key: value.iloc[:0] for key, value in shown.items() if isinstance(value, pd.DataFrame)}
    bare = dataclasses.replace(
        study, **empty, samples={}, originals={}, reconstructions={}, worst_reconstructions={}, qualitative_samples={}
    )
    images = {name: to_png(FIGURES[name].draw_study(bare)) for name in FIGURES}
    html = render_report(bare, images, {"freeze": {"state": "changed", "sentence": "It changed."}}, config, [])
    assert "No answer" in html
    assert '<p class="warning">It changed.</p>' in html
    assert Page(html).sources[0].startswith("data:image/png;base64,")


def test_of_many_methods_the_page_shows_those_that_the_finding_rests_on(study, figures, config, monkeypatch):
    monkeypatch.setattr("aegan.analysis.study_focus.MOST_METHODS", 4)
    primary = study.decisions["method"] == "article"
    mixed = dataclasses.replace(
        study, decisions=study.decisions.assign(family=primary.map({True: "primary", False: "secondary"}))
    )
    page = Page(html := render_report(mixed, figures, {}, config, []))
    assert "samples, effects and pairs also those of replications, 2 of 5 methods on digits." in page.text
    assert "Shown: 2 of 5 methods on digits." in page.text
    shown = {row.Index for row in mixed.decisions.itertuples() if row.method == "article"}
    assert {link for link in page.links if link.startswith("#pairs-")} == {f"#pairs-{place}" for place in shown}
    assert {f"pairs-{place}" for place in shown} < set(page.ids)
    assert "Every comparison (3 rows)" in page.text
    assert "Shown: 2 of 5 methods on digits; decisions.csv has all." in page.text
    assert html.count('class="word hurts">hurts') >= 1  # of another method, in the decision table
    (verdicts,) = (alt for alt in page.alts if alt.startswith("Seeds per verdict"))
    assert "latent" not in verdicts


def test_figures_must_be_those_of_the_catalogue(study, figures, config):
    with pytest.raises(InputError, match="samples"):
        render_report(study, {name: svg for name, svg in figures.items() if name != "samples"}, {}, config, [])


def test_figures_without_content_are_left_out_and_named_with_the_reason(study, figures, config):
    left_out = {"rounding": "every method was trained in float32", "gradient_overview": "nothing was recorded"}
    html = render_report(study, figures, {}, config, [], left_out=left_out)
    page = Page(html)
    assert len(page.sources) == len(FIGURES) - 2
    assert not {f"figure-{name}" for name in left_out} & set(page.ids)
    for name, reason in left_out.items():
        assert f"Left out, because there is nothing to show: {FIGURES[name].title} ({reason})." in page.text
    assert page.text.count("Left out") == 2


def test_the_page_opens_with_the_finding_and_every_decision_links_to_its_pairs_and_curves(html, study):
    head, _, rest = html.partition('<p class="answer">')
    assert "<table" not in head
    assert rest.startswith("Help shown in part: ")
    page = Page(html)
    for row in study.decisions.itertuples():
        assert re.search(rf'<a class="word {row.decision}" href="#pairs-{row.Index}"', html)
        block = html.partition(f'<div class="pairs" id="pairs-{row.Index}"')[2].partition("</div>")[0]
        assert block.count("<tr><td>") == (0 if pd.isna(row.p) else 5)
        assert block.count("<svg") == (not pd.isna(row.p))
        assert 'href="#figure-' in block
    assert page.text.count("Pairs behind every decision") == 2


def test_what_is_no_part_of_the_finding_says_so_beside_every_table(study, config):
    unequal = study.decisions.assign(differs=["D sees codes"] * 3 + [""] * 9)
    html = render_report(
        dataclasses.replace(study, decisions=unequal), dict.fromkeys(FIGURES, "<svg/>"), {}, config, []
    )
    text = Page(html).text
    assert "Exploratory: leads for a further study, and no part of the finding." in text
    assert text.count("not evidence about the role: D sees codes") == 1 + 3  # of the method, and of its rows
    assert text.count("Not evidence about the role: D sees codes.") == 1
    assert html.count('<table class="cards overview other">') == 2
    assert html.count('<table class="cards overview">') == 1
