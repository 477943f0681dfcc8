"""Invented times of the parts of a study, for tests that need no measured ones."""

from aegan.cli.study_timing import StudyTimes
from aegan.cli.training_timing import AutoencoderTimes, MethodTimes


def invent_times(config, found):
    """Return times of which a study of 1,000 small images takes some twenty minutes."""
    method = MethodTimes(
        round=0.01, probe=0.5, fresh_round=0.005, fresh_probe=0.4, fresh_look=1e-5, fakes=1, product=0.02, sample=0.001
    )
    used = config.list_used_autoencoders(config.study.datasets[0])
    return StudyTimes(
        start=2.0,
        image=0.001,
        methods={name: method._replace(fakes=2 if "reconstruction" in name else 1) for name in config.study.methods},
        autoencoders=dict.fromkeys(used, AutoencoderTimes(0.005, 0.3, 1e-5, 1e-4)),
        classifier_round=0.02,
        features=1e-4,
        spaces=2,
        metrics=0.4,
        ladder_metrics=0.2,
        overlap=1e-7,
        neighbour=1e-5,
        figure=0.7,
    )
