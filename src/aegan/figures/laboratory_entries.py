"""The laboratory's part of the catalogue: frozen generators against fresh discriminators, and how games turn."""

from __future__ import annotations

from aegan.figures.decomposition import decomposition
from aegan.figures.dynamics import eigenvalues, path_angle
from aegan.figures.entry import CURVES, Entry
from aegan.figures.laboratory import equal_accuracy, probe_curves

LABORATORY: dict[str, Entry] = {
    "probe_curves": Entry(
        lambda study: probe_curves(study.probe, study.methods),
        "A frozen generator against a fresh discriminator",
        "The generator stands still; only the discriminator, new at step 0, learns. A minimax norm that sinks by "
        "decades while accuracy climbs to 1 is a vanishing gradient (Arjovsky & Bottou 2017, figures 1 and 2); a "
        f"non-saturating norm that climbs is an unstable one (their figure 3). {CURVES}",
        "Gradient norms of a frozen generator and accuracy of a fresh discriminator against its steps, {size}. "
        "Minimax norm of the last stage: {fresh_norms}.",
    ),
    "equal_accuracy": Entry(
        lambda study: equal_accuracy(study.probe, study.methods),
        "A better gradient, or only a slower discriminator?",
        "Methods apart at equal steps, yet level at equal accuracy: the discriminator is merely slower. Methods apart "
        "in all three columns: the gradient itself is better. Beside each row: the median step at which the fresh "
        "discriminator got there, and how many seeds never did. Lost: NaN, or stopped before this stage.",
        "Minimax gradient norm where a fresh discriminator first reaches an accuracy of 0.9 and 0.99, and at its last "
        "step, last stage: {equal}.",
    ),
    "decomposition": Entry(
        lambda study: decomposition(study.probe, study.methods),
        "Which factor takes the gradient away?",
        "The gradient is the slope of the loss times what the discriminator passes back times what the generator makes "
        "of it. Left of zero: decades taken; right: decades given. A full bar to the left is a saturated loss, the "
        "vanishing of Arjovsky & Bottou (2017). Bars are medians of factors, so they need not add up to the median of "
        "all together.",
        "Decades of the gradient norm by factor, generator of the last stage: {decades}.",
    ),
    "eigenvalues": Entry(
        lambda study: eigenvalues(study.dynamics, study.methods),
        "Eigenvalues of the game",
        "A point is an eigenvalue of the Jacobian of all players’ gradients, in loss per squared weight; all seeds. "
        "Right of the upright line the game pulls its players in, left of it it pushes them out, and away from the "
        "level line it turns them (Berard 2020; Mescheder 2018, whose field has the other sign). A plane of many "
        "decades is logarithmic outside its centre. ‖A‖ / ‖S‖: how much of the Jacobian turns, over how much of it "
        "pulls or pushes (Balduzzi 2018).",
        "Complex planes of the eigenvalues of the game's Jacobian, last stage: {spectra}.",
    ),
    "path_angle": Entry(
        lambda study: path_angle(study.dynamics, study.methods),
        "Along the path of training",
        "The straight path between the last two stages of training, and half as far again on both sides. A cosine that "
        "steps from −1 to 1 at the end: the end attracts. A bump there: the game turns around it. Both: it spirals in "
        f"(Berard 2020). {CURVES}",
        "Cosine of the gradients with the path of training, before, at and behind its end: {paths}.",
    ),
}
