"""The callback of Lightning, with its real trainer: manual and automatic optimisation."""

import sys

import pytest
import torch
from torch import nn
from torch.nn.functional import softplus

from aegan.errors import InputError
from aegan.watching.history_file import read_history, read_rows

pytestmark = pytest.mark.filterwarnings("ignore")  # Lightning's own, about loggers and workers


@pytest.fixture(scope="module")
def lightning(beside):
    return beside("lightning.pytorch")


@pytest.fixture
def train(lightning, tmp_path):
    """Train a module for some batches per epoch on noise."""

    def run(module, *callbacks, batches=6, epochs=1, resume=None, **options):
        torch.manual_seed(0)
        loader = torch.utils.data.DataLoader(torch.rand(8 * batches, 4), batch_size=8)
        trainer = lightning.Trainer(
            accelerator="cpu", logger=False, enable_progress_bar=False, enable_model_summary=False,
            max_epochs=epochs, callbacks=[*callbacks], default_root_dir=tmp_path,
            **{"enable_checkpointing": False} | options,
        )  # fmt: skip
        trainer.fit(module, loader, ckpt_path=resume)
        return trainer

    return run


@pytest.fixture
def make_gan(lightning):
    """Make a GAN with manual optimisation, as Lightning's documentation shows it."""

    class Gan(lightning.LightningModule):
        def __init__(self, leak=False):
            super().__init__()
            torch.manual_seed(1)
            self.automatic_optimization, self.leak = False, leak
            self.generator = nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 4))
            self.discriminator = nn.Sequential(nn.Linear(4, 8), nn.LeakyReLU(), nn.Linear(8, 1))

        def configure_optimizers(self):
            held = self.parameters() if self.leak else self.generator.parameters()
            return [torch.optim.Adam(held, 1e-3), torch.optim.Adam(self.discriminator.parameters(), 1e-3)]

        def training_step(self, real, _):
            opt_g, opt_d = self.optimizers()
            fake = self.generator(torch.randn(len(real), 3))
            logits_real, logits_fake = self.discriminator(real), self.discriminator(fake.detach())
            loss_d = softplus(-logits_real).mean() + softplus(logits_fake).mean()
            opt_d.zero_grad()
            self.manual_backward(loss_d)
            opt_d.step()
            loss_g = softplus(-self.discriminator(fake)).mean()
            opt_g.zero_grad()
            self.manual_backward(loss_g)
            opt_g.step()
            return {"loss_G": loss_g, "loss_D": loss_d, "logits_real": logits_real, "logits_fake": logits_fake}

    return Gan


@pytest.fixture
def make_autoencoder(lightning):
    """Make an autoencoder with automatic optimisation: one optimiser of two networks, and a frozen third."""

    class Autoencoder(lightning.LightningModule):
        def __init__(self, key=""):
            super().__init__()
            torch.manual_seed(1)
            self.encoder, self.decoder = nn.Linear(4, 2), nn.Linear(2, 4)
            self.features = nn.Linear(4, 4).requires_grad_(False)
            self.key = key

        def configure_optimizers(self):
            return torch.optim.SGD([*self.encoder.parameters(), *self.decoder.parameters()], 0.1)

        def training_step(self, batch, _):
            made = self.decoder(self.encoder(batch))
            loss = (self.features(made) - self.features(batch)).square().mean()
            return {"loss": loss, self.key: loss} if self.key else loss

    return Autoencoder


@pytest.fixture(scope="module")
def watch_callback(lightning):
    from aegan.watching.lightning import WatchCallback

    return WatchCallback


def test_a_gan_with_manual_optimisation(train, make_gan, watch_callback, tmp_path, select):
    """Every step is a round; what the step returns is logged; weights are those of a training without a watch."""
    plain, watched = make_gan(), make_gan()
    train(plain)
    callback = watch_callback(tmp_path / "run", every=1, generator=0, discriminator=1)
    train(watched, callback)
    assert all(torch.equal(one, other) for one, other in zip(plain.parameters(), watched.parameters(), strict=True))
    history, last, _ = read_history(tmp_path / "run")
    assert last == 5
    for network in ("generator", "discriminator"):
        assert list(select(history, network, "loss").index) == list(range(6))
        assert (select(history, network, "gradient_norm") > 0).all()
    assert len(select(history, "discriminator", "accuracy")) == 6
    assert set(callback.watch.verdicts()["network"]) == {"generator", "discriminator"}
    assert "<h1>" in (tmp_path / "run" / "report.html").read_text("utf-8")
    assert not any(part._forward_hooks for part in watched.modules())


def test_a_leak_is_found_if_the_optimisers_are_named(train, make_gan, watch_callback, tmp_path):
    callback = watch_callback(tmp_path / "run", every=1, generator=0, discriminator=1)
    train(make_gan(leak=True), callback)
    assert dict(callback.watch.verdicts().set_index("network")["verdict"])["generator"] == "leak"


def test_an_autoencoder_with_automatic_optimisation(train, make_autoencoder, watch_callback, tmp_path, select):
    """Networks and their optimisers are found; gradients are seen as the optimiser uses them."""
    callback = watch_callback(tmp_path / "run", every=1)
    module = make_autoencoder()
    train(module, callback, accumulate_grad_batches=2, gradient_clip_val=1e-3)
    history, last, _ = read_history(tmp_path / "run")
    assert last == 2
    norms = [select(history, network, "gradient_norm") for network in ("encoder", "decoder")]
    assert (norms[0].pow(2) + norms[1].pow(2)).pow(0.5).tolist() == pytest.approx([1e-3] * 3, rel=1e-3)
    assert set(history["network"]) == {"encoder", "decoder"}  # nothing moves the features, so there is nothing to tell
    assert {network.name for network in callback.watch.networks} == {"encoder", "decoder", "features"}
    losses = [select(history, network, "loss") for network in ("encoder", "decoder")]
    assert losses[0].tolist() == losses[1].tolist()
    assert len(losses[0]) == 3


def test_a_training_that_resumes_from_a_checkpoint_continues_its_history(
    train, make_gan, watch_callback, tmp_path, lightning
):
    saved = lightning.callbacks.ModelCheckpoint(dirpath=tmp_path, filename="last", every_n_epochs=1)
    options = {"batches": 3, "enable_checkpointing": True}
    train(make_gan(), watch_callback(tmp_path / "run", every=1, generator=0, discriminator=1), saved, **options)
    rest = watch_callback(tmp_path / "run", every=1, generator=0, discriminator=1)
    train(make_gan(), rest, epochs=2, batches=3, resume=tmp_path / "last.ckpt")
    steps = [row[0] for row in read_rows(tmp_path / "run") if row[1:4] == ("generator", "(all)", "loss")]
    assert steps == list(range(6))
    train(make_gan(), rest, batches=1)  # the same callback in another training
    assert max(row[0] for row in read_rows(tmp_path / "run")) == 6


@pytest.mark.parametrize(
    ("networks", "message"),
    [
        ({"coder": 0}, "coder: is no submodule of Autoencoder. Choose among encoder, decoder, features"),
        ({"encoder": 1}, r"encoder: names the optimisers \[1\], of which configure_optimizers returns 1"),
    ],
)
def test_networks_that_do_not_exist_are_refused(train, make_autoencoder, watch_callback, tmp_path, networks, message):
    with pytest.raises(InputError, match=message):
        train(make_autoencoder(), watch_callback(tmp_path / "run", **networks))
    assert not (tmp_path / "run").exists()


def test_a_loss_of_no_network_is_refused_and_a_failed_training_is_no_longer_watched(
    train, make_autoencoder, watch_callback, tmp_path
):
    callback = watch_callback(tmp_path / "run", encoder=0, features=[])
    module = make_autoencoder("loss_all")
    with pytest.raises(InputError, match="loss_all: fits no network"):
        train(module, callback)
    assert callback.state_dict() == {"rounds": 1}
    assert not any(part._forward_hooks for part in module.modules())


def test_lightning_that_is_missing_is_named(monkeypatch):
    monkeypatch.delitem(sys.modules, "aegan.watching.lightning", raising=False)
    for name in ("lightning.pytorch", "pytorch_lightning"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(InputError, match=r"Lightning is not installed. pip install 'aegan\[lightning\]'"):
        import aegan.watching.lightning  # noqa: F401
