"""FD, KID, precision and recall against torch-fidelity, which extracts the features of images itself."""

import numpy as np
import pytest
import torch

from aegan.metrics.coverage import compute_overlap
from aegan.metrics.distances import frechet_distance, kernel_distance

SIDE, COUNT = 4, 300


class Pictures(torch.utils.data.Dataset):
    def __init__(self, array):
        self.array = array

    def __len__(self):
        return len(self.array)

    def __getitem__(self, row):
        return torch.from_numpy(self.array[row])


def pictures(seed, low, high):
    return np.random.default_rng(seed).integers(low, high, (COUNT, 3, SIDE, SIDE), dtype=np.uint8)


@pytest.fixture
def measured(torch_fidelity):
    """Give torch-fidelity's numbers for two sets of pictures, and their features."""

    class Mixed(torch_fidelity.FeatureExtractorBase):
        def __init__(self, name, features_list, **_others):
            super().__init__(name, features_list)

        @staticmethod
        def get_provided_features_list():
            return ("mixed",)

        @staticmethod
        def get_default_feature_layer_for_metric(_metric):
            return "mixed"

        @staticmethod
        def can_be_compiled():
            return False

        def forward(self, images):
            return (mixed(images).float(),)

    def measure(real, fake, k):
        torch_fidelity.register_feature_extractor("mixed", Mixed)
        numbers = torch_fidelity.calculate_metrics(
            input1=Pictures(fake),
            input2=Pictures(real),
            feature_extractor="mixed",
            fid=True,
            kid=True,
            prc=True,
            kid_subsets=1,
            kid_subset_size=COUNT,
            prc_neighborhood=k,
            cuda=False,
            cache=False,
            verbose=False,
            save_cpu_ram=True,
        )
        return numbers, *(mixed(torch.from_numpy(side)).float().numpy() for side in (real, fake))

    return measure


def mixed(images):
    weights = torch.randn(3 * SIDE * SIDE, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return torch.tanh(images.flatten(1).double() / 127 @ weights / 4)


@pytest.mark.parametrize("k", [3, 5])
def test_metrics_are_those_of_torch_fidelity(measured, k):
    oracle, real, fake = measured(pictures(0, 0, 256), pictures(1, 20, 200), k)
    assert frechet_distance(real, fake) == pytest.approx(oracle["frechet_inception_distance"], rel=1e-5)
    kid = kernel_distance(real, fake, np.random.default_rng(0), subsets=1, subset_size=COUNT)
    assert kid == pytest.approx(oracle["kernel_inception_distance_mean"], rel=1e-3)
    overlap = compute_overlap(real, fake, k)
    assert 0 < oracle["recall"] < oracle["precision"] < 1
    assert overlap.precision == pytest.approx(oracle["precision"], abs=1e-6)  # a mean in float32
    assert overlap.recall == pytest.approx(oracle["recall"], abs=1e-6)  # a mean in float32
