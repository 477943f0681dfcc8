"""The catalogue of figures: every figure of a report by name. The names are known before there is any data."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from aegan.analysis.study_schema import Study, as_methods, ordered
from aegan.figures.cost import cost_bars
from aegan.figures.decision_table import decision_table
from aegan.figures.decisions import decision_forest
from aegan.figures.depth import depth_profile, weather
from aegan.figures.entry import CURVES, Entry
from aegan.figures.exhibit_entries import EXHIBITS
from aegan.figures.gradients import discriminator_game, gradient_overview, layer_curves, losses
from aegan.figures.images import latent_scatter, reconstruction_pairs, sample_grid
from aegan.figures.laboratory_entries import LABORATORY
from aegan.figures.panels import nothing
from aegan.figures.profiles import performance_profiles
from aegan.figures.quality import RECONSTRUCTION, quality_with_floor
from aegan.figures.verdicts import verdict_matrix

#: what low precision does to a gradient, each in words and with its scale
ROUNDING = {
    "rounding_error": ("relative error of the rounded gradient", "log"),
    "rounded_to_zero": ("share of gradients rounded to zero", "linear"),
}


def _layers(**quantities: tuple[str, str]) -> Callable[[Study], Figure]:
    return lambda study: layer_curves(study.gradients, study.methods, quantities)


def _rounding(study: Study) -> Figure:
    if not study.gradients["quantity"].isin(ROUNDING).any():
        return nothing("Nothing to show: every method was trained in float32.")
    return layer_curves(study.gradients, study.methods, ROUNDING)


def _autoencoder_layers(study: Study) -> Figure:
    table = as_methods(study.autoencoders)
    return layer_curves(table, ordered(table["method"]), {"gradient_norm": ("gradient norm", "log")})


def _autoencoder_quality(study: Study) -> Figure:
    table = as_methods(study.autoencoder_quality).assign(floor=float("nan"))
    table["space"] = np.where(table["metric"].isin(RECONSTRUCTION), "reconstructions", "codes")
    return quality_with_floor(table, ordered(table["method"]))


FIGURES: dict[str, Entry] = {
    "gradient_overview": Entry(
        lambda study: gradient_overview(study.gradients, study.methods, study.autoencoders),
        "The generator’s gradient over training",
        f"A line that sinks by decades points to a vanishing gradient, one that climbs to an exploding one. {CURVES} "
        "Dotted: the median gradient norm of the autoencoders trained alone, the level the claim speaks of.",
        "Gradient norm of the whole generator against the step, {size}. Last median: {norms}. "
        "Autoencoders alone: {autoencoder_norms}.",
    ),
    "verdict_matrix": Entry(
        lambda study: verdict_matrix(study.verdicts, study.methods),
        "Verdict on every network",
        "Each bar is all seeds of a method, split by verdict.",
        "Seeds per verdict. {verdicts}.",
    ),
    "decision_table": Entry(
        lambda study: decision_table(study.decisions, study.methods),
        "Which role helps against what",
        "A filled cell is decided, a hollow one is not: these data cannot tell. The number is the paired effect "
        "against the plain GAN named above the rows, positive is better: decades of gradient, of condition number or "
        "of FD-cls, a fraction of coverage. Cost is counted, not tested: arithmetic as a multiple of the plain GAN's, "
        "with the autoencoder's training.",
        "Decisions by role and question. {decisions}.",
    ),
    "decision_forest": Entry(
        lambda study: decision_forest(study.decisions, study.methods),
        "Effect against the baseline",
        "Paired effect against the baseline (interquartile mean over seeds) and its interval; right of zero is better. "
        "p is after Holm's correction. "
        "A hollow mark is undecided: the data cannot tell.",
        "Effects against the baseline. {decisions}.",
    ),
    "gradient_layers": Entry(
        _layers(gradient_norm=("gradient norm", "log")),
        "Gradient norm, layer by layer",
        f"Layers from input to output. {CURVES}",
        "Gradient norm of every layer against the step, {size}. Whole generator, last median: {norms}.",
    ),
    "weather": Entry(
        lambda study: weather(study.gradients, study.methods),
        "Weather map of the gradient",
        "Darker to the right: the gradient vanishes as training goes on. Darker downwards: it vanishes on its way back "
        "from the output (above) to the input (below). A cell is the median seed, where a seed that is NaN or has "
        "stopped counts as infinite; black is exactly zero, orange not finite. Small marks: single seeds.",
        "Heat maps of the gradient norm, layer by step, {size}. Generators at the end: {depths}.",
    ),
    "depth_profile": Entry(
        lambda study: depth_profile(study.gradients, study.methods),
        "The gradient from layer to layer",
        "Backpropagation runs from right to left: a line that falls to the left vanishes on its way back, one that "
        f"rises explodes. Layers are counted back from the output, a lone layer is a dot. {CURVES}",
        "Gradient norm against depth at three moments of training, {size}. Generators at the end: {depths}.",
    ),
    "update_ratio": Entry(
        _layers(update_ratio=("size of update / size of weights", "log")),
        "Update over weight",
        f"How far one step moves a layer, relative to its weights. {CURVES}",
        "Update-to-weight ratio of every layer against the step, {size}.",
    ),
    "saturation": Entry(
        _layers(saturation=("share saturated", "fraction")),
        "Saturated activations",
        f"Share of a layer's units that are dead or saturated and pass no gradient. {CURVES}",
        "Share of saturated units of every activation layer against the step, {size}.",
    ),
    "dead_gradients": Entry(
        _layers(zero_fraction=("share of zero gradients", "fraction")),
        "Dead gradients",
        f"Share of a layer's weights whose gradient is exactly zero: dead units, or an underflow. {CURVES}",
        "Share of exactly zero gradients of every layer against the step, {size}.",
    ),
    "rounding": Entry(
        _rounding,
        "What low precision does to gradients",
        "The gradient as a method of low precision takes it, beside the one in float32 on the same batch with the same "
        "noise: how far off it is, and how many of its entries are zero where those in float32 are not. An error that "
        f"climbs to 1 leaves nothing of the gradient. Methods in float32 have none of it. {CURVES}",
        "Relative error of every layer's gradient, and share that is rounded to zero, against the step, {size}. "
        "Last median error of the whole generator: {rounding}.",
    ),
    "discriminator": Entry(
        lambda study: discriminator_game(study.gradients, study.methods),
        "How far ahead is the discriminator?",
        f"At accuracy 1 the discriminator has won, and a minimax generator gets next to no gradient. {CURVES}",
        "Accuracy and mean logits of the discriminator against the step, {size}. Last median accuracy: {accuracies}.",
    ),
    "losses": Entry(
        lambda study: losses(study.gradients, study.methods),
        "Losses",
        f"Losses of different methods are different functions: read each for its shape, not against another. {CURVES}",
        "Loss of every network against the step, {size}.",
    ),
    **LABORATORY,
    "samples": Entry(
        lambda study: sample_grid(study.samples, study.originals, study.datasets, study.methods),
        "Samples",
        "Not selected: the first samples of the first two seeds, one seed a row. "
        "Points: the first samples of the first seeds, one seed a panel, above real points in grey.",
        "Generated samples of {pictures}.",
    ),
    **EXHIBITS,
    "reconstructions": Entry(
        lambda study: reconstruction_pairs(study.originals, study.reconstructions, study.datasets),
        "Originals and reconstructions",
        "Top row: originals of the test split; bottom row: what the autoencoder makes of them. "
        "Points: what the first seed's autoencoder makes of the real points, which are grey.",
        "Originals and their reconstructions by {pairs}. Medians: {errors}.",
    ),
    "autoencoder_quality": Entry(
        _autoencoder_quality,
        "Reconstructions and codes",
        "A point is a seed, the bar their median, over the test split. Active units: those whose variance exceeds "
        "0.01. Effective dimension: along how many directions codes vary (participation ratio of their covariance). "
        "Distance from N(0, I): Fréchet distance of the Gaussian fitted to the codes. Linear probe, nearest "
        "neighbours: accuracy of classifiers that learned from codes of the train split. Rate: what a code costs, "
        "where it is drawn from a distribution or comes from a codebook.",
        "Reconstructions of the autoencoders: {errors}. Their codes: {coded}.",
    ),
    "latents": Entry(
        lambda study: latent_scatter(study.latents),
        "Latent codes",
        "First two principal components of the first seed's codes; numbers stand at the median of their class.",
        "Scatter of {codes} of the autoencoders {pairs}.",
    ),
    "autoencoder_gradients": Entry(
        _autoencoder_layers,
        "Gradients of the autoencoders alone",
        f"The level that the claim promises the GAN. {CURVES}",
        "Gradient norm of every autoencoder layer against the step. Last median of the whole: {autoencoder_norms}.",
    ),
    "quality": Entry(
        lambda study: quality_with_floor(study.quality, study.methods),
        "Sample quality against the floor",
        "A point is a seed, the bar their median. Dotted: real data against real data, "
        "which is as good as it gets. FD-cls and FD-rnd are Fréchet distances in this study's own feature spaces; "
        "they do not compare with a published FID. Spread over seeds: the median distance from what a "
        "seed generates to what the others do. Distance to train / test is about 1 for new samples, 0 for copies "
        "of train data. Below the figure stands what is not to be read on these data.",
        "Quality of samples. Median Fréchet distances: {distances}.",
    ),
    "performance_profiles": Entry(
        lambda study: performance_profiles(study.profiles, study.methods),
        "How many runs come how close to the floor",
        "Performance profiles: at each multiple of the real-against-real floor, the share of a method's runs whose "
        "FD-cls is at most that, averaged over data sets, and its bootstrap band. Further up and left is better. "
        "A run that diverged reaches nothing. With few seeds the bands are too narrow.",
        "Share of runs at or below a multiple of the floor of FD-cls. Half of the runs reach: {reaches}.",
    ),
    "cost": Entry(
        lambda study: cost_bars(study.cost, study.methods),
        "What each arm costs",
        "Median over seeds. Training the autoencoder beforehand is charged to the method that uses it.",
        "Time per seed, the autoencoder's training included. {costs}.",
    ),
}
