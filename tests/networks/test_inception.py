"""Features of Inception from a file of random weights, alone and in the whole evaluation."""

import sys
from io import BytesIO

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from aegan.data.array_dataset import ArrayDataset
from aegan.errors import InputError
from aegan.evaluation.feature_spaces import (
    INCEPTION,
    compute_features,
    compute_reference_blocks,
    load_feature_nets,
    make_feature_nets,
)
from aegan.evaluation.quality_floor import measure_floor
from aegan.evaluation.sample_quality import evaluate_cohort
from aegan.figures.metric_names import name_metric
from aegan.metrics.distances import frechet_distance
from aegan.networks.inception import load_inception
from aegan.training.weights import save_weights


def grey(count, seed):
    return np.random.default_rng(seed).integers(0, 256, (count, 8, 8, 1), dtype=np.uint8)


@pytest.fixture
def weights(torch_fidelity, tmp_path):
    """Write weights of the right names and shapes, at random."""

    class Untrained(torch_fidelity.FeatureExtractorInceptionV3):
        def load_state_dict(self, _state):
            pass

    nothing = BytesIO()
    torch.save({}, nothing)
    nothing.seek(0)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        untrained = Untrained("inception", ["2048"], feature_extractor_weights_path=nothing)
    save_file(untrained.state_dict(), tmp_path / "inception.safetensors")
    return tmp_path / "inception.safetensors"


@pytest.mark.slow
def test_fid_is_one_more_space_of_the_evaluation(weights, tmp_path):
    save_weights(tmp_path / "features.safetensors", {0: make_feature_nets((1, 8, 8), 0)})
    nets = load_feature_nets(tmp_path / "features.safetensors", (1, 8, 8), 0, weights)
    assert list(nets) == ["random", INCEPTION]
    train, test = ArrayDataset(grey(8, 0)), ArrayDataset(grey(8, 1))
    reference = {name: np.concatenate(list(blocks)) for name, blocks in compute_reference_blocks(nets, train, test)}
    assert reference["test/inception"].shape == (8, 2048)
    floor = measure_floor(reference, 8, 100)
    samples = np.stack([grey(8, 2) // 2])
    quality, moments = evaluate_cohort(nets, [0], samples, samples[:, :0], test, reference, floor, 100)
    own = quality[quality["space"] == INCEPTION].set_index("metric")
    fid = frechet_distance(reference["test/inception"], compute_features(nets[INCEPTION], ArrayDataset(samples[0])))
    assert own["value"]["fd"] == pytest.approx(fid, rel=1e-6)
    assert own["value"]["fd"] > own["floor"]["fd"] > 0
    assert moments["0/inception/mean"].shape == (2048,)


def test_it_sees_grey_images_as_the_library_sees_the_same_in_three_channels(weights, torch_fidelity):
    net, images = load_inception(weights, 1), torch.from_numpy(grey(2, 0)).permute(0, 3, 1, 2)
    (expected,) = net.extractor(images.repeat(1, 3, 1, 1))
    torch.testing.assert_close(net(images / 255), expected)


def test_points_have_no_such_space(tmp_path):
    save_weights(tmp_path / "features.safetensors", {0: make_feature_nets((2,), 0)})
    assert list(load_feature_nets(tmp_path / "features.safetensors", (2,), 0, "inception.safetensors")) == ["points"]


def test_files_that_hold_other_things_are_refused(torch_fidelity, tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        load_inception(tmp_path / "none.safetensors", 3)
    torch.save({"weight": torch.zeros(1)}, tmp_path / "weights.pth")
    with pytest.raises(InputError, match=r"is not a safetensors file .* Convert torch-fidelity's file"):
        load_inception(tmp_path / "weights.pth", 3)
    save_file({"weight": torch.zeros(1)}, tmp_path / "other.safetensors")
    with pytest.raises(InputError, match=r"holds no weights of torch-fidelity's InceptionV3 \(Missing key"):
        load_inception(tmp_path / "other.safetensors", 3)
    with pytest.raises(InputError, match="images of 4 channels"):
        load_inception(tmp_path / "other.safetensors", 4)


def test_without_the_library_there_is_a_word_of_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch_fidelity", None)
    with pytest.raises(InputError, match=r"torch-fidelity is not installed .* pip install 'aegan\[inception\]'"):
        load_inception("inception.safetensors", 3)


def test_only_there_is_a_frechet_distance_called_fid():
    labels = {"fd": ("FD", "lower"), "fd_infinity": ("FD∞", "lower")}
    names = [name_metric("fd", labels, space) for space in ("inception", "classifier", "random")]
    assert names == ["FID", "FD-cls", "FD-rnd"]
    assert name_metric("fd_infinity", labels, "inception") == "FID∞"
