from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field, PositiveFloat, TypeAdapter, ValidationError

from aegan.networks.adversaries import DISCRIMINATORS, GENERATORS
from aegan.networks.autoencoders import AUTOENCODERS
from aegan.objectives.losses import LOSSES
from aegan.objectives.penalties import PENALTIES
from aegan.probes.schedules import SCHEDULES
from aegan.registry import argument_docs, build, choice, options_model
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


CATALOGUE: dict[str, Any] = {"scaled": scaled, "shifted": Shifted, "plain": plain}


def test_options_come_from_the_signature():
    model = options_model("scaled", scaled)
    assert set(model.model_fields) == {"name", "factor", "power"}
    assert model(power=1).model_dump() == {"name": "scaled", "factor": 2.0, "power": 1}
    schema = model.model_json_schema()
    assert schema["required"] == ["power"]
    assert schema["properties"]["factor"]["exclusiveMinimum"] == 0
    assert (schema["properties"]["power"]["minimum"], schema["properties"]["power"]["maximum"]) == (0, 3)
    assert schema["additionalProperties"] is False


def test_documentation_comes_from_the_docstring():
    model = options_model("scaled", scaled)
    assert model.__doc__ == "Scale and raise."
    assert model.model_fields["factor"].description == "what to multiply by; a long explanation."
    assert model.model_fields["power"].description == "what to raise to."
    assert argument_docs(plain) == {}


def test_an_entry_is_called_with_its_parts_and_options():
    assert build(CATALOGUE, {"name": "scaled", "power": 2}, 3.0) == 36.0
    assert build(CATALOGUE, {"name": "scaled", "power": 3, "factor": 1}, 2.0) == 8.0
    assert build(CATALOGUE, {"name": "shifted", "by": 4}, 1.0).value == 5.0
    assert build(CATALOGUE, {"name": "plain"}, "part") == "part"


@pytest.mark.parametrize(
    "options",
    [{"power": 1, "fctor": 1.0}, {}, {"power": 4}, {"power": 1, "factor": 0}, {"power": "many"}, {"x": 1, "power": 1}],
)
def test_options_that_do_not_fit_are_refused(options):
    with pytest.raises(ValidationError):
        build(CATALOGUE, {"name": "scaled"} | options, 1.0)


def test_an_unknown_name_is_refused():
    with pytest.raises(KeyError, match="squared"):
        build(CATALOGUE, {"name": "squared"}, 1.0)


@pytest.mark.parametrize("catalogue", [CATALOGUE, {"shifted": Shifted}], ids=["several", "single"])
def test_a_bare_name_is_an_entry_without_options(catalogue):
    chosen = TypeAdapter(choice(catalogue))
    bare, mapping = chosen.validate_python("shifted"), chosen.validate_python({"name": "shifted"})
    assert bare == mapping
    assert bare.model_dump() == {"name": "shifted", "by": 1.0}
    assert chosen.validate_python({"name": "shifted", "by": 2}).by == 2.0


@pytest.mark.parametrize("catalogue", [CATALOGUE, {"shifted": Shifted}], ids=["several", "single"])
@pytest.mark.parametrize("wrong", ["nothing", {"name": "nothing"}, {"name": "shifted", "to": 1}, {"to": 1}, 3])
def test_choices_outside_the_catalogue_are_refused(catalogue, wrong):
    with pytest.raises(ValidationError):
        TypeAdapter(choice(catalogue)).validate_python(wrong)


def test_options_are_frozen():
    with pytest.raises(ValidationError, match="frozen"):
        options_model("scaled", scaled)(power=1).power = 2


@pytest.mark.parametrize(
    "catalogue", [GENERATORS, DISCRIMINATORS, AUTOENCODERS, LOSSES, PENALTIES, SCHEDULES, OPTIMISERS]
)
def test_every_option_of_the_package_is_documented_and_has_a_valid_default(catalogue):
    for name, entry in catalogue.items():
        model: type[BaseModel] = options_model(name, entry)
        assert model.__doc__
        assert model().name == name
        assert all(field.description for key, field in model.model_fields.items() if key != "name")
