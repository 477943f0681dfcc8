import numpy as np
import pandas as pd

from aegan.figures.study.performance_profiles import compute_median_reach, draw


def profiles(**shares):
    tables = [
        pd.DataFrame({"method": method, "multiple": [1.0, 2.0, 4.0], "share": share, "low": share, "high": share})
        for method, share in shares.items()
    ]
    return pd.concat(tables, ignore_index=True).assign(datasets="digits")


def test_a_line_per_method_in_the_order_of_the_study():
    table = profiles(second=[0.0, 0.5, 1.0], first=[0.2, 0.4, 0.4])
    (axes,) = draw(table, ["first", "absent", "second"]).axes
    assert [line.get_label() for line in axes.lines] == ["first", "second"]
    assert [line.get_ydata().tolist() for line in axes.lines] == [[0.2, 0.4, 0.4], [0.0, 0.5, 1.0]]


def test_half_of_the_runs_reach_or_never_do():
    reach = compute_median_reach(profiles(gan=[0.0, 0.5, 1.0], weak=[0.2, 0.4, 0.4]))
    assert reach["digits", "gan"] == 2
    assert np.isnan(reach["digits", "weak"])


def test_data_sets_that_run_other_methods_have_a_panel_of_their_own(titles):
    both = pd.concat([profiles(gan=[0.0, 0.5, 1.0], weak=[0.2] * 3), profiles(gan=[1.0] * 3).assign(datasets="ring")])
    figure = draw(both, ["gan", "weak"])
    assert titles(figure) == ["digits", "ring"]
    assert [[line.get_label() for line in axes.lines] for axes in figure.axes] == [["gan", "weak"], ["gan"]]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["gan", "weak"]
