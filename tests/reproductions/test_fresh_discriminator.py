"""A fresh discriminator against frozen generators: the measured steps, the summary by hand, diverged runs."""

import numpy as np
import pandas as pd
import pytest

from aegan.data.array_dataset import ArrayDataset
from aegan.reproductions.fresh_discriminator import (
    RECORDED,
    FreshDiscriminatorExperiment,
    make_missing_rows,
    select_recorded,
    summarise_by_seed,
)
from aegan.reproductions.inputs import ReproductionData
from aegan.reproductions.instability import instability
from aegan.reproductions.vanishing import decades_below_peak, vanishing

SMALL = FreshDiscriminatorExperiment(
    epochs=(1,), discriminator_steps=2, channels=2, latent=3, batch_size=8, looks=2, batches=2
)


def table(decades):
    """Rows in which the generators of a seed lose these decades."""
    rows = [
        (seed, stage, step, "minimax", value)
        for seed, of_seed in decades.items()
        for stage, loss in enumerate(of_seed)
        for step, value in zip([4000, 0, 1000], [10.0**-loss, 1, 1], strict=True)
    ]
    return pd.DataFrame(rows, columns=["seed", "stage", "step", "quantity", "value"])


def test_a_seed_has_the_median_of_its_stages():
    rows = table({0: [1.0, 2.0, 9.0], 1: [4.0, 3.0, 5.0]})
    found = summarise_by_seed(rows, "minimax", decades_below_peak)
    np.testing.assert_allclose(found, [2, 4])


def test_the_schedule_has_the_first_the_last_and_the_extra_step():
    experiment = FreshDiscriminatorExperiment(discriminator_steps=1000, looks=4)
    schedule = experiment.make_schedule(extra_step=77)
    assert [step for step in range(1002) if schedule(step)] == [0, 9, 77, 99, 1000]


def test_recorded_quantities_are_selected_by_their_short_names():
    history = pd.DataFrame(
        [(3, *key, float(i)) for i, key in enumerate(RECORDED.values())] + [(3, "generator", "dense1", "gain", 7.0)],
        columns=["step", "network", "layer", "quantity", "value"],
    )
    rows = select_recorded(history)
    assert dict(zip(rows["quantity"], rows["value"], strict=True)) == {name: i for i, name in enumerate(RECORDED)}


def test_a_generator_that_was_never_reached_has_no_gradient(tiny):
    images = ArrayDataset(tiny.images())
    rows = SMALL.measure_generator({}, 0, images, SMALL.make_schedule(1)).assign(seed=0, stage=1)
    assert rows["value"].isna().all()
    assert not any(grade.passed for grade in vanishing().grade(rows))
    assert not any(grade.passed for grade in instability().grade(rows))


def test_missing_rows_name_every_quantity():
    rows = make_missing_rows(5)
    assert list(rows["quantity"]) == list(RECORDED)
    assert (rows["step"] == 5).all()
    assert rows["value"].isna().all()


@pytest.mark.parametrize("entry", [vanishing, instability])
def test_the_experiments_options_reach_the_entries(entry, tiny):
    options = {"epochs": (1, 2), "discriminator_steps": 2, "channels": 2, "latent": 3, "batch_size": 20, "looks": 2}
    images = ArrayDataset(tiny.images())
    with pytest.raises(TypeError):
        entry(unknown=1)
    rows = entry(**options, batches=2).measure(0, ReproductionData(images, images))
    assert set(rows["stage"]) == {1, 2}
