"""What was read of each data set: pictures of each class or a scatter plot, with the facts beside them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from aegan.figures.clouds import project_points
from aegan.figures.descriptions import join_descriptions
from aegan.figures.images import Strip, make_strip
from aegan.figures.numbers import count_noun, format_number
from aegan.figures.panels import WIDTH, draw_message, estimate_label_width
from aegan.figures.spec import FigureSpec
from aegan.figures.strip_stack import HEAD, Stack, count_columns
from aegan.figures.style import MUTED, PALETTE, apply_theme

FACTS, LINE, CHARACTERS = 2.9, 0.16, 40  # inches of the column of facts, of a line, and characters in a line
COLUMNS = 12  # pictures in a row
SCATTER = (4.2, 3.0, 0.45)  # inches: width and height of a scatter plot, and room for its labels
LABEL, MOST_CLASSES = 18, 12  # characters of a class in the picture, and classes that are named

Manifests = Mapping[str, Mapping[str, Any]]


def list_facts(manifest: Mapping[str, Any]) -> list[str]:
    """List what a manifest states: shape, values, rows of each split, classes and remarks."""
    train, test = (manifest["shards"][split] for split in ("train", "test"))
    shape, (low, high) = manifest["shape"], (format_number(float(value)) for value in manifest["value_range"])
    facts = [
        f"{' × '.join(map(str, shape))} (height, width, channels)"
        if len(shape) == 3
        else count_noun(shape[0], "number"),
        f"values read: {low} to {high} ({manifest['dtype']})",
    ]
    if manifest["range"]:  # points are not scaled
        start, end = (format_number(float(value)) for value in manifest["range"])
        facts.append(f"the pixels 0 to 255 stand for {start} to {end}; layout {manifest['layout']}")
    facts.append(f"{train['rows']} rows to train on, {test['rows']} to test on")
    counts = [
        f"{name}: {train['rows_per_class'][name]} + {test['rows_per_class'][name]}" for name in manifest["classes"]
    ]
    more = [f"and {len(counts) - MOST_CLASSES} more"] if len(counts) > MOST_CLASSES else []
    named = ", ".join([*counts[:MOST_CLASSES], *more])
    noun = "class" if len(counts) == 1 else "classes"
    facts.append(f"{len(counts)} {noun}, train + test: {named}" if counts else "no labels")
    return [*facts, *manifest["remarks"]]


@apply_theme
def draw(
    raw_data: Mapping[str, np.ndarray],
    raw_labels: Mapping[str, np.ndarray],
    manifests: Manifests,
    shown_channels: Mapping[str, Sequence[int]],
    datasets: Sequence[str],
) -> Figure:
    """Draw the first rows of each class of the train split: pictures in a row per class, or points by colour.

    Args:
        raw_data: dataset -> uint8 (n, H, W, C) images or float32 (n, D) points.
        raw_labels: dataset -> their class numbers, int64 (n,); (0,) for unlabelled data.
        manifests: dataset -> its manifest.
        shown_channels: dataset -> the channels drawn as red, green and blue, where some are chosen.
        datasets: the data sets, in order.
    """
    present = [dataset for dataset in datasets if len(raw_data.get(dataset, ()))]
    if not present:
        return draw_message("no data set was kept with the results")
    classes = {dataset: manifests[dataset]["classes"] for dataset in present}
    strips = {
        dataset: _make_strips(raw_data[dataset], raw_labels[dataset], classes[dataset], shown_channels.get(dataset, ()))
        for dataset in present
    }
    lines = {
        dataset: [line for fact in list_facts(manifests[dataset]) for line in textwrap.wrap(fact, CHARACTERS) or [""]]
        for dataset in present
    }
    every = [strip for own in strips.values() for strip in own]
    left = estimate_label_width(["", *(strip.label for strip in every)])
    stack = Stack(left, WIDTH - FACTS - left, count_columns(every))
    heights = {
        dataset: HEAD + max(stack.compute_height(own) or sum(SCATTER[1:]), LINE * (len(lines[dataset]) + 1))
        for dataset, own in strips.items()
    }
    top = height = sum(heights.values())
    figure = Figure(figsize=(WIDTH, height))
    for dataset, own in strips.items():
        stack.write_title(figure, top, dataset, own)
        x, y = (WIDTH - FACTS + 0.2) / WIDTH, (top - HEAD) / height
        figure.text(x, y, "\n".join(lines[dataset]), va="top", color=MUTED, fontsize=8, linespacing=1.4)
        stack.draw(figure, top - HEAD, own)
        if not own:
            place = (left / WIDTH, (top - HEAD - SCATTER[1]) / height, SCATTER[0] / WIDTH, SCATTER[1] / height)
            _draw_points(figure.add_axes(place), raw_data[dataset], raw_labels[dataset], classes[dataset])
        top -= heights[dataset]
    return figure


def _make_strips(values: np.ndarray, labels: np.ndarray, classes: Sequence[str], show: Sequence[int]) -> list[Strip]:
    """Make a strip per class of images, one of several rows for unlabelled images, none for points (n, D)."""
    if values.ndim == 2:
        return []
    if not len(labels):
        columns = min(COLUMNS, len(values))
        rows = values[: len(values) // columns * columns]
        return [make_strip("", rows.reshape(-1, columns, *values.shape[1:]), values, show)]
    names = [_shorten(classes[number]) for number in np.unique(labels)]
    return [
        make_strip(name, values[labels == number][None, :COLUMNS], values, show)
        for name, number in zip(names, np.unique(labels), strict=True)
    ]


def _shorten(name: str) -> str:
    return name if len(name) <= LABEL else f"{name[: LABEL - 1]}…"


def _draw_points(axes: Axes, points: np.ndarray, labels: np.ndarray, classes: Sequence[str]) -> None:
    """Draw the first two coordinates of points (n, D), coloured by class if they have few."""
    x, y = project_points(points).T
    numbers = np.unique(labels)
    groups = numbers if len(numbers) <= MOST_CLASSES else numbers[:0]
    for place, number in enumerate(groups):
        own, colour = labels == number, PALETTE[1:][place % 7]
        marker = "os"[place // 7 % 2]
        axes.scatter(x[own], y[own], s=9, marker=marker, color=colour, linewidth=0, rasterized=True)
    if not len(groups):
        axes.scatter(x, y, s=9, color=PALETTE[0], linewidth=0, rasterized=True)
    else:
        # handles and labels, because a legend leaves out labels that begin with an underscore
        axes.legend(
            axes.collections,
            [_shorten(classes[number]) for number in groups],
            loc="center left",
            bbox_to_anchor=(1.01, 0.5),
            fontsize=8,
            handletextpad=0.2,
        )
    axes.set_xlabel("coordinate 0, in the units of the source")
    if points.shape[1] == 1:
        axes.set_yticks([])
    else:
        axes.set_ylabel("coordinate 1" if points.shape[1] == 2 else f"coordinate 1 of 0 to {points.shape[1] - 1}")


def describe(manifests: Manifests) -> str:
    """Describe in words what was read of each data set."""
    facts = {dataset: "; ".join(list_facts(manifest)) for dataset, manifest in manifests.items()}
    return f"What was read: {join_descriptions(facts)}."


SPEC = FigureSpec(
    draw,
    "The data as they were read",
    "The first rows of each class of the train split, and what the data set consists of. Check here that pictures are "
    "upright, that channels and classes are right, and that light and dark are not exchanged. Pictures of neither one "
    "nor three channels are strips of grey maps, unless the key `show` of the data set names three channels.",
    describe,
    "data",
)
