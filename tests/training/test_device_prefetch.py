"""Batches on the device are those of the eager loop."""

import numpy as np
import torch
from tests.training.engine_cases import (
    assert_same_members,
    train_eagerly,
    train_with_engine,
)

from aegan.data.scaling import to_unit
from aegan.training import batched_engine, device_prefetch, validated_engine
from aegan.training.batched_engine import BatchedEngine
from aegan.training.device_prefetch import DevicePrefetcher, scale_pixels


def test_prefetched_batches_are_those_of_the_eager_loop(device_tiny):
    member, _ = device_tiny.member_factory(device_tiny.method(discriminator_moves=3))(0)
    member.step = 7
    way = torch.cuda.Stream() if device_tiny.device == "cuda" else None
    for resident in ({}, {id(member.dataset.array): torch.from_numpy(member.dataset.array).to(device_tiny.device)}):
        fed = DevicePrefetcher(member, 5, resident, way)
        fed.load(5)
        for step in range(7, 12):
            for move, batch in enumerate(fed.current_batches()):
                expected = member.dataset.select_batch(member.sampler.select_rows(3 * step + move), step)
                assert torch.equal(batch.real, expected.real)
                assert torch.equal(batch.labels, expected.labels)
                assert int(batch.step) == step
            fed.advance()


def test_batches_are_copied_while_earlier_rounds_run(device_tiny, monkeypatch):
    monkeypatch.setattr(batched_engine, "load_resident_arrays", lambda members: {})
    for name in ("TRANSFER_BYTES", "HOST_TRANSFER_BYTES"):
        monkeypatch.setattr(device_prefetch, name, 10 * 16 * 64)  # ten rounds of 16 images
    brought, bring = [], DevicePrefetcher._gather
    monkeypatch.setattr(DevicePrefetcher, "_gather", lambda self, *of: (brought.append(of), bring(self, *of))[1])
    method = device_tiny.method(rounds=80, stages=[1.0])
    capture = device_tiny.capture if device_tiny.device == "cuda" else BatchedEngine
    members, player = train_with_engine(device_tiny, method, seeds=(0,), rounds=80, capture=capture)
    assert isinstance(player.inner, BatchedEngine)
    first, trial = validated_engine.WARM_UP_ROUNDS, validated_engine.VALIDATION_ROUNDS
    assert brought[:3] == [(first, trial), (first + trial, 10), (first, 1)]  # the last plays the round that was due
    assert brought[3:] == [(step, 10) for step in range(first + 1, 80, 10)]
    assert_same_members(members, train_eagerly(device_tiny, method, (0,), rounds=80))


def test_pixels_are_scaled_as_on_the_host(device_tiny):
    pixels = np.random.default_rng(0).integers(0, 256, (5, 3, 4, 2), dtype=np.uint8)
    scaled = scale_pixels(torch.from_numpy(pixels).to(device_tiny.device))
    assert torch.equal(scaled.cpu(), to_unit(pixels))
    assert scaled.is_contiguous()
