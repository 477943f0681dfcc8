"""Fixtures of the tests of training."""

from functools import partial
from types import SimpleNamespace

import pytest
from tests.training.engine_cases import CUDA

from aegan.training.cuda_graph_engine import CudaGraphEngine
from aegan.training.memory_allocator import configure_process
from aegan.training.stacked_engine import StackedEngine
from aegan.training.validated_engine import CUDA_TOLERANCE


@pytest.fixture(params=["cpu", CUDA])
def device_tiny(tiny, request):
    """Tiny methods on either device, and the engine that plays all members at once there."""
    configure_process(request.param)
    on_device = {"member_factory": partial(tiny.member_factory, device=request.param)}
    return SimpleNamespace(
        **vars(tiny) | on_device,
        capture=CudaGraphEngine if request.param == "cuda" else StackedEngine,
        tolerance=CUDA_TOLERANCE if request.param == "cuda" else 0.0,
        device=request.param,
    )
