import numpy as np
from tests.config.config_changes import put
from tests.contributed.checks import check_listed

from aegan.config.validation import load_config
from aegan.data.array_dataset import ArrayDataset
from aegan.data.sources import SOURCES
from aegan.registry import build


def test_config_and_docs_know_the_source_and_a_batch_of_it_can_be_drawn(raw):
    points = put(put(raw, "datasets.x", {"source": "funnel"}), "study", {"datasets": ["x"], "methods": ["gan"]})
    config = load_config(points)
    source = config.resolve_params("datasets", "x")["source"]
    check_listed("funnel", "Neal's funnel (Neal 2003, section 8)")
    loaded = build(SOURCES, source | {"count": 50}).load([])
    batch = ArrayDataset(loaded.values).select_batch(np.arange(8))
    assert batch.real.shape == (8, 2)
