import random
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import softplus
from torch.nn.utils import parametrizations

from aegan import seeding
from aegan.errors import InputError
from aegan.probes.arnoldi import KrylovSpace, choose_rotation
from aegan.probes.conditioning import compute_jacobians, log_condition_numbers
from aegan.probes.decomposition import decompose_gradient
from aegan.probes.depth_profile import decades_per_layer, depth_ratio
from aegan.probes.dynamics import Jacobian, compute_field
from aegan.probes.gradient_noise import gradient_variance, measure_signal_to_noise, signal_to_noise_ratio
from aegan.probes.lipschitz import (
    input_gradient_norms,
    layer_gradient_bounds,
    lipschitz_lower_bound,
    lipschitz_upper_bound,
)
from aegan.probes.path_angle import measure_path_angle
from aegan.probes.preserved_state import preserve_state
from aegan.probes.snapshot import ProbeSnapshot

DOCUMENT = Path(__file__).parents[2] / "docs" / "probes.md"


class World:
    """A generator and a judge that move buffers and draw random numbers in each forward pass."""

    def __init__(self):
        self.rng = seeding.torch_generator(0, "test")
        self.generator = nn.Sequential(nn.Linear(3, 6), nn.BatchNorm1d(6), nn.Tanh(), nn.Linear(6, 4)).eval()
        self.plain = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), parametrizations.spectral_norm(nn.Linear(5, 1)))
        self.judge = nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5), nn.Dropout(), *self.plain[1:])
        for module in (self.generator, self.plain, self.judge):
            module.double()
        for parameter in self.parameters:
            parameter.grad = self.draw(*parameter.shape)
        self.z, self.real, self.fake = self.draw(8, 3), self.draw(8, 4), self.draw(8, 4)
        self.own = list(self.generator.parameters())
        gradients = [[self.draw(*parameter.shape) for parameter in self.own] for _ in range(3)]
        self.glimpse = ProbeSnapshot(self.generator, [], gradients, [], {})

    def draw(self, *shape):
        return torch.randn(*shape, generator=self.rng, dtype=torch.float64)

    @property
    def modules(self):
        return self.generator, self.plain, self.judge

    @property
    def parameters(self):
        return [parameter for module in self.modules for parameter in module.parameters()]

    @property
    def players(self):
        logits = lambda: self.plain(self.generator(self.z))  # noqa: E731
        return [
            (self.own, lambda: softplus(-logits()).mean()),
            (list(self.plain.parameters()), lambda: softplus(logits()).mean()),
        ]

    @property
    def ends(self):
        count = sum(parameter.numel() for own, _ in self.players for parameter in own)
        return self.draw(count), self.draw(count)

    def state(self):
        """Everything that may not change, as bytes."""
        tensors = {
            f"{number}.{name}": tensor
            for number, module in enumerate(self.modules)
            for name, tensor in [*module.named_parameters(), *module.named_buffers()]
        }
        gradients = {f"grad {number}": parameter.grad for number, parameter in enumerate(self.parameters)}
        values = {
            name: (id(tensor), tensor.detach().numpy().tobytes()) for name, tensor in (tensors | gradients).items()
        }
        modes = [part.training for module in self.modules for part in module.modules()]
        hidden = torch.get_rng_state().numpy().tobytes(), random.getstate(), str(np.random.get_state())  # noqa: NPY002
        wanting = [parameter.requires_grad for parameter in self.parameters]
        return values, modes, hidden, wanting


def within(probe):
    """For the probes of the dynamics, whose closures hide their modules: they are named around the call."""

    def probed(w):
        with preserve_state(w.plain):
            probe(w)

    return probed


PROBES = {
    "decompose": lambda w: decompose_gradient(torch.mean, w.judge, w.generator(w.z), w.own),
    "signal_to_noise": lambda w: signal_to_noise_ratio(w.glimpse.gradients),
    "variance": lambda w: gradient_variance(w.glimpse.gradients),
    "signal": lambda w: measure_signal_to_noise(w.glimpse),
    "slopes": lambda w: input_gradient_norms(w.judge, w.real),
    "lower": lambda w: lipschitz_lower_bound(w.judge, w.real, w.fake, w.rng),
    "upper": lambda w: lipschitz_upper_bound(w.plain),
    "gradient_bound": lambda w: layer_gradient_bounds([w.judge[0].weight], 1.0),
    "jacobian": lambda w: compute_jacobians(w.generator, w.z),
    "log_condition": lambda w: log_condition_numbers(w.generator, w.z),
    "field": within(lambda w: compute_field(w.players)),
    "vjp": within(lambda w: Jacobian(w.players).vjp(w.ends[0])),
    "jvp": within(lambda w: Jacobian(w.players).jvp(w.ends[0])),
    "matrix": within(lambda w: Jacobian(w.players).matrix()),
    "eigenvalues": within(lambda w: Jacobian(w.players).eigenvalues(3, w.rng)),
    "arnoldi": within(lambda w: KrylovSpace(Jacobian(w.players).vjp, w.ends[0]).find_eigenvalues(choose_rotation, 1)),
    "symplectic_share": within(lambda w: Jacobian(w.players).symplectic_share(w.rng)),
    "path_angle": within(lambda w: measure_path_angle(w.players, w.ends, [0.0, 0.5])),
    "decades_per_layer": lambda w: decades_per_layer(w.real.abs()),
    "depth_ratio": lambda w: depth_ratio(w.real.abs()),
}


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_leaves_everything_as_it_found_it(name):
    world = World()
    before = world.state()
    PROBES[name](world)
    assert world.state() == before


def test_the_world_would_tell():
    """Without `untouched`, a forward pass of these modules moves buffers and the random state."""
    world = World()
    values, _, hidden, _ = world.state()
    world.judge(world.real)
    moved_values, _, moved_hidden, _ = world.state()
    assert {name for name in values if values[name] != moved_values[name]} >= {"2.1.running_mean", "2.1.running_var"}
    assert moved_hidden[0] != hidden[0]


class Reassigning(nn.Module):
    """Gives its buffer a new tensor in each call."""

    def __init__(self):
        super().__init__()
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x):
        self.calls = self.calls + 1
        return self.calls * x


def test_buffers_come_back_where_a_module_replaces_them_and_after_an_error():
    module = Reassigning()
    before = module.calls
    with preserve_state(module):
        assert module(torch.ones(1)) == 1
    assert module.calls is before
    with pytest.raises(TypeError), preserve_state(module):
        module(None)
    assert module.calls is before


def test_graphs_that_hold_buffers_stay_good():
    judge = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 1)).eval()
    logits = judge(torch.ones(4, 2))
    input_gradient_norms(judge, torch.ones(4, 2))
    logits.sum().backward()
    assert judge[0].weight.grad is not None


def test_the_documented_example_runs(capsys):
    (example,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    exec(example, names)
    parts, (least, most) = names["parts"], names["bounds"]
    torch.testing.assert_close(parts.slope * parts.field * parts.gain, parts.norm)
    assert 0 < least <= most
    assert len(capsys.readouterr().out.splitlines()) == 3
    code = [line for line in example.splitlines() if line and not line.startswith(("import", "from"))]
    assert len(code) <= 10


class Careless(nn.Module):
    """Changes everything of itself that a module can hold, in each forward pass."""

    def __init__(self):
        super().__init__()
        self.own, self.frozen = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2), requires_grad=False)
        self.register_buffer("seen", torch.zeros(2))
        self.inner, self.calls, self.last = nn.ReLU(), 0, None

    def forward(self, x):
        self.calls, self.last, self.new = self.calls + 1, x, x
        self.seen += 1
        self.frozen.data = self.frozen.data + 1  # as some spectral norms keep their vectors
        self.own.requires_grad_(requires_grad=False)
        self.inner, self.added = nn.Tanh(), nn.ReLU()
        self.register_buffer("later", torch.rand(1))
        self.eval()
        if x.isnan().any():
            raise KeyError("an error of the user's")
        return self.inner(x * self.own)


@pytest.mark.parametrize("value", [1.0, torch.nan])
def test_all_state_of_a_module_comes_back_after_an_error_too(value):
    module = Careless()
    random_state, table = torch.get_rng_state(), {**vars(module)}
    tables = {name: dict(vars(module)[name]) for name in ("_parameters", "_buffers", "_modules")}
    try:
        with preserve_state(module):
            module(torch.full((2,), value))
    except KeyError:
        assert value != 1
    assert vars(module) == table
    assert {name: dict(vars(module)[name]) for name in tables} == tables
    assert torch.equal(module.frozen, torch.ones(2))
    assert torch.equal(module.seen, torch.zeros(2))
    assert module.own.requires_grad
    assert [part.training for part in module.modules()] == [True, True]
    assert torch.equal(torch.get_rng_state(), random_state)


def test_shared_buffers_stay_shared_within_the_block():
    first, second = nn.BatchNorm1d(1), nn.BatchNorm1d(1)
    second._buffers = dict(first._buffers)
    own = first.running_mean
    with preserve_state(first, second, first):
        first(torch.tensor([[4.0], [6.0]]))
        assert second.running_mean is first.running_mean
        assert first.running_mean is not own
    assert first.running_mean is second.running_mean is own
    assert own.item() == 0


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_buffers_of_a_script_come_back():
    module = torch.jit.script(nn.BatchNorm1d(2))
    with preserve_state(module):
        module(torch.rand(4, 2) + 3)
        assert module.running_mean.min() > 0
    assert torch.equal(module.running_mean, torch.zeros(2))


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_the_generator_of_the_device_comes_back():
    net = nn.Sequential(nn.Linear(2, 2), nn.Dropout()).cuda()
    before = torch.cuda.get_rng_state()
    input_gradient_norms(net, torch.ones(2, 2, device="cuda"))
    assert torch.equal(torch.cuda.get_rng_state(), before)


FAILING = {
    "decompose": lambda w: decompose_gradient(lambda a: a, w.judge, w.generator(w.z), w.own),
    "slopes": lambda w: input_gradient_norms(lambda x: w.judge(x).detach(), w.real),
    "lower": lambda w: lipschitz_lower_bound(w.judge, w.real, w.fake[:3], w.rng),
    "upper": lambda w: lipschitz_upper_bound(w.judge),
    "jacobian": lambda w: compute_jacobians(w.judge, w.real),
    "field": within(lambda w: compute_field([*w.players, (list(w.judge.parameters()), lambda: w.plain(w.real))])),
    "path_angle": within(lambda w: measure_path_angle([*w.players, (w.own, None)], w.ends, [0.0, 0.5])),
}


@pytest.mark.parametrize("name", FAILING)
def test_a_probe_that_refuses_leaves_everything_as_it_found_it(name):
    world = World()
    world.judge[3].requires_grad_(requires_grad=False)
    before = world.state()
    with pytest.raises(InputError):
        FAILING[name](world)
    after = world.state()
    assert after[0] == before[0] or name == "slopes"  # its module is inside a closure
    assert after[1] == before[1]
    assert after[2] == before[2]
    assert after[3] == before[3]


def test_frozen_layers_and_modes_are_kept():
    world = World()
    world.judge.requires_grad_(requires_grad=False)
    world.generator[0].requires_grad_(requires_grad=False)
    before = world.state()
    for name in ("decompose", "slopes", "lower", "upper", "jacobian", "log_condition", "field", "matrix"):
        PROBES[name](world)
    assert world.state() == before
