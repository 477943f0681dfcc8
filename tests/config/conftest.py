"""Fixtures of the config's tests."""

from typing import Any

import pytest
from tests.config.config_changes import METHODS, ROOT, put

from aegan.config.yaml_files import merge_config_files


@pytest.fixture
def raw() -> dict[str, Any]:
    """The quickstart's config, not validated, without its primary family, which tests of other methods cannot have."""
    raw = merge_config_files([ROOT / "config" / "config.yaml"])
    del raw["study"]["primary"]
    return raw


@pytest.fixture
def study(raw: dict[str, Any]) -> dict[str, Any]:
    """A study of two data sets with a primary family."""
    raw = put(put(raw, "study.methods", METHODS), "study.datasets", ["digits", "fashion_mnist"])
    return put(raw, "study.primary", {"comparisons": ["warm_start", "gan_r1"], "endpoints": ["fd", "lost"]})
