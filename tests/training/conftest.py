"""Fixtures of the tests of training."""

from functools import partial
from types import SimpleNamespace

import pytest
from tests.training.engine_cases import CUDA

from aegan.training.batched_engine import BatchedEngine
from aegan.training.cuda_graph_engine import CudaGraphEngine
from aegan.training.memory_allocator import configure_process


@pytest.fixture(params=["cpu", CUDA])
def device_tiny(tiny, request):
    """Tiny methods on either device, and the engine that plays all members at once there."""
    configure_process(request.param)
    on_device = {"member_factory": partial(tiny.member_factory, device=request.param)}
    return SimpleNamespace(
        **vars(tiny) | on_device,
        capture=CudaGraphEngine if request.param == "cuda" else BatchedEngine,
        device=request.param,
    )
