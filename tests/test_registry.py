from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, PositiveFloat, TypeAdapter, ValidationError

from aegan.networks.adversaries import DISCRIMINATORS, GENERATORS
from aegan.networks.autoencoders import AUTOENCODERS
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import PENALTIES
from aegan.probes.schedules import SCHEDULES
from aegan.registry import Entry, build, choice, make_options_model, options, read_argument_docs, with_options_of
from aegan.training.optimisers import OPTIMISERS


def scaled(x, *, factor: PositiveFloat = 2.0, power: Annotated[int, Field(ge=0, le=3)]):
    """Scale and raise.

    More words.

    Args:
        factor: what to multiply by; a long
            explanation.
        power: what to raise to.

    Returns:
        A number.
    """
    return (x * factor) ** power


class Shifted:
    """Adds a number."""

    def __init__(self, x: float, *, by: float = 1.0) -> None:
        self.value = x + by


def plain(x):
    return x


REGISTRY: dict[str, Any] = {"scaled": scaled, "shifted": Shifted, "plain": plain}


def test_options_come_from_the_signature():
    model = make_options_model("scaled", scaled)
    assert set(model.model_fields) == {"name", "factor", "power"}
    assert model(power=1).model_dump() == {"name": "scaled", "factor": 2.0, "power": 1}
    schema = model.model_json_schema()
    assert schema["required"] == ["power"]
    assert schema["properties"]["factor"]["exclusiveMinimum"] == 0
    assert (schema["properties"]["power"]["minimum"], schema["properties"]["power"]["maximum"]) == (0, 3)
    assert schema["additionalProperties"] is False


def test_documentation_comes_from_the_docstring():
    model = make_options_model("scaled", scaled)
    assert model.__doc__ == "Scale and raise."
    assert model.model_fields["factor"].description == "what to multiply by; a long explanation."
    assert model.model_fields["power"].description == "what to raise to."
    assert read_argument_docs(plain) == {}


def test_an_entry_is_called_with_its_arguments_and_options():
    assert build(REGISTRY, {"name": "scaled", "power": 2}, 3.0) == 36.0
    assert build(REGISTRY, {"name": "scaled", "power": 3, "factor": 1}, 2.0) == 8.0
    assert build(REGISTRY, {"name": "shifted", "by": 4}, 1.0).value == 5.0
    assert build(REGISTRY, {"name": "plain"}, "part") == "part"


@pytest.mark.parametrize(
    "options",
    [{"power": 1, "fctor": 1.0}, {}, {"power": 4}, {"power": 1, "factor": 0}, {"power": "many"}, {"x": 1, "power": 1}],
)
def test_options_that_do_not_fit_are_refused(options):
    with pytest.raises(ValidationError):
        build(REGISTRY, {"name": "scaled"} | options, 1.0)


def test_an_unknown_name_is_refused():
    with pytest.raises(KeyError, match="squared"):
        build(REGISTRY, {"name": "squared"}, 1.0)


@pytest.mark.parametrize("registry", [REGISTRY, {"shifted": Shifted}], ids=["several", "single"])
def test_a_bare_name_is_an_entry_without_options(registry):
    selection = TypeAdapter(choice(registry))
    bare, mapping = selection.validate_python("shifted"), selection.validate_python({"name": "shifted"})
    assert bare == mapping
    assert bare.model_dump() == {"name": "shifted", "by": 1.0}
    assert selection.validate_python({"name": "shifted", "by": 2}).by == 2.0


@pytest.mark.parametrize("registry", [REGISTRY, {"shifted": Shifted}], ids=["several", "single"])
@pytest.mark.parametrize("wrong", ["nothing", {"name": "nothing"}, {"name": "shifted", "to": 1}, {"to": 1}, 3])
def test_selections_outside_the_registry_are_refused(registry, wrong):
    with pytest.raises(ValidationError):
        TypeAdapter(choice(registry)).validate_python(wrong)


def test_options_are_frozen():
    with pytest.raises(ValidationError, match="frozen"):
        make_options_model("scaled", scaled)(power=1).power = 2


@pytest.mark.parametrize(
    "registry", [GENERATORS, DISCRIMINATORS, AUTOENCODERS, LOSSES, PENALTIES, SCHEDULES, OPTIMISERS]
)
def test_every_option_of_the_package_is_documented_and_has_a_valid_default(registry):
    for name, entry in registry.items():
        model: type[BaseModel] = make_options_model(name, entry)
        assert model.__doc__
        assert model().name == name
        assert all(field.description for key, field in model.model_fields.items() if key != "name")


class Stated(Entry[float]):
    """An entry that says whether its function grows."""

    def __init__(self, function, *, grows):
        super().__init__(function)
        self.grows = grows


def test_an_entry_states_facts_and_is_called_like_its_function():
    entry = Stated(scaled, grows=True)
    assert entry.grows
    assert build({"scaled": entry}, {"name": "scaled", "power": 2}, 3.0) == scaled(3.0, power=2) == 36.0
    assert make_options_model("scaled", entry).model_fields.keys() == {"name", "factor", "power"}
    assert read_argument_docs(entry) == read_argument_docs(scaled)


def test_options_are_completed_by_their_defaults():
    assert options(REGISTRY, {"name": "scaled", "power": 1}) == {"factor": 2.0, "power": 1}
    assert options(REGISTRY, {"name": "scaled", "power": 1, "factor": 3}) == {"factor": 3.0, "power": 1}
    assert options(REGISTRY, {"name": "plain"}) == {}


def common(*, width: int = 4):
    """Common options.

    Args:
        width: units.
    """
    return {"width": width}


@with_options_of(common)
def sized(settings, *, depth: int = 2):
    """Multiply.

    Args:
        depth: layers.
    """
    return settings["width"] * depth


def test_common_options_come_before_the_entrys_own():
    assert build({"sized": sized}, {"name": "sized", "width": 5}) == 10
    assert list(make_options_model("sized", sized).model_fields) == ["width", "depth", "name"]
    assert read_argument_docs(sized) == {"width": "units.", "depth": "layers."}
    with pytest.raises(ValidationError):
        build({"sized": sized}, {"name": "sized", "width": "many"})
