import numpy as np
import pandas as pd

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.corruption_ladder import CLEAN, READING, judge_metrics, measure_corruption_ladder
from aegan.evaluation.corruptions import LEVELS
from aegan.evaluation.feature_spaces import compute_features, make_feature_nets
from aegan.evaluation.sample_quality import NO_QUALITY, compute_distribution_metrics
from aegan.figures.quality_panels import draw_quality
from aegan.figures.style import to_svg
from aegan.metrics.features import make_features
from aegan.metrics.registry import METRIC_LABELS

NAME = "energy_distance"


def test_the_evaluation_measures_it():
    real, fake = (make_features(np.random.default_rng(seed).normal(size=(40, 4))) for seed in (0, 1))
    values = compute_distribution_metrics("random", real, fake, np.random.default_rng(0))
    assert 0 < values[NAME] < 1
    assert NAME in NO_QUALITY  # of a member that diverged


def test_the_figure_names_it_with_its_direction():
    rows = pd.DataFrame({"metric": NAME, "value": [0.1, 0.2], "seed": [0, 1]})
    table = rows.assign(dataset="digits", method="gan", space="random", floor=0.05)
    assert "energy distance · lower is better" in to_svg(draw_quality(table, ["gan"], METRIC_LABELS))


def judge(values, corruption):
    rows = [(CLEAN, 0, "random", NAME, value) for value in (1.0, 1.1, 0.9)]
    rows += [(corruption, level, "random", NAME, value) for level, value in zip(LEVELS, values, strict=True)]
    return judge_metrics(pd.DataFrame(rows, columns=READING))


def test_the_corruption_ladder_asks_the_entry_what_it_must_respond_to():
    assert judge((2, 3, 4, 5), "noise")["responds"].all()
    assert not judge((1, 1, 1, 1), "noise")["usable"].any()
    assert judge((1, 1, 1, 1), "duplicates")["usable"].all()


def test_the_corruption_ladder_measures_it():
    rng = np.random.default_rng(0)
    train, test = (ArrayDataset(rng.normal(size=(count, 2)).astype(np.float32)) for count in (60, 60))
    nets = make_feature_nets((2,), 0)
    features = {
        f"{split}/{space}": compute_features(net, dataset)
        for split, dataset in (("train", train), ("test", test))
        for space, net in nets.items()
    }
    ladder = measure_corruption_ladder(nets, train, test, features).query("metric == @NAME")
    assert set(ladder["corruption"]) == {"noise", "duplicates", "copies"}
    assert ladder.groupby("corruption")["expected"].first().to_dict() == {
        "noise": True,
        "duplicates": False,
        "copies": False,
    }
