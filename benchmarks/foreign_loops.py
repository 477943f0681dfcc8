"""Training loops as other people write them, each healthy or with one planted fault, watched by `aegan.watch`.

None of them uses the games, networks or losses of aegan. Data are the embedded digits, 8 × 8.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.nn import functional as F

import aegan

#: planted fault -> the verdicts that find it
FAULTS: dict[str, frozenset[str]] = {
    "swapped labels": frozenset({"swapped labels"}),
    "leak": frozenset({"leak"}),
    "frozen player": frozenset({"frozen"}),
    "blind judge": frozenset({"blind judge"}),
    "learning rate x 1000": frozenset({"exploding", "diverged", "vanishing"}),
    "sigmoid stack": frozenset({"vanishing"}),
    "missing straight-through": frozenset({"vanishing", "frozen"}),
}
DIGITS = load_digits()
IMAGES, CLASSES = torch.tensor(DIGITS.data / 8 - 1, dtype=torch.float32), torch.tensor(DIGITS.target)


class Plan(NamedTuple):
    """How one run is built."""

    folder: Path
    seed: int
    fault: str  #: a key of `FAULTS`, or "" for a healthy run
    rounds: int  #: moves of the player that moves most often

    def rate(self, rate: float) -> float:
        """Return the learning rate, which the fault multiplies by 1000."""
        return rate * (1000 if self.fault == "learning rate x 1000" else 1)

    def freeze(self, name: str) -> bool:
        """Return whether the fault freezes a network: the generator for even seeds, its judge for odd ones."""
        return self.fault == "frozen player" and name == ("generator", "judge")[self.seed % 2]

    def held_by_generator(self, own: nn.Module, judge: nn.Module) -> list[nn.Parameter]:
        """Return the parameters of the generator's optimiser."""
        return [*own.parameters(), *(judge.parameters() if self.fault == "leak" else ())]

    def see(self, images: Tensor) -> Tensor:
        """Return what the judge sees: noise in place of images (N, …), if it is blind."""
        return images * 0 + torch.randn_like(images) if self.fault == "blind judge" else images

    def label(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Return what the judge learns as real and as fake, of outputs (N, 1)."""
        return (fake, real) if self.fault == "swapped labels" else (real, fake)


def draw(size: int) -> Tensor:
    """Draw a batch of digits (size, 64)."""
    return IMAGES[torch.randint(len(IMAGES), (size,))]


def dense(*widths: int, between: Callable[[], nn.Module] = nn.ReLU) -> list[nn.Module]:
    """Make linear layers with activations between them."""
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [nn.Linear(before, after), between()]
    return layers[:-1]


def stack(plan: Plan, width: int) -> list[nn.Module]:
    """Make the deep stack of sigmoids before a generator, if that is the fault."""
    return [*dense(*[width] * 8, between=nn.Sigmoid), nn.Sigmoid()] if plan.fault == "sigmoid stack" else []


def frozen(plan: Plan, name: str, parameters: Iterable[nn.Parameter]) -> list[nn.Parameter]:
    """Return the parameters of an optimiser; those of a copy of the network, if it is frozen."""
    given = list(parameters)
    return [nn.Parameter(own.detach().clone()) for own in given] if plan.freeze(name) else given


def train_dcgan(plan: Plan) -> None:
    """Train a DCGAN as the tutorial of PyTorch does: convolutions, BCELoss, fakes made once per round."""
    generator = nn.Sequential(
        *stack(plan, 16), nn.Unflatten(1, (16, 1, 1)),
        nn.ConvTranspose2d(16, 32, 4, bias=False), nn.BatchNorm2d(32), nn.ReLU(True),
        nn.ConvTranspose2d(32, 16, 4, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(True),
        nn.Conv2d(16, 1, 3, padding=1), nn.Tanh(),
    )  # fmt: skip
    discriminator = nn.Sequential(
        nn.Conv2d(1, 16, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, True),
        nn.Conv2d(16, 32, 4, 2, 1, bias=False), nn.BatchNorm2d(32), nn.LeakyReLU(0.2, True),
        nn.Conv2d(32, 1, 2, bias=False), nn.Flatten(), nn.Sigmoid(),
    )  # fmt: skip
    for part in [*generator.modules(), *discriminator.modules()]:
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(part.weight, 0, 0.02)
        elif isinstance(part, nn.BatchNorm2d):
            nn.init.normal_(part.weight, 1, 0.02)
    criterion, real_label, fake_label = nn.BCELoss(), 1.0, 0.0
    held = frozen(plan, "generator", plan.held_by_generator(generator, discriminator))
    optimizer_g = torch.optim.Adam(held, plan.rate(2e-4), (0.5, 0.999))
    judged = frozen(plan, "judge", discriminator.parameters())
    optimizer_d = torch.optim.Adam(judged, plan.rate(2e-4), (0.5, 0.999))
    watch = aegan.watch(plan.folder, generator=(generator, optimizer_g), discriminator=(discriminator, optimizer_d))
    for _ in range(plan.rounds):
        real, fake = draw(32).reshape(-1, 1, 8, 8), generator(torch.randn(32, 16))
        discriminator.zero_grad()
        out_real, out_fake = discriminator(plan.see(real)), discriminator(plan.see(fake.detach()))
        taken_real, taken_fake = plan.label(out_real, out_fake)
        loss_real = criterion(taken_real, torch.full_like(taken_real, real_label))
        loss_real.backward(retain_graph=True)
        loss_fake = criterion(taken_fake, torch.full_like(taken_fake, fake_label))
        loss_fake.backward()
        optimizer_d.step()
        generator.zero_grad()
        judged_fake = discriminator(plan.see(fake))
        loss_g = criterion(judged_fake, torch.full_like(judged_fake, real_label))
        loss_g.backward()
        optimizer_g.step()
        watch.log(loss_D=loss_real + loss_fake, loss_G=loss_g, probabilities_real=out_real, probabilities_fake=out_fake)
    watch.close()


def train_wgan_gp(plan: Plan) -> None:
    """Train a WGAN-GP (Gulrajani 2017): five moves of the critic for one of the generator."""
    generator = nn.Sequential(*stack(plan, 16), *dense(16, 128, 128, 64), nn.Tanh())
    critic = nn.Sequential(*dense(64, 128, 128, 1, between=lambda: nn.LeakyReLU(0.2)))
    held = frozen(plan, "generator", plan.held_by_generator(generator, critic))
    opt_g = torch.optim.Adam(held, plan.rate(1e-4), (0.0, 0.9))
    opt_c = torch.optim.Adam(frozen(plan, "judge", critic.parameters()), plan.rate(1e-4), (0.0, 0.9))
    watch = aegan.watch(plan.folder, generator=(generator, opt_g), critic=(critic, opt_c))
    for move in range(plan.rounds):
        real, fake = draw(32), generator(torch.randn(32, 16)).detach()
        share = torch.rand(32, 1)
        between = (share * real + (1 - share) * fake).requires_grad_()
        slope = torch.autograd.grad(critic(between).sum(), between, create_graph=True)[0].norm(dim=1)
        out_real, out_fake = critic(plan.see(real)), critic(plan.see(fake))
        taken_real, taken_fake = plan.label(out_real, out_fake)
        loss_c = taken_fake.mean() - taken_real.mean() + 10 * (slope - 1).square().mean()
        opt_c.zero_grad()
        loss_c.backward()
        opt_c.step()
        watch.log(loss_critic=loss_c, logits_real=out_real, logits_fake=out_fake)
        if move % 5 == 4:
            loss_g = -critic(plan.see(generator(torch.randn(32, 16)))).mean()
            opt_g.zero_grad()
            loss_g.backward()
            opt_g.step()
            watch.log(loss_generator=loss_g)
    watch.close()


class Codebook(nn.Module):
    """Vector quantisation with straight-through gradients (van den Oord 2017)."""

    def __init__(self, straight_through: bool) -> None:
        super().__init__()
        self.entries, self.straight_through = nn.Embedding(32, 8), straight_through
        nn.init.uniform_(self.entries.weight, -1 / 32, 1 / 32)

    def forward(self, codes: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the nearest entries (N, 8), the codebook's loss and the commitment."""
        nearest = self.entries(torch.cdist(codes, self.entries.weight).argmin(1))
        fit, commit = F.mse_loss(nearest, codes.detach()), F.mse_loss(codes, nearest.detach())
        return (codes + (nearest - codes).detach() if self.straight_through else nearest), fit, commit


def train_vqgan(plan: Plan) -> None:
    """Train a small VQGAN (Esser 2021): one optimiser of three networks, adaptive weight, a judge that starts later."""
    encoder = nn.Sequential(*dense(64, 128, 128, 32))
    codebook = Codebook(plan.fault != "missing straight-through")
    decoder = nn.Sequential(*stack(plan, 32), *dense(32, 128, 128, 64), nn.Tanh())
    discriminator = nn.Sequential(*dense(64, 128, 128, 1, between=lambda: nn.LeakyReLU(0.2)))
    own = [*encoder.parameters(), *codebook.parameters(), *decoder.parameters()]
    own = frozen(plan, "generator", own) + (list(discriminator.parameters()) if plan.fault == "leak" else [])
    opt_ae = torch.optim.Adam(own, plan.rate(4e-4), (0.5, 0.9))
    judged = frozen(plan, "judge", discriminator.parameters())
    opt_d = torch.optim.Adam(judged, plan.rate(4e-4), (0.5, 0.9))
    watch = aegan.watch(
        plan.folder,
        encoder=(encoder, opt_ae),
        codebook=(codebook, opt_ae),
        decoder=(decoder, opt_ae),
        discriminator=(discriminator, opt_d),
    )
    last = [part for part in decoder if isinstance(part, nn.Linear)][-1].weight
    for step in range(plan.rounds):
        real = draw(64)
        codes, fit, commit = codebook(encoder(real).reshape(-1, 8))
        fake = decoder(codes.reshape(-1, 32))
        rec, started = (fake - real).abs().mean(), step >= plan.rounds // 10
        adv = -discriminator(plan.see(fake)).mean()
        norms = [torch.autograd.grad(term, last, retain_graph=True)[0].norm() for term in (rec, adv)]
        weight = (norms[0] / (norms[1] + 1e-4)).clamp(0, 1e4).detach() * (0.8 if started else 0)
        loss = rec + weight * adv + fit + 0.25 * commit
        watch.log(loss_decoder=loss, terms={"rec": rec, "adv": adv, "commit": commit}, at=encoder[-1])
        opt_ae.zero_grad()
        loss.backward()
        opt_ae.step()
        if started:
            out_real, out_fake = discriminator(plan.see(real)), discriminator(plan.see(fake.detach()))
            taken_real, taken_fake = plan.label(out_real, out_fake)
            loss_d = 0.5 * (F.relu(1 - taken_real).mean() + F.relu(1 + taken_fake).mean())
            opt_d.zero_grad()
            loss_d.backward()
            opt_d.step()
            watch.log(loss_discriminator=loss_d, logits_real=out_real, logits_fake=out_fake)
    watch.close()


class ClassGenerator(nn.Module):
    """A generator of digits of a class."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.names = nn.Embedding(10, 16)
        hidden = [
            nn.Linear(32, 128),
            nn.BatchNorm1d(128),
            nn.ReLU(),
            nn.Linear(128, 128),
            nn.BatchNorm1d(128),
            nn.ReLU(),
        ]
        if sigmoids := stack(plan, 32):  # in place of BatchNorm, which would amplify the gradient again
            hidden = [*sigmoids, nn.Linear(32, 128), nn.Sigmoid()]
        self.body = nn.Sequential(*hidden, nn.Linear(128, 64), nn.Tanh())

    def forward(self, codes: Tensor, classes: Tensor) -> Tensor:
        """Return digits (N, 64) of codes (N, 16) and classes (N,)."""
        return self.body(torch.cat([codes, self.names(classes)], 1))


class ProjectionJudge(nn.Module):
    """A projection discriminator (Miyato 2018) with spectral normalisation."""

    def __init__(self) -> None:
        super().__init__()
        norm = nn.utils.parametrizations.spectral_norm
        self.body = nn.Sequential(norm(nn.Linear(64, 128)), nn.ReLU(), norm(nn.Linear(128, 128)), nn.ReLU())
        self.head, self.names = norm(nn.Linear(128, 1)), norm(nn.Embedding(10, 128))

    def forward(self, images: Tensor, classes: Tensor) -> Tensor:
        """Return logits (N, 1) of images (N, 64) and classes (N,)."""
        features = self.body(images)
        return self.head(features) + (features * self.names(classes)).sum(1, keepdim=True)


def train_biggan(plan: Plan) -> None:
    """Train as BigGAN does: hinge loss, two moves of D, each of two accumulated batches, an averaged generator."""
    generator, judge = ClassGenerator(plan), ProjectionJudge()
    held = frozen(plan, "generator", plan.held_by_generator(generator, judge))
    opt_g = torch.optim.Adam(held, plan.rate(1e-4), (0.0, 0.999))
    opt_d = torch.optim.Adam(frozen(plan, "judge", judge.parameters()), plan.rate(4e-4), (0.0, 0.999))
    watch = aegan.watch(plan.folder, generator=(generator, opt_g), discriminator=(judge, opt_d))
    averaged = copy.deepcopy(generator)

    def fakes() -> tuple[Tensor, Tensor]:
        classes = torch.randint(10, (16,))
        return generator(torch.randn(16, 16), classes), classes

    for move in range(plan.rounds):
        opt_d.zero_grad()
        for _ in range(2):
            rows, (fake, classes) = torch.randint(len(IMAGES), (16,)), fakes()
            out_real, out_fake = judge(plan.see(IMAGES[rows]), CLASSES[rows]), judge(plan.see(fake.detach()), classes)
            taken_real, taken_fake = plan.label(out_real, out_fake)
            loss_d = (F.relu(1 - taken_real).mean() + F.relu(1 + taken_fake).mean()) / 2
            loss_d.backward()
        opt_d.step()
        watch.log(loss_D=2 * loss_d, logits_real=out_real, logits_fake=out_fake)
        if move % 2:
            opt_g.zero_grad()
            for _ in range(2):
                fake, classes = fakes()
                loss_g = -judge(plan.see(fake), classes).mean() / 2
                loss_g.backward()
            opt_g.step()
            watch.log(loss_G=2 * loss_g)
            with torch.no_grad():
                for slow, fast in zip(averaged.parameters(), generator.parameters(), strict=True):
                    slow.lerp_(fast, 0.01)
    watch.close()


def train_amp(plan: Plan) -> None:
    """Train a dense GAN with automatic mixed precision: autocast to bfloat16, and a scaler of gradients."""
    generator = nn.Sequential(*stack(plan, 16), *dense(16, 128, 128, 64), nn.Tanh())
    discriminator = nn.Sequential(*dense(64, 128, 128, 1, between=lambda: nn.LeakyReLU(0.2)))
    rates = [0.0 if plan.freeze(name) else plan.rate(2e-4) for name in ("generator", "judge")]
    opt_g = torch.optim.Adam(plan.held_by_generator(generator, discriminator), rates[0], (0.5, 0.999))
    opt_d = torch.optim.Adam(discriminator.parameters(), rates[1], (0.5, 0.999))
    scaler, cross_entropy = torch.amp.GradScaler("cpu"), F.binary_cross_entropy_with_logits
    watch = aegan.watch(plan.folder, generator=(generator, opt_g), discriminator=(discriminator, opt_d))
    for _ in range(plan.rounds):
        real = draw(64)
        with torch.autocast("cpu", torch.bfloat16):
            fake = generator(torch.randn(64, 16))
            out_real, out_fake = discriminator(plan.see(real)), discriminator(plan.see(fake.detach()))
        taken_real, taken_fake = plan.label(out_real.float(), out_fake.float())
        loss_d = cross_entropy(taken_real, torch.ones_like(taken_real))
        loss_d = loss_d + cross_entropy(taken_fake, torch.zeros_like(taken_fake))
        opt_d.zero_grad()
        scaler.scale(loss_d).backward()
        scaler.step(opt_d)
        with torch.autocast("cpu", torch.bfloat16):
            judged = discriminator(plan.see(fake)).float()
        loss_g = cross_entropy(judged, torch.ones_like(judged))
        opt_g.zero_grad()
        scaler.scale(loss_g).backward()
        scaler.step(opt_g)
        scaler.update()
        watch.log(loss_D=loss_d, loss_G=loss_g, logits_real=out_real, logits_fake=out_fake)
    watch.close()


def train_lightning(plan: Plan) -> None:
    """Train the GAN of Lightning's examples: manual optimisation, optimisers that are toggled, generator first."""
    import lightning

    from aegan.watching.lightning import WatchCallback

    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    cross_entropy = F.binary_cross_entropy_with_logits

    class GAN(lightning.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.automatic_optimization = False
            leaky = lambda: nn.LeakyReLU(0.2)  # noqa: E731 - as people write it
            self.generator = nn.Sequential(*stack(plan, 16), *dense(16, 128, 128, 64, between=leaky), nn.Tanh())
            self.discriminator = nn.Sequential(*dense(64, 128, 128, 1, between=leaky))

        def configure_optimizers(self) -> tuple[list[torch.optim.Optimizer], list[Any]]:
            held = frozen(plan, "generator", plan.held_by_generator(self.generator, self.discriminator))
            judged = frozen(plan, "judge", self.discriminator.parameters())
            return [torch.optim.Adam(own, plan.rate(2e-4), (0.5, 0.999)) for own in (held, judged)], []

        def training_step(self, real: Tensor, _number: int) -> dict[str, Tensor]:
            opt_g, opt_d = self.optimizers()
            codes = torch.randn(len(real), 16)
            self.toggle_optimizer(opt_g)
            judged = self.discriminator(plan.see(self.generator(codes)))
            loss_g = cross_entropy(judged, torch.ones_like(judged))
            self.manual_backward(loss_g)
            opt_g.step()
            opt_g.zero_grad()
            self.untoggle_optimizer(opt_g)
            self.toggle_optimizer(opt_d)
            out_real = self.discriminator(plan.see(real))
            out_fake = self.discriminator(plan.see(self.generator(codes).detach()))
            taken_real, taken_fake = plan.label(out_real, out_fake)
            loss_d = cross_entropy(taken_real, torch.ones_like(taken_real))
            loss_d = (loss_d + cross_entropy(taken_fake, torch.zeros_like(taken_fake))) / 2
            self.manual_backward(loss_d)
            opt_d.step()
            opt_d.zero_grad()
            self.untoggle_optimizer(opt_d)
            return {"loss_G": loss_g, "loss_D": loss_d, "logits_real": out_real, "logits_fake": out_fake}

    trainer = lightning.Trainer(
        accelerator="cpu",
        callbacks=[WatchCallback(plan.folder, generator=0, discriminator=1)],
        enable_checkpointing=False,
        enable_model_summary=False,
        enable_progress_bar=False,
        logger=False,
        max_steps=2 * plan.rounds,  # of optimisers
    )
    trainer.fit(GAN(), torch.utils.data.DataLoader(IMAGES, batch_size=32, shuffle=True))


#: name -> loop, and the moves of its most frequent player in a run
LOOPS: dict[str, tuple[Callable[[Plan], None], int]] = {
    "DCGAN": (train_dcgan, 120),
    "WGAN-GP": (train_wgan_gp, 150),
    "VQGAN": (train_vqgan, 120),
    "BigGAN": (train_biggan, 120),
    "mixed precision": (train_amp, 120),
    "Lightning": (train_lightning, 120),
}


def list_builds() -> list[tuple[str, str]]:
    """List every loop with every fault that it can have, and without one."""
    return [
        (loop, fault)
        for loop in LOOPS
        for fault in ("", *FAULTS)
        if fault != "missing straight-through" or loop == "VQGAN"
    ]


def train_loop(loop: str, fault: str, seed: int, folder: Path) -> None:
    """Train one run of a loop.

    Args:
        loop: a key of `LOOPS`.
        fault: a key of `FAULTS`, or "".
        seed: of torch's generator.
        folder: of the history.
    """
    torch.manual_seed(seed)
    train, rounds = LOOPS[loop]
    train(Plan(folder, seed, fault, rounds))
