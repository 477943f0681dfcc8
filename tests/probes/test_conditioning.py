import pytest
import torch
from torch import nn
from torch.testing import assert_close

from aegan import seeding
from aegan.errors import InputError
from aegan.probes.conditioning import CHUNK_SIZE, compute_jacobians, log_condition_numbers


def conv():
    return nn.Sequential(
        nn.Linear(5, 32),
        nn.LeakyReLU(0.2),
        nn.Unflatten(1, (2, 4, 4)),
        nn.BatchNorm2d(2).eval(),
        nn.ConvTranspose2d(2, 3, kernel_size=4, stride=2, padding=1),
        nn.ReLU(),
        nn.Conv2d(3, 1, kernel_size=3, padding=1),
        nn.Sigmoid(),
    )


def dense():
    return nn.Sequential(nn.Linear(5, 9), nn.Tanh(), nn.Linear(9, 4))  # fewer outputs than codes


def codes(count):
    return torch.randn(count, 5, generator=seeding.torch_generator(0, "test"), dtype=torch.float64)


@pytest.fixture(params=[conv, dense])
def generator(request):
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return request.param().double()


@pytest.mark.parametrize("count", [1, CHUNK_SIZE + 1])
def test_jacobians_are_those_of_reverse_mode_code_by_code(generator, count):
    z = codes(count)
    twin = torch.stack(
        [torch.autograd.functional.jacobian(lambda code: generator(code[None]).flatten(), code) for code in z]
    )
    found = compute_jacobians(generator, z)
    assert_close(found, twin, rtol=1e-10, atol=1e-14)
    assert not found.requires_grad


def test_log_condition_is_that_of_the_metric_tensor(generator):
    z = codes(CHUNK_SIZE + 3)
    J = compute_jacobians(generator, z)
    metric = J.mT @ J if J.shape[1] >= 5 else J @ J.mT
    eigenvalues = torch.linalg.eigvalsh(metric)
    assert_close(
        log_condition_numbers(generator, z), (eigenvalues[:, -1] / eigenvalues[:, 0]).log10(), rtol=1e-7, atol=0
    )


def test_a_linear_map_has_the_condition_of_its_matrix_everywhere():
    linear = nn.Linear(3, 3, bias=False).double()
    linear.weight.data = torch.diag(torch.tensor([100.0, 10.0, 1.0]).double())
    z = torch.randn(4, 3, generator=seeding.torch_generator(0, "test"), dtype=torch.float64)
    assert_close(log_condition_numbers(linear, z), torch.full((4,), 4.0).double(), rtol=1e-12, atol=0)
    assert_close(compute_jacobians(linear, z), linear.weight.detach().expand(4, 3, 3))


def test_a_conformal_map_has_condition_one():
    turn = nn.Linear(2, 2, bias=False).double()
    turn.weight.data = 3 * torch.tensor([[0.6, -0.8], [0.8, 0.6]]).double()
    assert_close(log_condition_numbers(turn, torch.ones(1, 2).double()), torch.zeros(1).double(), rtol=0, atol=1e-12)


def test_a_direction_that_is_lost_makes_it_infinite():
    lost = nn.Linear(2, 3, bias=False).double()
    lost.weight.data[:, 1] = 0
    assert log_condition_numbers(lost, torch.ones(1, 2).double()) == torch.inf
    lost.weight.data.zero_()
    assert log_condition_numbers(lost, torch.ones(1, 2).double()) == torch.inf


def test_a_generator_that_does_not_map_each_code_on_its_own_is_refused():
    batched = nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4)).double()
    with pytest.raises(InputError, match=r"layer '1' \(BatchNorm1d\) normalises over the batch.*eval mode"):
        compute_jacobians(batched, codes(3))
    random = nn.Sequential(nn.Linear(5, 4), nn.Dropout()).double()
    with pytest.raises(InputError, match="random"):
        compute_jacobians(random, codes(3))


def decoder():
    """DCGAN's kind of generator: codes (N, 4, 1, 1) to images (N, 1, 4, 4)."""
    with torch.random.fork_rng():
        torch.manual_seed(2)
        return nn.Sequential(nn.ConvTranspose2d(4, 3, 2), nn.Tanh(), nn.ConvTranspose2d(3, 1, 2, stride=2)).double()


def test_codes_shaped_as_images_read_as_their_numbers_do():
    z = torch.randn(CHUNK_SIZE + 2, 4, generator=seeding.torch_generator(0, "test"), dtype=torch.float64)
    net = decoder()
    found = log_condition_numbers(net, z[..., None, None])
    assert found.shape == (CHUNK_SIZE + 2,)
    assert (found >= 0).all()
    assert_close(found, log_condition_numbers(lambda code: net(code[..., None, None]), z), rtol=1e-10, atol=0)
    assert compute_jacobians(net, z[:3, :, None, None]).shape == (3, 16, 4)


class Recurrent(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.recurrent, self.head = kind(1, 6, batch_first=True), nn.Linear(6, 3)

    def forward(self, x):
        return self.head(self.recurrent(x.unsqueeze(-1))[0][:, -1])


def attention():
    layer = nn.TransformerEncoderLayer(5, 1, 8, batch_first=True).eval()
    return nn.Sequential(nn.Unflatten(1, (1, 5)), layer, nn.Flatten(), nn.Linear(5, 4))


def branching(x):
    return x * 2 if x.sum().item() > 0 else x * x


NO_FORWARD_MODE = {
    **{kind.__name__: lambda kind=kind: Recurrent(kind) for kind in (nn.LSTM, nn.GRU, nn.RNN)},
    "attention": attention,
    "instance norm in training": lambda: nn.Sequential(
        nn.Unflatten(1, (1, 1, 5)), nn.InstanceNorm2d(1, track_running_stats=True), nn.Flatten()
    ),
    "script": lambda: torch.jit.script(nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4), nn.Tanh()).eval()),
    "branching": lambda: branching,
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", NO_FORWARD_MODE)
def test_networks_without_forward_mode_have_the_jacobian_of_reverse_mode(name):
    with torch.random.fork_rng():
        torch.manual_seed(3)
        net = NO_FORWARD_MODE[name]()
    net = net.double() if isinstance(net, nn.Module) else net
    z = codes(3)
    with torch.no_grad():
        found = compute_jacobians(net, z)
    twin = [torch.autograd.functional.jacobian(lambda code: net(code[None]).flatten(), code) for code in z]
    assert_close(found, torch.stack(twin), rtol=1e-9, atol=1e-12)
    assert (log_condition_numbers(net, z) >= 0).all()


@pytest.mark.parametrize("caller", [torch.no_grad, torch.inference_mode])
def test_codes_made_without_gradients_are_no_hindrance(generator, caller):
    expected = compute_jacobians(generator, codes(3))
    with caller():
        z = codes(3)
        assert_close(compute_jacobians(generator, z), expected, rtol=0, atol=0)
        assert_close(compute_jacobians(lambda x: branching(generator(x)), z).isfinite().all(), torch.tensor(data=True))
    assert_close(compute_jacobians(generator, z), expected, rtol=0, atol=0)


def test_a_first_layer_that_works_in_place_leaves_the_codes_alone():
    net = nn.Sequential(nn.LeakyReLU(0.2, inplace=True), nn.Linear(5, 5)).double()
    z = codes(3)
    expected = net[1].weight.detach() * torch.where(z > 0, 1.0, 0.2)[:, None]
    assert_close(compute_jacobians(net, z), expected)
    assert_close(compute_jacobians(lambda x: net(x) if x.isfinite().all().item() else x, z), expected)  # reverse mode
    assert torch.equal(z, codes(3))


def test_jacobians_that_are_not_finite_have_no_condition(generator):
    generator[0].weight.data[0, 0] = torch.nan
    z = codes(CHUNK_SIZE + 1)
    assert log_condition_numbers(generator, z).isnan().all()
    half = torch.where(torch.arange(len(z))[:, None] % 2 == 0, z, torch.inf)
    linear = nn.Linear(5, 5).double()
    found = log_condition_numbers(lambda x: linear(x) * (x / x).sum(), half)  # ∞ / ∞ is NaN
    assert found[1::2].isnan().all()
    assert found[::2].isfinite().all()


def test_arguments_are_checked_at_the_door(generator):
    for shape in [(5,), (0, 5)]:
        with pytest.raises(InputError, match="codes: has shape"):
            log_condition_numbers(generator, torch.ones(shape))
    with pytest.raises(InputError, match=r"codes: is torch.float32.*parameters are torch.float64"):
        compute_jacobians(generator, codes(2).float())
    with pytest.raises(InputError, match="generator: returns a tuple"):
        compute_jacobians(lambda x: (x, x), codes(2))
    for layer in (nn.BatchNorm1d(5), nn.BatchNorm1d(5, track_running_stats=False).eval()):
        with pytest.raises(InputError, match=r"layer '0' \(BatchNorm1d\)"):
            compute_jacobians(nn.Sequential(layer), codes(2))
