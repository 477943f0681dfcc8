"""A loop of Accelerate, with the real library: its optimisers are wrapped, and step only after accumulation."""

import pytest
import torch
from torch import nn

import aegan
from aegan.watching.history_file import read_history


def test_a_prepared_loop_is_seen_as_its_optimisers_step(beside, tmp_path, select):
    accelerator = beside("accelerate").Accelerator(cpu=True, gradient_accumulation_steps=2)
    net = nn.Linear(2, 1, bias=False)
    nn.init.constant_(net.weight, 2.0)
    module, optimiser = accelerator.prepare(net, torch.optim.SGD(net.parameters(), 0.5))
    with aegan.watch(tmp_path, every=1, net=(module, optimiser)) as watch:
        for _ in range(6):
            with accelerator.accumulate(module):
                loss = module(torch.tensor([[3.0, 4.0]])).sum()
                accelerator.backward(loss)  # divides by the number of parts
                watch.log(loss_net=loss)
                optimiser.step()
                optimiser.zero_grad()
    history, last, _ = read_history(tmp_path)
    assert last == 2
    assert select(history, "net", "gradient_norm").tolist() == pytest.approx([5.0] * 3)
    assert select(history, "net", "update_ratio")[0] == pytest.approx(2.5 / 8**0.5)
