"""One addition of every kind that CONTRIBUTING.md describes: what is written, where, and the line in the registry.

The folder of a kind holds the code, its test, and `consequences.py`, which checks that no other file needs an edit.
"""

from typing import NamedTuple


class Addition(NamedTuple):
    """What a contributor writes to add an entry to a registry."""

    name: str  #: of the code's file and of its test in the folder of the kind
    entry: str  #: name in the registry, which the ids of generic tests have
    source: str  #: file below src/aegan that the code goes to; a file that exists gets it before the registry
    registry: str  #: file below src/aegan with the registry
    variable: str  #: the registry in it
    line: str  #: the line in the registry
    test: str  #: folder below tests/ of the test
    imported: str = ""  #: the import that the line needs
    before: str = ""  #: the line of the registry that it precedes; without one it is the last
    generic: tuple[str, ...] = ()  #: test files that iterate over the registry, and so test the addition


ADDITIONS = {
    "loss": Addition(
        name="relativistic_average",
        entry="relativistic_average",
        source="objectives/losses.py",
        registry="objectives/losses.py",
        variable="LOSSES",
        line='"relativistic_average": relativistic_average,',
        test="objectives",
        generic=("objectives/test_losses.py", "games/test_adversarial.py"),
    ),
    "penalty": Addition(
        name="drift",
        entry="drift",
        source="objectives/penalties.py",
        registry="objectives/penalties.py",
        variable="PENALTIES",
        line='"drift": PenaltyEntry(drift, per_sample_gradient=False),',
        test="objectives",
        generic=("objectives/test_penalties.py", "games/test_game.py"),
    ),
    "role": Addition(
        name="bagan",
        entry="bagan",
        source="games/bagan.py",
        registry="games/roles.py",
        variable="ROLES",
        imported="from aegan.games.bagan import bagan",
        line='"bagan": Role(bagan),',
        test="games",
        generic=("games/test_roles.py", "training/test_trained_games.py"),
    ),
    "network": Addition(
        name="maxout",
        entry="maxout",
        source="networks/maxout.py",
        registry="networks/adversaries.py",
        variable="DISCRIMINATORS",
        imported="from aegan.networks.maxout import maxout_encoder",
        line='"maxout": NetworkEntry(maxout_encoder),',
        test="networks",
        generic=("networks/test_adversaries.py",),
    ),
    "objective": Addition(
        name="free_bits",
        entry="free_bits",
        source="games/free_bits.py",
        registry="games/autoencoder_objectives.py",
        variable="OBJECTIVES",
        imported="from aegan.games.free_bits import free_bits",
        line='"free_bits": Objective(free_bits, heads=2),',
        test="games",
        generic=("games/test_autoencoder_objectives.py",),
    ),
    "augmentation": Addition(
        name="flips",
        entry="flips",
        source="objectives/augmentations.py",
        registry="objectives/augmentations.py",
        variable="AUGMENTATIONS",
        line='"flips": AugmentationEntry(flips, needs_images=True),',
        test="objectives",
        generic=("objectives/test_augmentations.py",),
    ),
    "source": Addition(
        name="funnel",
        entry="funnel",
        source="data/funnel.py",
        registry="data/sources.py",
        variable="SOURCES",
        imported="from aegan.data.funnel import Funnel",
        line='"funnel": Funnel,',
        test="data",
        generic=("data/test_sources.py",),
    ),
    "probe": Addition(
        name="gradient_diversity",
        entry="diversity",
        source="probes/gradient_diversity.py",
        registry="probes/quantities.py",
        variable="PROBES",
        imported="from aegan.probes.gradient_diversity import diversity",
        line='"diversity": diversity,',
        test="probes",
        generic=("probes/test_quantities.py::test_every_reading_is_a_scalar",),
    ),
    "metric": Addition(
        name="energy_distance",
        entry="energy_distance",
        source="metrics/energy_distance.py",
        registry="metrics/registry.py",
        variable="DISTRIBUTION",
        imported="from aegan.metrics.energy_distance import energy_distance",
        line=""""energy": DistributionEntry(
        lambda real, fake, _: {"energy_distance": energy_distance(real.drawn, fake.drawn)},
        {"energy_distance": Metric("energy distance", "lower", responds_to=("blur", "noise", "dropped"))},
    ),""",
        test="metrics",
        generic=("metrics/test_registry.py::test_no_two_metrics_share_a_name_or_a_label",),
    ),
    "endpoint": Addition(
        name="precision",
        entry="precision",
        source="analysis/endpoints.py",
        registry="analysis/endpoints.py",
        variable="ENDPOINTS",
        line=""""precision": Endpoint(
        "quality", "precision", "fraction", "higher", "coverage_margin", partial(read_quality, metric="precision"),
        metric="precision",
    ),""",
        test="analysis",
        generic=("analysis/test_endpoints.py::test_every_endpoint_gives_one_number_per_member",),
    ),
    "figure": Addition(
        name="distance_agreement",
        entry="distance_agreement",
        source="figures/study/distance_agreement.py",
        registry="figures/registry.py",
        variable="FIGURES",
        imported="from aegan.figures.study import distance_agreement",
        line='"distance_agreement": distance_agreement.SPEC,',
        before='"cost": cost.SPEC,',
        test="figures/study",
        generic=("figures/test_registry.py", "figures/test_registry.py::test_figures_of_a_section"),
    ),
    "section": Addition(
        name="memorisation",
        entry="memorisation",
        source="report/sections/memorisation.py",
        registry="report/section_registry.py",
        variable="SECTIONS",
        imported="from aegan.report.sections import memorisation",
        line="memorisation.SPEC,",
        test="report/sections",
        generic=("report/test_section_registry.py::test_every_section",),
    ),
    "reproduction": Addition(
        name="parallel_lines",
        entry="parallel_lines",
        source="reproductions/parallel_lines.py",
        registry="reproductions/registry.py",
        variable="REPRODUCTIONS",
        imported="from aegan.reproductions.parallel_lines import parallel_lines",
        line='"parallel_lines": Result(parallel_lines),',
        test="reproductions",
        generic=("reproductions/test_registry.py",),
    ),
}
