"""What a valid config says, without its registries: they import torch, which takes longer than planning a study."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aegan.config.recall import recall


class Keys(dict[str, Any]):
    """A mapping of JSON values whose keys are attributes too, as those of a section of `Config` are."""

    def __getattr__(self, key: str) -> Any:
        """Return the value of a key."""
        if key not in self:
            raise AttributeError(key)
        return self[key]


@dataclass(frozen=True)
class ResolvedConfig:
    """The keys of a valid config, and what follows from them. The keys of a section are its attributes, as in `Config`.

    Args:
        keys: all keys; absent ones are None.
        settings: the same without absent keys.
        params: section -> the `params` of a job that reads it, or of each of its named entries.
        seed_blocks: seeds of each job, such as 0-4.
        reproduction_blocks: reproduction -> seeds of each of its jobs.
        runs: data set -> methods that run on it.
        used_autoencoders: data set -> autoencoders of these methods.
        baselines: method -> its baselines.
        differences: data set -> method -> baseline -> in what else they differ there than what is compared.
        needs: data set -> rows and labels that the study needs, the fields of `DataNeeds`.
    """

    keys: Mapping[str, Any]
    settings: Mapping[str, Any]
    params: Mapping[str, Any]
    seed_blocks: list[str]
    reproduction_blocks: Mapping[str, list[str]]
    runs: Mapping[str, list[str]]
    used_autoencoders: Mapping[str, list[str]]
    baselines: Mapping[str, list[str]]
    differences: Mapping[str, Mapping[str, Mapping[str, str]]]
    needs: Mapping[str, Mapping[str, int]]

    def __getattr__(self, section: str) -> Any:
        """Return a section of the config."""
        return getattr(self.keys, section)

    def resolve_params(self, section: str, name: str | None = None) -> Any:
        """Return a section, or one named entry of it, as the `params` of a job; see `Config.resolve_params`.

        Args:
            section: key of the section, such as `probes` or `methods`.
            name: key of the entry, for a section of named entries.
        """
        return self.params[section] if name is None else self.params[section][name]


def resolve_config(raw: Mapping[str, Any]) -> ResolvedConfig:
    """Validate a merged config, unless the same one was valid before, and return what it says.

    Raises:
        ConfigError: there are mistakes; the message lists all of them.
    """
    resolved = recall(lambda: _validate(raw), "config", raw)
    keys = json.loads(json.dumps(resolved.pop("keys")), object_hook=Keys)
    return ResolvedConfig(keys, **resolved)


def _validate(raw: Mapping[str, Any]) -> dict[str, Any]:
    from aegan.config.requirements import compute_needs
    from aegan.config.types import Section
    from aegan.config.validation import load_config

    config = load_config(raw)
    sections = {name: getattr(config, name) for name in type(config).model_fields}
    return {
        "keys": config.model_dump(mode="json"),
        "settings": config.model_dump(mode="json", exclude_none=True),
        "params": {
            name: section.to_params()
            if isinstance(section, Section)
            else {entry: config.resolve_params(name, entry) for entry in section or ()}
            for name, section in sections.items()
        },
        "seed_blocks": config.list_seed_blocks(),
        "reproduction_blocks": {name: config.list_seed_blocks(name) for name in config.study.reproductions},
        "runs": {name: config.list_methods(name) for name in config.datasets},
        "used_autoencoders": {name: config.list_used_autoencoders(name) for name in config.datasets},
        "baselines": config.resolve_baselines(),
        "differences": config.describe_differences(),
        "needs": {name: compute_needs(config, name)._asdict() for name in config.datasets},
    }
