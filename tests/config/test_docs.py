import json
from pathlib import Path

from tests.config.config_changes import ROOT

from aegan.config.docs import REGISTRIES, render_readme, render_schema, write_docs
from aegan.config.methods import GanTraining
from aegan.config.model import Config
from aegan.games.roles import ROLES


def test_schema_and_readme_are_those_of_the_models() -> None:
    fix = "run `aegan docs`"
    assert (ROOT / "config" / "schema.json").read_text("utf-8") == render_schema(), fix
    assert (ROOT / "config" / "README.md").read_text("utf-8") == render_readme(), fix


def test_the_schema_enumerates_the_registries() -> None:
    text = json.dumps(Config.model_json_schema())
    for _, registry in REGISTRIES.values():
        assert all(f'"const": "{name}"' in text for name in registry)
    roles = Config.model_json_schema()["$defs"]["Method"]["properties"]["role"]["discriminator"]["mapping"]
    assert set(roles) == set(ROLES)


def test_every_option_is_documented() -> None:
    from aegan.registry import make_options_model

    for _, registry in REGISTRIES.values():
        for name, entry in registry.items():
            model = make_options_model(name, entry)
            assert model.__doc__
            assert all(field.description for key, field in model.model_fields.items() if key != "name"), name


def test_every_selection_in_the_schema_is_of_a_documented_registry() -> None:
    """A key with a registry of its own is documented with the entries of that registry."""
    nodes, selections = [Config.model_json_schema()], []
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            selections += [set(node["discriminator"]["mapping"])] if "mapping" in node.get("discriminator", {}) else []
            nodes += node.values()
        elif isinstance(node, list):
            nodes += node
    registries = [set(registry) for _, registry in REGISTRIES.values()]
    assert selections
    assert all(any(selection <= registry for registry in registries) for selection in selections)


def test_the_readme_names_every_section_key_and_wildcard() -> None:
    text = render_readme()
    for section in ("study", "datasets.NAME", "methods.NAME", "gan", "probes", "report"):
        assert f"## `{section}`" in text
    assert all(f"| `{key}` |" in text for key in GanTraining.model_fields)
    assert all(f"- `{{{name}}}`:" in text for name in ("dataset", "autoencoder", "method", "seeds"))


def test_docs_are_written_as_rendered(tmp_path: Path) -> None:
    write_docs(tmp_path)
    assert (tmp_path / "schema.json").read_text("utf-8") == render_schema()
    assert (tmp_path / "README.md").read_text("utf-8") == render_readme()
