"""What was read: rows of each class with its name, points in their units, and the facts of the manifest."""

import dataclasses

import numpy as np
import pytest

from aegan.figures.images import make_mosaic
from aegan.figures.study.raw_data import SPEC, list_facts

FACTS = [
    "8 × 8 × 1 (height, width, channels)",
    "values read: 0 to 16 (float64)",
    "the pixels 0 to 255 stand for 0 to 16; layout NHWC",
    "1438 rows to train on, 359 to test on",
    "2 classes, train + test: 0: 719 + 179, 1: 719 + 179",
]


def test_each_class_has_a_row_of_its_own_images_beside_the_facts(small, words):
    figure = SPEC.draw_study(small)
    assert [axes.get_ylabel() for axes in figure.axes] == ["0", "1"]
    for axes, rows in zip(figure.axes, (slice(0, 10), slice(10, 20)), strict=True):
        (image,) = axes.images
        np.testing.assert_array_equal(image.get_array(), make_mosaic(small.raw_data["digits"][None, rows]))
    assert all(fact in words(figure) for fact in FACTS[:2])


def test_the_facts_are_those_of_the_manifest(small):
    manifest = small.manifests["digits"]
    assert list_facts(manifest) == FACTS
    assert list_facts({**manifest, "remarks": ["3 files were dropped."]}) == [*FACTS, "3 files were dropped."]
    assert list_facts({**manifest, "range": None}) == [fact for fact in FACTS if "stand for" not in fact]
    assert SPEC.describe_study(small) == f"What was read: digits {'; '.join(FACTS)}."


def test_of_many_classes_the_first_are_named(small):
    classes = [f"c{number}" for number in range(100)]
    shards = {split: {"rows": 100, "rows_per_class": dict.fromkeys(classes, 1)} for split in ("train", "test")}
    (fact,) = (
        f for f in list_facts({**small.manifests["digits"], "classes": classes, "shards": shards}) if "class" in f
    )
    assert fact.startswith("100 classes, train + test: c0: 1 + 1, c1")
    assert fact.endswith("c11: 1 + 1, and 88 more")


def test_data_without_labels_are_a_plain_grid(build, words):
    study = build(methods=("gan",), seeds=[0], steps=1, slim=True, labelled=False)
    figure = SPEC.draw_study(study)
    (image,) = figure.axes[0].images
    np.testing.assert_array_equal(image.get_array(), make_mosaic(study.raw_data["digits"][None, :12]))
    assert "no labels" in words(figure)


@pytest.mark.parametrize("D", [1, 2, 3])
def test_points_are_a_scatter_plot_with_a_colour_for_each_class(small, D, texts):
    points = np.arange(20 * D, dtype=np.float32).reshape(20, D)
    manifest = {**small.manifests["digits"], "shape": [D], "range": None}
    study = dataclasses.replace(small, raw_data={"digits": points}, manifests={"digits": manifest})
    figure = SPEC.draw_study(study)
    (axes,) = figure.axes
    assert len({tuple(cloud.get_facecolor()[0]) for cloud in axes.collections}) == 2
    np.testing.assert_array_equal(axes.collections[1].get_offsets()[:, 0], points[10:, 0])
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["0", "1"]
    assert "coordinate 0, in the units of the source" in texts(figure)
