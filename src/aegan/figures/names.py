"""The names of all figures, apart from the code that draws them.

Snakemake must know them whenever it starts, and loading the plotting libraries for that would cost a second each time.
"""

from __future__ import annotations

FIGURE_NAMES = (
    "gradient_overview",
    "verdict_matrix",
    "decision_table",
    "decision_forest",
    "gradient_layers",
    "weather",
    "depth_profile",
    "update_ratio",
    "saturation",
    "dead_gradients",
    "rounding",
    "discriminator",
    "losses",
    "probe_curves",
    "equal_accuracy",
    "decomposition",
    "eigenvalues",
    "path_angle",
    "samples",
    "film",
    "interpolations",
    "neighbours",
    "worst_reconstructions",
    "reconstructions",
    "autoencoder_quality",
    "latents",
    "autoencoder_gradients",
    "quality",
    "performance_profiles",
    "cost",
)
