"""Quality of samples: the figure and its text agree with the table."""

from aegan.figures.study.quality import SPEC


def test_a_panel_per_metric_and_space(study):
    figure = SPEC.draw_study(study)
    shown = [[axes.get_title(loc="left") for axes in part.axes if axes.get_visible()] for part in figure.subfigs]
    assert [len(names) for names in shown] == [5, 5]
    assert [names[0] for names in shown] == ["FD-cls · lower is better", "FD-rnd · lower is better"]


def test_the_alternative_text_quotes_the_median_distances(study):
    rows = study.quality.query("metric == 'fd' and space == 'random' and method == 'article'")
    assert f"article on digits FD-rnd {rows['value'].median():.3g}" in SPEC.describe_study(study)
