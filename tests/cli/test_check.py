"""`aegan check`: the study in words."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from aegan.cli.check import describe_study
from aegan.config.error_messages import ConfigError
from aegan.storage import write_json

CONFIG = Path(__file__).parents[2] / "config" / "config.yaml"
SMOKE = CONFIG.parent / "studies" / "smoke.yaml"


def test_every_part_of_a_study_has_a_line(monkeypatch, tmp_path):
    monkeypatch.setattr("aegan.pipeline.gpu_lease.is_gpu_visible", lambda: False)
    overlay = tmp_path / "study.yaml"
    overlay.write_text("study: {datasets: [digits], methods: [gan], primary: null, seeds: 0-7, block: 4}\n", "utf-8")
    lines = ["data sets: digits", "methods: gan", "autoencoders: none", "seeds: 0-3, 4-7"]
    assert describe_study([CONFIG, overlay]) == lines


def test_data_sets_with_methods_of_their_own_have_a_line(monkeypatch, tmp_path):
    monkeypatch.setattr("aegan.pipeline.gpu_lease.is_gpu_visible", lambda: False)
    overlay = tmp_path / "study.yaml"
    overlay.write_text(
        "study: {datasets: [digits, ring, dirac], methods: [reconstruction, gan, gan_r1], primary: null, seeds: 0-7,\n"
        "  only: {ring: [gan_r1], dirac: [gan_r1, gan]}}\n",
        "utf-8",
    )
    assert describe_study([CONFIG, overlay])[:7] == [
        "data sets: digits, ring, dirac",
        "methods: reconstruction, gan, gan_r1",
        "methods on ring: gan_r1",
        "methods on dirac: gan, gan_r1",
        "autoencoders: dense",
        "seeds: 0-7",
        "on ring gan_r1 is not compared with gan, which does not run there",
    ]


def test_a_precision_that_this_machine_lacks_is_named_and_one_that_it_has_is_not(monkeypatch, tmp_path):
    overlay = tmp_path / "study.yaml"
    overlay.write_text("study: {methods: [gan], primary: null}\nmethods:\n  gan: {precision: tf32}\n", "utf-8")
    monkeypatch.setattr("aegan.pipeline.gpu_lease.is_gpu_visible", lambda: False)
    assert describe_study([CONFIG, overlay])[4].startswith("methods.gan.precision: tf32")


def test_a_config_that_was_checked_before_is_checked_without_torch(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    lines = describe_study([CONFIG])
    program = f"""
import sys
from pathlib import Path
from aegan.cli.check import describe_study
print(*describe_study([Path({str(CONFIG)!r})]), "torch" in sys.modules, sep="\\n")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [*lines, "False"]


def test_mistakes_are_raised_together(tmp_path):
    overlay = tmp_path / "study.yaml"
    overlay.write_text("gan: {loss: minmax}\nmethods: {latent: {autoencoder: dens}}\n", "utf-8")
    with pytest.raises(ConfigError, match="2 mistakes in the config"):
        describe_study([CONFIG, overlay])


def test_data_that_are_not_there_are_named_with_their_keys(tmp_path):
    overlay = tmp_path / "study.yaml"
    overlay.write_text(
        "study: {datasets: [a, b]}\ndatasets:\n"
        "  a: {source: {name: npy, path: 'x{1}.npy'}}\n  b: {source: {name: folder, path: none}}\n",
        "utf-8",
    )
    with pytest.raises(ConfigError, match="2 mistakes in the config") as caught:
        describe_study([CONFIG, overlay])
    assert [problem.partition(" (")[0] for problem in caught.value.problems] == [
        "datasets.a.source.path: x{1}.npy is not there",
        "datasets.b.source.path: none is not there",
    ]


@pytest.fixture
def own_data(monkeypatch, tmp_path):
    """A function that writes images of a shape, labelled or not, and checks a study of some methods on them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("aegan.pipeline.gpu_lease.is_gpu_visible", lambda: False)

    def check(shape, methods, suffix="npy"):
        values = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
        np.save("a.npy", values) if suffix == "npy" else np.savez("a.npz", images=values)
        overlay = {
            "study": {"datasets": ["a"], "methods": methods, "primary": None},
            "datasets": {"a": {"source": {"name": "npy"}}},
        }
        overlay["datasets"]["a"]["source"]["path"] = f"a.{suffix}"
        (tmp_path / "study.yaml").write_text(yaml.safe_dump(overlay), "utf-8")
        return describe_study([CONFIG, tmp_path / "study.yaml"])

    return check


def test_too_few_images_are_refused_with_the_number(own_data):
    with pytest.raises(ConfigError, match=r"datasets\.a: 2 samples give 1 for training.*Give at least 3 samples"):
        own_data((2, 8, 8), ["gan", "latent"])
    assert "left out: fd, fd_infinity, kid" in own_data((3, 8, 8), ["gan", "latent"])[4]
    assert "left out: precision, recall, density, coverage" in own_data((24, 8, 8), ["gan"])[4]
    assert len(own_data((28, 8, 8), ["gan"])) == 4


def test_what_the_header_tells_is_checked(own_data):
    with pytest.raises(ConfigError, match=r"dense\.architecture\.code: a code of 32 numbers .* which have 16 per"):
        own_data((40, 4, 4), ["latent"])
    with pytest.raises(ConfigError, match="the samples have no labels"):
        own_data((40, 8, 8), ["ac_gan"])


def test_a_compressed_array_is_seen_in_the_manifest_once_it_is_prepared(own_data, tmp_path):
    assert len(own_data((2, 8, 8), ["latent"], "npz")) == 4
    manifest = tmp_path / "results" / "data" / "a" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    shards = {"train": {"rows": 1}, "test": {"rows": 1}}
    record = {"source": {"name": "npy", "path": "a.npz"}, "shape": [8, 8, 1], "classes": [], "shards": shards}
    write_json(manifest, record)
    with pytest.raises(ConfigError, match="Give at least 3 samples"):
        own_data((2, 8, 8), ["latent"], "npz")
    write_json(manifest, record | {"source": {"name": "npy", "path": "other.npz"}})
    assert len(own_data((2, 8, 8), ["latent"], "npz")) == 4
