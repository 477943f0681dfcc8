"""The page of a watched training in words, and in a real browser."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from aegan.config.verdicts import Verdicts
from aegan.figures.panels import Message
from aegan.figures.style import to_svg
from aegan.report.watched_page import SHOWN, render_watched_page, summarise

BUILD = runpy.run_path(str(Path(__file__).parents[1] / "figures" / "synthetic.py"))["build"]


def judged(*words):
    names = ["generator", "critic"][: len(words)]
    table = pd.DataFrame({"network": names, "verdict": words, "step": 3, "layer": "0", "evidence": "<numbers>"})
    return table.assign(dataset="own data", method="mine", seed=0)


def test_the_headline_names_what_is_sick():
    assert summarise(judged("stable", "growing")) == "No fault is seen in generator and critic"
    assert summarise(judged("leak", "stable")) == "generator: leak"
    assert summarise(judged("leak", "frozen")) == "generator: leak and critic: frozen"


@pytest.fixture(scope="module")
def page(study):
    method = study.methods[0]
    history = study.gradients[(study.gradients["method"] == method) & (study.gradients["seed"] == 0)]
    run = SimpleNamespace(gradients=history, methods=(method,), datasets=study.datasets)
    drawn = {name: spec.draw_study(run) for name, spec in SHOWN.items()}
    left_out = {name: figure.reason for name, figure in drawn.items() if isinstance(figure, Message)}
    figures = {name: to_svg(figure) for name, figure in drawn.items() if name not in left_out}
    about = {"name": "<mine>", "state": "3 rounds", "folder": "runs/mine"}
    verdicts, limits = judged("leak", "stable"), Verdicts().model_dump()
    return render_watched_page(run, figures, left_out, verdicts, ["A sentence."], limits, about), len(figures)


def test_names_are_escaped_and_criteria_told(page):
    html, _ = page
    assert "<mine>" not in html
    assert "&lt;numbers&gt;" in html
    assert "at least 1 decade below the start" in html
    assert "<li>A sentence.</li>" in html


@pytest.mark.slow
def test_the_page_is_whole_silent_and_offline_in_a_browser(browser, page, tmp_path):
    html, figures = page
    path = tmp_path / "report.html"
    path.write_text(html, encoding="utf-8")
    browser.look(1400)
    opened = browser.open(path)
    shown = "[...document.images].filter((image) => image.complete && image.naturalWidth).length"
    assert opened.ask(shown) == figures > 4
    assert opened.ask("[...document.querySelectorAll('nav a')].every((a) => document.querySelector(a.hash))")
    assert opened.ask("document.body.scrollWidth <= innerWidth")
    opened.press("Tab", "Enter")
    assert opened.ask("location.hash") == "#answer"
    assert browser.said == []
    assert browser.requests == []
