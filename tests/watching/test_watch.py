"""The watch on a loop: it changes nothing, and records what the loop does."""

import contextlib
import copy
import io
import math
import subprocess
import sys

import pandas as pd
import pytest
import torch
from torch import nn
from torch.nn.functional import softplus

import aegan
from aegan.errors import InputError
from aegan.watching.history_file import read_history
from aegan.watching.watch_report import judge_history

ROUNDS = 12


@pytest.mark.parametrize(
    ("optimiser", "options"),
    [(torch.optim.Adam, {}), (torch.optim.SGD, {"momentum": 0.9}), (torch.optim.Adam, {"fused": True})],
    ids=["Adam", "SGD", "fused Adam"],
)
def test_a_watched_training_is_the_same_bit_by_bit(tiny_gan, tmp_path, optimiser, options):
    """Weights, buffers, gradients, states of the optimisers and of the random generator."""
    plain, watched = (tiny_gan(0, optimiser, **options) for _ in range(2))
    torch.manual_seed(5)
    plain.play(ROUNDS)
    expected = plain.state()
    torch.manual_seed(5)
    with aegan.watch(tmp_path, every=2, **watched.networks) as watch:
        watched.play(ROUNDS, watch)
        watch.verdicts()
        watch.report()
        found = watched.state()
    assert len(found) == len(expected) > 20
    assert all(torch.equal(one, other) for one, other in zip(found, expected, strict=True))
    assert not any(part._forward_hooks for part in [*watched.generator, *watched.discriminator])
    assert not watched.opt_g._optimizer_step_pre_hooks
    assert not watched.opt_g._optimizer_step_post_hooks


def test_a_watch_that_changed_a_bit_would_be_noticed(tiny_gan):
    first, second = tiny_gan(0), tiny_gan(0)
    torch.manual_seed(5)
    first.play(2)
    torch.manual_seed(5)
    torch.rand(1)
    second.play(2)
    assert not all(torch.equal(one, other) for one, other in zip(first.state(), second.state(), strict=True))


def test_rounds_are_told_from_the_steps_of_optimisers(tmp_path, select):
    """A generator that moves once per three moves of its critic is measured in every third round."""
    critic, generator = nn.Linear(2, 1), nn.Linear(2, 2)
    opt_c, opt_g = (torch.optim.SGD(net.parameters(), 0.1) for net in (critic, generator))
    with aegan.watch(tmp_path, every=1, generator=(generator, opt_g), critic=(critic, opt_c)):
        for move in range(9):
            opt_c.zero_grad()
            critic(generator(torch.ones(4, 2)).detach()).mean().backward()
            opt_c.step()
            if move % 3 == 2:
                opt_g.zero_grad()
                critic(generator(torch.ones(4, 2))).mean().backward()
                opt_g.step()
    history, last, _ = read_history(tmp_path)
    assert last == 8
    assert list(select(history, "critic", "gradient_norm").index) == list(range(9))
    assert list(select(history, "generator", "gradient_norm").index) == [2, 5, 8]
    unmoved = select(history, "generator", "update_ratio")
    assert list(unmoved[unmoved == 0].index) == [0, 1]  # until its first move


@pytest.mark.parametrize("before", [False, True], ids=["logged after all moves", "logged before each move"])
def test_a_late_look_at_a_generator_has_the_values_of_its_round(tmp_path, select, before):
    """In a WGAN-GP, of which few rounds of the generator's moves are due."""
    critic, generator = nn.Linear(2, 1), nn.Linear(2, 2)
    opt_c, opt_g = (torch.optim.SGD(net.parameters(), 1e-3) for net in (critic, generator))
    with aegan.watch(tmp_path, generator=(generator, opt_g), critic=(critic, opt_c)) as watch:
        for step in range(40):
            if before:
                watch.log(loss_critic=float(step))
            critic(generator(torch.ones(4, 2))).mean().backward()
            opt_c.step()
            if step % 5 == 4:
                opt_g.step()
                watch.log(loss_generator=float(step), **({} if before else {"loss_critic": float(step)}))
    history = read_history(tmp_path)[0]
    late = [14, 19, 24, 29, 34]
    assert list(select(history, "generator", "gradient_norm").index) == [4, 9, *late]
    for network in ("critic", "generator"):
        assert select(history, network, "loss")[late].tolist() == late


def test_accumulated_gradients_and_moves_are_measured_as_the_optimiser_sees_them(tmp_path, select):
    net = nn.Linear(2, 1, bias=False)
    nn.init.constant_(net.weight, 2.0)
    opt = torch.optim.SGD(net.parameters(), 0.5)
    with aegan.watch(tmp_path, net=(net, opt)):
        for _ in range(4):  # the gradient of each part is (1, 2), that of the sum (4, 8)
            net(torch.tensor([[1.0, 2.0]])).sum().backward()
        opt.step()
    history = read_history(tmp_path)[0]
    assert select(history, "net", "gradient_norm")[0] == pytest.approx(math.hypot(4, 8))
    assert select(history, "net", "update_ratio")[0] == pytest.approx(0.5 * math.hypot(4, 8) / math.hypot(2, 2))


@pytest.mark.parametrize("fused", [False, True])
def test_norms_are_those_without_the_scale_of_a_scaler(tmp_path, select, fused):
    net = nn.Linear(2, 1, bias=False)
    opt = torch.optim.Adam(net.parameters(), 0.1, fused=fused)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    with aegan.watch(tmp_path, net=(net, opt)):
        scaler.scale(net(torch.tensor([[3.0, 4.0]])).sum()).backward()
        scaler.step(opt)
        scaler.update()
    assert select(read_history(tmp_path)[0], "net", "gradient_norm")[0] == pytest.approx(5)


@pytest.mark.parametrize("fused", [False, True])
def test_a_step_that_a_scaler_skips_is_no_divergence(tmp_path, fused):
    net = nn.Linear(2, 1, bias=False)
    opt = torch.optim.Adam(net.parameters(), 0.1, fused=fused)
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    with aegan.watch(tmp_path, every=1, net=(net, opt)) as watch:
        for size in (math.inf, 1.0, 1.0, 1.0):
            opt.zero_grad()
            scaler.scale(net(torch.tensor([[size, 1.0]])).sum()).backward()
            scaler.step(opt)
            scaler.update()
    assert list(watch.verdicts()["verdict"]) == ["stable"]
    assert set(read_history(tmp_path)[0]["quantity"]) >= {"gradient_norm", "update_ratio"}


def test_a_closure_is_measured_at_its_first_call(tmp_path, select):
    """LBFGS computes its gradients in its step, many times; bit for bit as without the watch."""

    def train(folder):
        net = nn.Linear(2, 1, bias=False)
        nn.init.constant_(net.weight, 1.0)
        opt, calls = torch.optim.LBFGS(net.parameters(), max_iter=4), []

        def closure():
            calls.append(1)
            opt.zero_grad()
            loss = net(torch.tensor([[1.0, 2.0]])).square().sum()
            loss.backward()
            return loss

        watch = aegan.watch(folder, net=(net, opt)) if folder else None
        results = [opt.step(closure).item(), opt.step(closure=closure).item()]
        if watch:
            watch.close()
        return net.weight.detach(), len(calls), results

    (weight, calls, results), (plain, plain_calls, plain_results) = train(tmp_path), train(None)
    assert torch.equal(weight, plain)
    assert calls == plain_calls > 2
    assert results == plain_results
    assert select(read_history(tmp_path)[0], "net", "gradient_norm")[0] == pytest.approx(2 * 3 * math.hypot(1, 2))


def test_the_many_moves_of_a_step_of_lbfgs_are_no_move_of_that_size(tmp_path):
    """Neither an explosion nor none at all; a closure that is called once is a move."""
    torch.manual_seed(0)
    points = torch.rand(64, 2) * 2 - 1
    goal = torch.sin(3 * points[:, :1]) * points[:, 1:]
    verdicts = {}
    for name, kind in {"many": torch.optim.LBFGS, "one": torch.optim.SGD}.items():
        net = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 1))
        opt = kind(net.parameters(), 0.1)

        def closure(net=net, opt=opt):
            opt.zero_grad()
            loss = (net(points) - goal).square().mean()
            loss.backward()
            return loss

        with aegan.watch(tmp_path / name, every=1, net=(net, opt)) as watch:
            for _ in range(10):
                watch.log(loss_net=opt.step(closure))
        (verdicts[name],) = watch.verdicts()["verdict"]
    assert verdicts["many"] not in {"exploding", "frozen"}
    quantities = {name: set(read_history(tmp_path / name)[0]["quantity"]) for name in verdicts}
    assert {name: "update_ratio" in own for name, own in quantities.items()} == {"many": False, "one": True}


class ClippedAdam(torch.optim.Adam):
    """Takes an argument that is no closure, and steps through its parent, whose step has hooks of its own."""

    def step(self, limit):
        nn.utils.clip_grad_norm_(self.param_groups[0]["params"], limit)
        if limit == 0:
            raise ArithmeticError
        super().step()
        return super().step()


def test_the_outermost_step_of_an_optimiser_is_its_move(tmp_path, select):
    """Of a subclass, with a plain optimiser of its parent in the process, also after a step that has failed."""
    nets = [nn.Linear(1, 1, bias=False) for _ in range(2)]
    plain, own = torch.optim.Adam(nets[0].parameters(), 0.1), ClippedAdam(nets[1].parameters(), 0.1)
    with aegan.watch(tmp_path, every=1, plain=(nets[0], plain), own=(nets[1], own)) as watch:
        for step in range(5):
            for net, opt, given in zip(nets, (plain, own), ((), (0.0 if step == 2 else 1e-3,)), strict=True):
                nn.init.ones_(net.weight)
                net(torch.ones(1, 1)).sum().backward()
                with contextlib.suppress(ArithmeticError):
                    opt.step(*given)
    assert watch.rounds == 5
    history = read_history(tmp_path)[0]
    assert select(history, "own", "update_ratio").index.tolist() == [0, 1, 3, 4]
    assert select(history, "own", "update_ratio")[0] == pytest.approx(0.2, rel=1e-3)  # of both steps of its parent


def test_several_optimisers_of_a_network_are_measured_together(tmp_path, select):
    net = nn.Sequential(nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False))
    for layer in net:
        nn.init.constant_(layer.weight, 1.0)
    first, second = (torch.optim.SGD(layer.parameters(), rate) for layer, rate in zip(net, (0.3, 0.4), strict=True))
    with aegan.watch(tmp_path, net=(net, [first, second])):
        net(torch.ones(1, 1)).sum().backward()
        first.step()
        second.step()
    history = read_history(tmp_path)[0]
    assert select(history, "net", "gradient_norm")[0] == pytest.approx(math.sqrt(2))
    assert select(history, "net", "update_ratio")[0] == pytest.approx(math.hypot(0.3, 0.4) / math.sqrt(2))
    assert select(history, "net", "update_ratio", "0")[0] == pytest.approx(0.3)


def test_networks_may_share_an_optimiser_and_parameters(tmp_path, select):
    encoder, decoder = nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False)
    decoder.weight = encoder.weight
    opt = torch.optim.SGD(encoder.parameters(), 0.1)
    with aegan.watch(tmp_path, encoder=(encoder, opt), decoder=(decoder, opt)) as watch:
        decoder(encoder(torch.ones(3, 2))).sum().backward()
        opt.step()
    history = read_history(tmp_path)[0]
    assert select(history, "encoder", "gradient_norm")[0] == select(history, "decoder", "gradient_norm")[0] > 0
    assert "leak" not in set(watch.verdicts()["verdict"])


def test_each_planted_fault_is_named(tiny_gan, tmp_path):
    """A leak, a player that never moves, and none in the loop as it was."""

    def judge(name, change):
        gan = tiny_gan()
        change(gan)
        with aegan.watch(tmp_path / name, every=1, **gan.networks) as watch:
            gan.play(6, watch)
        return dict(watch.verdicts().set_index("network")["verdict"])

    def leak(gan):
        gan.opt_g.add_param_group({"params": list(gan.discriminator.parameters())})

    def freeze(gan):
        gan.discriminator.requires_grad_(False)
        gan.opt_d = torch.optim.Adam([nn.Parameter(torch.zeros(1))])  # holds nothing of the network

    def forget(gan):
        gan.opt_g.step = lambda: None

    assert set(judge("healthy", lambda gan: None).values()) <= {"stable", "shrinking", "growing"}
    assert judge("leak", leak)["generator"] == "leak"
    assert judge("forgotten", forget)["generator"] == "frozen"
    gan = tiny_gan()
    for group in gan.opt_d.param_groups:
        group["lr"] = 0.0
    with aegan.watch(tmp_path / "rate", every=1, **gan.networks) as watch:
        gan.play(6, watch)
    assert dict(watch.verdicts().set_index("network")["verdict"])["discriminator"] == "frozen"


def test_the_first_term_that_is_not_finite_is_named(tmp_path):
    net = nn.Linear(1, 1)
    opt = torch.optim.SGD(net.parameters(), 0.1)
    with aegan.watch(tmp_path, every=50, net=(net, opt)) as watch:
        for step in range(40):
            opt.zero_grad()
            rec, adv = net(torch.ones(2, 1)).square().mean(), net(torch.ones(2, 1)).mean()
            if step == 37:  # no look is due there
                adv = adv * math.nan
            watch.log(loss_net=rec + adv, terms={"rec": rec, "adv": adv})
            (rec + adv).backward()
            opt.step()
    (row,) = watch.verdicts().itertuples()
    assert (row.verdict, row.step, row.layer) == ("diverged", 36, "term adv")  # logged before the round's first step
    assert "term adv" in row.evidence


DIVERGING_LOOP = """
import sys
import aegan, torch
net = torch.nn.Linear(1, 1)
opt = torch.optim.SGD(net.parameters(), 0.1)
watch = aegan.watch(sys.argv[1], every=50, net=(net, opt))
for step in range(40):
    loss = net(torch.ones(2, 1)).square().mean() * (float("nan") if step == 37 else 1)
    opt.step()
    watch.log(loss_net=loss)
    if loss.isnan():
        {end}
"""


@pytest.mark.parametrize(
    "end", ["raise SystemExit", "del opt, net, watch; import gc; gc.collect(); import os; os._exit(0)"]
)
def test_a_loop_that_ends_at_its_nan_has_its_round(tmp_path, end):
    """No look is due there, and nothing closes the watch: the interpreter ends, or the optimisers are gone."""
    subprocess.run([sys.executable, "-c", DIVERGING_LOOP.replace("{end}", end), str(tmp_path)], check=True)
    (row,) = judge_history(tmp_path).itertuples()
    assert (row.verdict, row.step) == ("diverged", 37)


def test_verdicts_know_of_a_nan_before_the_next_look(tmp_path):
    net = nn.Linear(1, 1)
    opt = torch.optim.SGD(net.parameters(), 0.1)
    watch = aegan.watch(tmp_path, every=50, net=(net, opt))
    for step in range(38):
        opt.step()
        watch.log(loss_net=math.nan if step == 37 else 1.0)
    for _ in range(2):  # and it is told once
        (row,) = watch.verdicts().itertuples()
        assert (row.verdict, row.step) == ("diverged", 37)
    watch.close()
    assert list(read_history(tmp_path)[0]["quantity"]).count("diverged") == 1


def test_a_new_watch_ends_an_earlier_one_of_its_folder(tiny_gan, tmp_path):
    """Of a cell of a notebook that runs again."""
    first, second = tiny_gan(), tiny_gan()
    for gan in (first, second):
        (tmp_path / "history.csv").unlink(missing_ok=True)
        watch = aegan.watch(tmp_path, every=50, **gan.networks)
        gan.play(12, watch)
        watch.log(loss_G=math.nan)
    assert not first.opt_g._optimizer_step_pre_hooks
    watch.close()
    assert list(read_history(tmp_path)[0]["quantity"]).count("diverged") == 1


def test_shares_of_terms_are_measured_without_touching_gradients(tmp_path, select):
    encoder, decoder = nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)
    nn.init.constant_(encoder.weight, 1.0)
    nn.init.constant_(decoder.weight, 1.0)
    opt = torch.optim.SGD([*encoder.parameters(), *decoder.parameters()], 0.1)
    with aegan.watch(tmp_path, every=1, encoder=(encoder, opt), decoder=(decoder, opt)) as watch:
        for _ in range(3):
            opt.zero_grad()
            code = encoder(torch.ones(1, 1))
            terms = {"rec": 3 * decoder(code).sum(), "adv": decoder(code.detach()).sum()}
            watch.log(terms=terms, at=encoder)
            assert encoder.weight.grad is None
            sum(terms.values()).backward()
            opt.step()
        with pytest.raises(InputError, match=r"terms\['rec'\]: its graph is gone"):
            watch.log(terms=terms, at=encoder)
    history = read_history(tmp_path)[0]
    assert list(select(history, "encoder", "rec_share")) == [1, 1, 1]
    assert select(history, "encoder", "rec_term_gradient")[0] == 3
    assert select(history, "encoder", "adv_term")[0] == 1
    assert list(history.loc[history["quantity"] == "adv_term_gradient", "value"]) == [0, 0, 0]


def test_compiled_and_parallel_modules_are_seen_through(tiny_gan, tmp_path):
    gan = tiny_gan()
    inside = torch.compile(gan.discriminator, backend="eager")
    with aegan.watch(
        tmp_path,
        every=1,
        generator=(nn.DataParallel(gan.generator), gan.opt_g),
        discriminator=(inside, gan.opt_d),
    ) as watch:
        gan.discriminator, bare = inside, gan.discriminator
        gan.play(3, watch)
        gan.discriminator = bare
    history = read_history(tmp_path)[0]
    assert set(history.loc[history["network"] == "discriminator", "layer"]) == {"0", "3", "(all)"}
    flat = history[history["quantity"] == "saturation"]
    assert set(zip(flat["network"], flat["layer"], strict=True)) == {("generator", "2"), ("generator", "4")}


def test_a_distributed_network_is_seen_through(tiny_gan, tmp_path, select):
    distributed = torch.distributed
    distributed.init_process_group("gloo", store=distributed.HashStore(), rank=0, world_size=1)
    try:
        gan = tiny_gan()
        bare, gan.generator = gan.generator, nn.parallel.DistributedDataParallel(gan.generator)
        with aegan.watch(tmp_path, every=1, **gan.networks) as watch:
            gan.play(2, watch)
    finally:
        distributed.destroy_process_group()
    assert {name for name, _ in bare.named_children()} >= {"0", "3"}
    assert (select(read_history(tmp_path)[0], "generator", "gradient_norm", "0") > 0).all()


def test_copies_of_a_watched_network_are_not_watched(tiny_gan, tmp_path, select):
    """An averaged copy of the generator, and a file of the whole module, are made while hooks hang on it."""
    gan = tiny_gan()
    with aegan.watch(tmp_path, every=1, **gan.networks) as watch:
        assert gan.generator[4]._forward_hooks
        averaged = copy.deepcopy(gan.generator)
        torch.save(gan.generator, io.BytesIO())
        averaged(torch.full((6, 3), 1e6))
        gan.play(1, watch)
    assert select(read_history(tmp_path)[0], "generator", "saturation", "4")[0] < 0.5


def test_the_host_is_asked_once_per_look(tiny_gan, tmp_path, monkeypatch):
    from aegan.watching import look

    fetches, real = [], look.fetch
    monkeypatch.setattr(look, "fetch", lambda tensors: fetches.append(len(tensors)) or real(tensors))
    asked = []
    for name in ("item", "tolist", "cpu", "numpy", "__bool__", "__float__"):
        own = getattr(torch.Tensor, name)

        def count(self, *arguments, _own=own, _name=name, **options):
            asked.append(_name)
            return _own(self, *arguments, **options)

        monkeypatch.setattr(torch.Tensor, name, count)
    gan = tiny_gan()  # plain SGD: its step asks nothing
    gan.opt_g, gan.opt_d = (torch.optim.SGD(net.parameters(), 0.1) for net in (gan.generator, gan.discriminator))
    with aegan.watch(tmp_path, every=4, **gan.networks) as watch:
        gan.play(9, watch)
    looks = len(set(read_history(tmp_path)[0]["step"]))
    assert len(fetches) == looks == 9
    assert asked == ["tolist"] * looks


def test_a_training_that_resumes_continues_its_history(tiny_gan, tmp_path):
    gan = tiny_gan()
    with aegan.watch(tmp_path, every=1, **gan.networks) as watch:
        gan.play(5, watch)
    with pytest.raises(InputError, match=r"history.csv: is the history of an earlier training"):
        aegan.watch(tmp_path, **gan.networks)
    with aegan.watch(tmp_path, every=1, resume=3, **gan.networks) as watch:
        gan.play(2, watch)
    history, last, _ = read_history(tmp_path)
    assert last == 4
    assert sorted(set(history["step"])) == [0, 1, 2, 3, 4]
    assert not history.duplicated(["step", "network", "layer", "quantity"]).any()


def test_a_full_disk_ends_the_watch_and_not_the_training(tiny_gan, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("aegan.watching.observation.append_look", fail)
    gan = tiny_gan()
    watch = aegan.watch(tmp_path, every=1, **gan.networks)
    with pytest.warns(UserWarning, match="No space left on device"):
        gan.play(3, watch)
    assert not gan.opt_d._optimizer_step_pre_hooks


def test_only_the_first_process_is_watched(tiny_gan, tmp_path, monkeypatch):
    monkeypatch.setattr("aegan.watching.watch.is_first_process", lambda: False)
    gan = tiny_gan()
    with aegan.watch(tmp_path / "run", **gan.networks) as watch:
        gan.play(2, watch)
    assert not (tmp_path / "run").exists()
    assert not gan.opt_d._optimizer_step_pre_hooks


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"loss_x": 1.0}, "loss_x: fits no network"),
        ({"lossG": 1.0}, "lossG: is no argument"),
        ({"loss_G": torch.ones(3)}, r"loss_G: has shape \(3,\)"),
        ({"loss_G": "high"}, "loss_G: is a str"),
        ({"logits_real": torch.ones(3), "probabilities_real": torch.ones(3)}, "are both given"),
        ({"logits_real": 3.0}, "logits_real: is float"),
        ({"terms": {"rec": torch.ones(())}, "at": nn.Linear(1, 1)}, "at: is in none of the watched networks"),
        ({"terms": {"rec": torch.ones(())}, "at": torch.ones(1)}, "at: holds no parameter that requires grad"),
    ],
)
def test_wrong_values_are_refused(tiny_gan, tmp_path, given, message):
    with aegan.watch(tmp_path, **tiny_gan().networks) as watch, pytest.raises(InputError, match=message):
        watch.log(**given)


def test_verdicts_are_a_table_of_all_networks(tiny_gan, tmp_path):
    gan = tiny_gan()
    with aegan.watch(tmp_path / "mine", every=1, **gan.networks) as watch:
        gan.play(4, watch)
    table = watch.verdicts()
    assert isinstance(table, pd.DataFrame)
    assert list(table["network"]) == ["generator", "discriminator"]
    assert set(table["method"]) == {"mine"}


def test_importing_aegan_waits_for_nothing_heavy():
    light = "import sys, aegan; assert not {'torch', 'pandas'} & set(sys.modules)"
    heavy = "aegan.watch; assert 'torch' in sys.modules; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", f"{light}; {heavy}"], check=True)
    with pytest.raises(AttributeError, match="has no attribute 'wacht'"):
        aegan.wacht  # noqa: B018


def test_a_gate_that_is_registered_last_does_not_make_a_logit_a_probability(tmp_path, select):
    net = nn.ModuleDict({"head": nn.Linear(1, 1), "gate": nn.Sigmoid()})
    opt = torch.optim.SGD(net.parameters(), 0.1)
    with aegan.watch(tmp_path, judge="net", net=(net, opt)) as watch:
        out = net["head"](net["gate"](torch.ones(2, 1)))
        out.sum().backward()
        opt.step()
        watch.log(logits_real=out, logits_fake=out.detach())
    assert select(read_history(tmp_path)[0], "net", "logit_real")[0] == pytest.approx(out.mean().item())


def test_a_probability_is_not_taken_for_a_logit(tmp_path, select):
    net = nn.Sequential(nn.Linear(1, 1), nn.Sigmoid())
    opt = torch.optim.SGD(net.parameters(), 0.1)
    with aegan.watch(tmp_path, judge="net", net=(net, opt)) as watch:
        out = net(torch.ones(2, 1))
        with pytest.raises(InputError, match="is the output of a sigmoid in net"):
            watch.log(logits_real=out, logits_fake=out)
        softplus(out).sum().backward()
        opt.step()
        watch.log(probabilities_real=torch.tensor([0.8, 0.6]), probabilities_fake=torch.tensor([0.5, 0.9]))
    history = read_history(tmp_path)[0]
    assert select(history, "net", "accuracy")[0] == 0.75
    assert select(history, "net", "logit_real")[0] == pytest.approx((math.log(4) + math.log(1.5)) / 2, rel=1e-5)
