import subprocess
import sys

import torch

from aegan.data.array_dataset import ArrayDataset
from aegan.data.batch import Batch


def test_a_batch_of_unlabelled_data_at_the_first_step_is_its_data_alone():
    data = torch.rand(3, 2)
    batch = Batch(data)
    assert batch.real is data
    assert (batch.labels, batch.step) == (None, 0)


def test_a_batch_of_a_dataset_carries_labels_and_step():
    dataset = ArrayDataset(torch.rand(4, 2).numpy(), torch.tensor([3, 1, 0, 2]).numpy())
    batch = dataset.select_batch(torch.tensor([2, 0]).numpy(), step=7)
    assert batch.labels.tolist() == [0, 3]
    assert batch.step == 7


def test_importing_the_type_does_not_import_torch():
    code = "import sys, aegan.data.batch; print('torch' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
