"""Figures of what a method's first member shows: its film, ways between codes, neighbours; and of the worst pairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from aegan.analysis.study_schema import Exhibit, Made, Study
from aegan.figures.clouds import PANELS
from aegan.figures.images import Strip, strips
from aegan.figures.laboratory_facts import NONE
from aegan.figures.numbers import listed, plural, short
from aegan.figures.panels import step_label

#: of squared errors on the unit range that are drawn as pictures: from none to all
HEAT = mpl.colormaps["inferno"]


def film_strips(study: Study) -> Figure:
    """Show what the same codes become in the course of training: a row per time, or a panel per time of points."""
    return _of_members(study, _film, "Nothing to show: no method kept its weights on the way.")


def interpolations(study: Study) -> Figure:
    """Show what lies between two codes: a row per pair, or a panel of points."""
    return _of_members(study, lambda shown: (shown.paths, (), ()), "Nothing to show: no method left its codes.")


def nearest_neighbours(study: Study) -> Figure:
    """Show samples above the train pictures nearest to them, with the distance of the nearest."""
    return _of_members(study, _neighbours, "Nothing to show: no method left pictures beside their neighbours.")


def worst_reconstructions(originals: Made, datasets: Sequence[str]) -> Figure:
    """Show the pictures that each autoencoder gives back worst, what it makes of them, and where they differ.

    Args:
        originals: (dataset, autoencoder) -> uint8 (2, n, H, W, C), pictures above their reconstructions.
        datasets: in order.
    """
    found = {
        dataset: [
            Strip(name, np.concatenate([_coloured(pair), heat(pair)[None]]), pair[0], *_labels(pair))
            for (owner, name), pair in originals.items()
            if owner == dataset and pair.size
        ]
        for dataset in datasets
    }
    return strips(found, "Nothing to show: no autoencoder of pictures was trained beforehand.")


def _labels(pair: np.ndarray) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return ("original", "decoded", "error"), tuple(short(error) for error in squared_errors(pair))


def squared_errors(pair: np.ndarray) -> np.ndarray:
    """Return the mean squared errors (n,) between two rows of pictures (2, n, H, W, C), on the unit range."""
    first, second = pair / 255.0
    errors: np.ndarray = np.square(first - second).mean(axis=(1, 2, 3))
    return errors


def distances(exhibit: Exhibit) -> np.ndarray:
    """Return the root mean squared differences (samples,) between samples and their nearest train pictures."""
    nearest: np.ndarray = np.sqrt(squared_errors(exhibit.neighbours[:2]))
    return nearest


def heat(pair: np.ndarray) -> np.ndarray:
    """Draw where two rows of pictures (2, n, H, W, C) differ: uint8 (n, H, W, 3), brighter for a larger difference."""
    first, second = pair / 255.0
    coloured: np.ndarray = HEAT(np.abs(first - second).mean(axis=-1), bytes=True)[..., :3]
    return coloured


def _coloured(pictures: np.ndarray) -> np.ndarray:
    return pictures if pictures.shape[-1] == 3 else np.repeat(pictures, 3, axis=-1)


#: an exhibit -> what is drawn, a note at each row, and one below each column
Shown = Callable[[Exhibit], tuple[np.ndarray, Sequence[str], Sequence[str]]]


def _of_members(study: Study, shown: Shown, otherwise: str) -> Figure:
    found: dict[str, list[Strip]] = {}
    for dataset, method in _in_order(study):
        made, notes, feet = shown(study.exhibits[dataset, method])
        if made.size:
            own = Strip(method, made, study.originals[dataset], tuple(notes), tuple(feet))
            found.setdefault(dataset, []).append(own)
    return strips(found, otherwise)


def _in_order(study: Study) -> list[tuple[str, str]]:
    return [(d, m) for d in study.datasets for m in study.methods if (d, m) in study.exhibits]


def _film(exhibit: Exhibit) -> tuple[np.ndarray, Sequence[str], Sequence[str]]:
    times = [f"round {step_label(rounds)}" for rounds in exhibit.rounds]
    if exhibit.film.ndim == 3:  # of points: a panel per time, the last ones where there is no room for all
        return exhibit.film[-PANELS:], (), times[-PANELS:]
    return exhibit.film, times, ()


def _neighbours(exhibit: Exhibit) -> tuple[np.ndarray, Sequence[str], Sequence[str]]:
    if not exhibit.neighbours.size:
        return exhibit.neighbours, (), ()
    places = ["nearest", "2nd", "3rd", *(f"{place}th" for place in range(4, 100))]
    notes = ["sample", *places[: len(exhibit.neighbours) - 1]]
    return (
        exhibit.neighbours,
        notes,
        [*(f"{own:.3f}" for own in distances(exhibit)), f"test {exhibit.usual.item():.3f}"],
    )


def exhibit_facts(study: Study) -> dict[str, str]:
    """Say in words what the figures of exhibits show."""
    members = {f"{m} on {d}": study.exhibits[d, m] for d, m in _in_order(study)}
    return {
        "films": _each({who: _times(own) for who, own in members.items()}),
        "ways": _each({who: _ways(own) for who, own in members.items()}),
        "nearness": _each({who: _nearness(own) for who, own in members.items() if own.neighbours.size}),
        "failures": _each({f"{a} on {d}": _range(squared_errors(pair)) for (d, a), pair in study.worst.items()}),
    }


def _each(found: Mapping[str, str]) -> str:
    return "; ".join(f"{who} {words}" for who, words in found.items()) or NONE


def _times(exhibit: Exhibit) -> str:
    return f"after {listed([step_label(rounds) for rounds in exhibit.rounds])} rounds"


def _ways(exhibit: Exhibit) -> str:
    return f"{plural(len(exhibit.paths), 'way')} of {exhibit.paths.shape[1]} places"


def _nearness(exhibit: Exhibit) -> str:
    return f"{short(np.median(distances(exhibit)))}, test pictures {short(exhibit.usual.item())}"


def _range(errors: np.ndarray) -> str:
    return f"{short(errors.min())} to {short(errors.max())}"
