import numpy as np
import pytest
import torch

from aegan.data.array_dataset import ArrayDataset
from aegan.evaluation.code_quality import MAX_LABELLED_CODES, CohortCodes, measure_code_quality, measure_rate
from aegan.games.assembly import make_autoencoder
from aegan.metrics.codes import index_entropy
from aegan.metrics.measurements import measure_class_information, measure_codes
from aegan.metrics.registry import CLASS_INFORMATION, CODES


def rows(tiny, labelled=True):
    return ArrayDataset(tiny.images(), np.arange(40) % 3 if labelled else None)


def encoded(tiny, objective):
    """An autoencoder of that objective, with everything its encoder gives for the rows."""
    autoencoder = make_autoencoder(tiny.entry(objective), tiny.SHAPE, 0)
    with torch.no_grad():
        return autoencoder, autoencoder.encoder(rows(tiny).select_batch(np.arange(40)).real)


@pytest.mark.parametrize("objective", ["vae", "iwae"])
def test_the_rate_of_a_variational_autoencoder_is_its_divergence_from_the_prior(tiny, objective):
    autoencoder, given = encoded(tiny, objective)
    mean, log_variance = given.double().chunk(2, dim=1)
    posterior = torch.distributions.Normal(mean, (log_variance / 2).exp())
    prior = torch.distributions.Normal(torch.zeros(4).double(), 1.0)
    expected = torch.distributions.kl_divergence(posterior, prior).sum(1).mean().item()
    assert measure_rate(autoencoder, rows(tiny)) == {"rate": pytest.approx(expected, rel=1e-5)}


def test_the_rate_of_a_codebook_is_the_entropy_of_its_indices(tiny):
    autoencoder, given = encoded(tiny, "vq_vae")
    expected = index_entropy(autoencoder.bottleneck.find_indices(given).numpy())
    assert expected > 0
    indices = autoencoder.bottleneck.find_indices(given)
    assert measure_rate(autoencoder, rows(tiny)) == {
        "rate": pytest.approx(expected),
        "perplexity": pytest.approx(np.exp(expected / indices.shape[1])),
    }


def test_a_codebook_of_which_one_entry_is_used_has_a_perplexity_of_1(tiny):
    autoencoder, _ = encoded(tiny, "vq_vae")
    with torch.no_grad():
        autoencoder.bottleneck.entries.weight[1:] += 1e3
    assert measure_rate(autoencoder, rows(tiny)) == {"rate": 0, "perplexity": 1}


@pytest.mark.parametrize("objective", ["mse", "denoising", "contractive", "wae_mmd", "rae"])
def test_codes_that_are_a_function_of_the_data_have_no_rate(tiny, objective):
    assert measure_rate(encoded(tiny, objective)[0], rows(tiny)) == {}


def cohort(tiny, labels):
    train, test = (np.random.default_rng(seed).normal(size=(2, 40, 4)).astype(np.float32) for seed in (0, 1))
    return CohortCodes(train, labels, test), encoded(tiny, "mse")[0]


def test_each_seed_is_measured_by_its_own_codes(tiny):
    codes, autoencoder = cohort(tiny, np.arange(40) % 3)
    for position in (0, 1):
        table = measure_code_quality(autoencoder, rows(tiny), codes, position)
        by_hand = measure_codes(codes.test_codes[position]) | measure_class_information(
            codes.train_codes[position], np.arange(40) % 3, codes.test_codes[position], np.arange(40) % 3
        )
        assert dict(zip(table["metric"], table["value"], strict=True)) == pytest.approx(by_hand)
        assert set(table["n"]) == {40}


@pytest.mark.parametrize(("labels", "told"), [(np.arange(40) % 3, True), (np.array([], np.int64), False)])
def test_data_without_labels_have_no_accuracy(tiny, labels, told):
    codes, autoencoder = cohort(tiny, labels)
    measured = set(measure_code_quality(autoencoder, rows(tiny, labelled=told), codes, 0)["metric"])
    assert measured == set(CODES) | (set(CLASS_INFORMATION) if told else set())


def test_classes_are_learned_from_the_same_rows_of_every_seed_and_not_from_too_many():
    labels = np.arange(MAX_LABELLED_CODES + 50)
    codes = CohortCodes(np.stack([labels, -labels])[..., None], labels, np.zeros((2, 1, 1)))
    for sign, position in ((1, 0), (-1, 1)):
        learned, theirs = codes.draw_labelled_codes(position)
        assert len(set(theirs)) == MAX_LABELLED_CODES
        np.testing.assert_array_equal(learned[:, 0], sign * theirs)
    np.testing.assert_array_equal(codes.draw_labelled_codes(0)[1], codes.draw_labelled_codes(1)[1])
