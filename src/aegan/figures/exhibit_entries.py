"""The catalogue's entries of what single members and autoencoders show: pictures to look at, not to measure."""

from __future__ import annotations

from aegan.figures.entry import Entry
from aegan.figures.exhibits import film_strips, interpolations, nearest_neighbours, worst_reconstructions

EXHIBITS: dict[str, Entry] = {
    "film": Entry(
        film_strips,
        "Samples over training",
        "The first seed’s generator, given the same codes at every time: read a column downwards to see what becomes "
        "of a code. In round 0 nothing has been learnt, but by an autoencoder. Not selected. Of points each panel is a "
        "time.",
        "What the same codes become in the course of training: {films}.",
    ),
    "interpolations": Entry(
        interpolations,
        "Between two codes",
        "Each row goes from one code to another, through the whole chain that generates. A generator that has learnt "
        "the data passes through pictures that could be data; one that has learnt pictures by heart jumps. Normal "
        "codes go on great circles, those of a prior fitted to an autoencoder’s codes straight. Not selected.",
        "What lies between pairs of codes: {ways}.",
    ),
    "neighbours": Entry(
        nearest_neighbours,
        "Samples and the train pictures nearest to them",
        "Top row: samples of the first seed, not selected. Below each: the train pictures nearest to it, pixel by "
        "pixel, and the root mean squared difference from the nearest, on the unit range. A copy would be at 0. At the "
        "end of the line: how far test pictures are from the nearest (median). Blur is near to everything.",
        "Median distance of samples from the nearest train picture: {nearness}.",
    ),
    "worst_reconstructions": Entry(
        lambda study: worst_reconstructions(study.worst, study.datasets),
        "Reconstructed worst",
        "Selected: the pictures of the test split with the largest squared error, of the first seed’s autoencoder. "
        "Brighter is a larger difference; the scale is the same everywhere. Below: the mean squared error of each.",
        "The worst reconstructions. Mean squared errors: {failures}.",
    ),
}
