"""Fixtures of the config's tests."""

from typing import Any

import pytest
from tests.config.config_changes import ROOT

from aegan.config.yaml_files import merge_config_files


@pytest.fixture
def raw() -> dict[str, Any]:
    """The quickstart's config, not validated, without its primary family, which tests of other methods cannot have."""
    raw = merge_config_files([ROOT / "config" / "config.yaml"])
    del raw["study"]["primary"]
    return raw
