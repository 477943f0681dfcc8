"""`aegan new-study`: what it finds at a path, and that the study it writes is one."""

from pathlib import Path

import numpy as np
import pytest
from tests.cli.invented_times import invent_times
from tests.cli.made_pictures import noise, pictures
from typer.testing import CliRunner

from aegan.cli import new_study
from aegan.cli.main import app
from aegan.cli.new_study import describe_new_study, write_new_study
from aegan.cli.study_size import DataDescription, choose_default_size, render_overlay
from aegan.config.error_messages import ConfigError
from aegan.config.validation import load_config
from aegan.config.yaml_files import merge_config_files
from aegan.data.sources import SOURCES
from aegan.errors import InputError
from aegan.registry import build

CONFIG = Path(__file__).parents[2] / "config" / "config.yaml"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder to work in, with the config of the house."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.yaml").write_text(CONFIG.read_text("utf-8"), "utf-8")
    return tmp_path


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Commands print invented times: timing takes half a minute."""
    monkeypatch.setattr(new_study.write_new_study, "__defaults__", (None, None, invent_times))


def study_of(data, name=None):
    """The study that is written, as `aegan check` reads it."""
    config = Path("config/config.yaml")
    written = write_new_study(Path(data), name, None, config, time_parts=invent_times)
    return load_config(merge_config_files([config, written.target])), written.found


@pytest.mark.parametrize(
    ("side", "network", "autoencoder"), [(8, "dense", "dense"), (15, "dense", "dense"), (16, "conv", "conv")]
)
def test_networks_suit_the_size(home, side, network, autoencoder):
    np.save("data.npy", noise(30, side, 20))
    study, _ = study_of("data.npy")
    methods = study.methods
    assert {methods[name].discriminator.name for name in ("gan", "article", "warm_start", "gan_r1")} == {network}
    assert {methods[name].autoencoder for name in ("reconstruction", "warm_start")} == {autoencoder}
    assert study.autoencoders[autoencoder].architecture.name == autoencoder
    plain = {"reconstruction": ["gan"], "warm_start": ["gan"], "gan_r1": ["gan"]}
    baselines = plain | {"reconstruction_r1": ["gan_r1"], "article": ["gan_article"]}
    assert study.resolve_baselines() == baselines
    matched = {method: dict.fromkeys(own, "") for method, own in baselines.items()}
    assert study.describe_differences() == {"data": matched}  # every pair has the same networks
    assert (study.study.name, study.study.datasets, study.list_seed_blocks()) == ("data", ["data"], ["0-4"])


@pytest.mark.parametrize(
    ("images", "rounds", "epochs", "samples"),
    [(100, 2000, 150, 80), (12_500, 3125, 50, 10_000), (2500, 2000, 128, 2000), (10**6, 15_600, 50, 10_000)],
)
def test_rounds_and_epochs_grow_with_the_data(home, images, rounds, epochs, samples):
    found = DataDescription({"name": "npy", "path": "x.npy"}, images, (8, 8, 1), 0)
    Path("x.yaml").write_text(render_overlay("mine", found, Path("x.yaml"), choose_default_size(found)), "utf-8")
    study = load_config(merge_config_files([Path("config/config.yaml"), Path("x.yaml")]))
    assert study.methods["article"].rounds == rounds
    assert study.autoencoders["article"].epochs == epochs
    assert study.evaluation.samples == samples


def test_the_source_that_is_written_loads_the_data(home):
    pictures(home / "a: #b's", [(40, 50), (33, 90)], x=2, y=2)
    study, found = study_of("a: #b's", "odd")
    source = build(SOURCES, study.resolve_params("datasets", "odd")["source"])
    loaded = source.load(source.list_files())
    assert (*loaded.values.shape, len(loaded.classes)) == (found.images, *found.shape, found.classes)


@pytest.mark.parametrize(("file", "name"), [("my pictures.npy", "my_pictures"), ("2024-faces.npy", "data_2024_faces")])
def test_the_name_is_the_paths(home, file, name):
    np.save(file, noise(4, 8, 8))
    study, _ = study_of(file)
    assert study.study.name == name


def refused(match, data, name=None, to=None):
    with pytest.raises(InputError, match=match):
        write_new_study(Path(data), name, to, Path("config/config.yaml"), time_parts=invent_times)
    assert not list(Path("config").rglob("*mine*"))


def test_mistakes_are_named_and_nothing_is_written(home):
    np.save("mine.npy", noise(4, 8, 8))
    Path("mine.txt").write_text("no data")
    Path("empty").mkdir()
    mixed = pictures(home / "mixed", [(8, 8)], **{".": 1, "sub": 1})
    broken = pictures(home / "broken", [(8, 8)])
    (broken / "mine.png").write_text("no picture")
    refused("is not there.*numpy.save", "nothing")
    refused("is neither a folder nor", "mine.txt", "mine")
    refused("no images", "empty", "mine")
    refused("lies directly in the folder", mixed, "mine")
    refused("cannot be read as PNG or JPEG", broken, "mine")
    refused("there is a data set or a study 'digits' already", "mine.npy", "digits")
    refused("there is a data set or a study 'quickstart' already", "mine.npy", "quickstart")
    refused("'no' is not a valid name", "mine.npy", "no")
    refused(r"'a\.b' is not a valid name", "mine.npy", "a.b")


def test_an_overlay_is_never_overwritten(home):
    np.save("mine.npy", noise(4, 8, 8))
    call = lambda *arguments: CliRunner().invoke(app, ["new-study", "mine.npy", *arguments])  # noqa: E731
    done = call()
    assert (done.exit_code, "4 images of 8 x 8 x 1, no labels" in done.output) == (0, True)
    assert "minutes on this machine:" in done.output
    target = Path("config/studies/mine.yaml")
    assert CliRunner().invoke(app, ["check", str(target)]).exit_code == 0
    target.write_text("precious")
    assert call().exit_code == 1
    assert target.read_text() == "precious"
    assert call("--to", "elsewhere.yaml").exit_code == 0


def test_a_budget_is_kept_and_what_it_cuts_is_said(home):
    np.save("mine.npy", noise(1000, 8, 8))
    whole, short = (
        write_new_study(Path("mine.npy"), name, None, Path("config/config.yaml"), minutes)
        for name, minutes in (("whole", None), ("short", 5.0))
    )
    study = load_config(merge_config_files([Path("config/config.yaml"), short.target]))
    size = short.plan.size
    assert study.methods["gan"].rounds == size.rounds < whole.plan.size.rounds
    assert study.list_seed_blocks() == [f"0-{size.seeds - 1}"]
    assert study.study.methods == list(size.methods)
    assert f"rounds: {size.rounds:,} instead of 2,000" in describe_new_study(short)
    assert not whole.plan.changes
    with pytest.raises(InputError, match=r"--minutes: the smallest study of these data takes about .* minutes"):
        write_new_study(Path("mine.npy"), "none", None, Path("config/config.yaml"), 0.01)
    assert not Path("config/studies/none.yaml").exists()


def test_images_smaller_than_the_usual_code_get_a_smaller_one(home):
    np.save("tiny.npy", noise(20, 4, 5))
    config, _ = study_of("tiny.npy")
    assert {config.autoencoders[name].architecture.code for name in ("article", "dense")} == {20}
    assert config.autoencoders["article"].architecture.hidden == "relu"
    (differences,) = config.describe_differences().values()
    assert {text for own in differences.values() for text in own.values()} == {""}


def test_too_few_images_for_the_study_write_nothing(home):
    np.save("few.npy", noise(2, 8, 8))
    with pytest.raises(ConfigError, match=r"datasets\.few: 2 samples give 1 for training .* Give at least 3 samples"):
        write_new_study(Path("few.npy"), None, None, Path("config/config.yaml"))
    assert not (home / "config" / "studies").exists() or not list((home / "config" / "studies").iterdir())
