"""A catalogue maps names to callables, and a callable's keyword-only parameters are its options in the config.

So a new loss, penalty, role, network, source or schedule is one function and one line in the dict beside it: its
name, option types, bounds, defaults and documentation reach the config, the JSON schema and config/README.md from
the signature and the docstring. In YAML an entry is its name, or a mapping when options are given:

    penalty: r1
    penalty: {name: r1, gamma: 1.0}
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from functools import cache, reduce
from operator import or_
from typing import Annotated, Any, Literal, TypeVar, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

T = TypeVar("T")
Catalogue = Mapping[str, Callable[..., T]]


@cache
def options_model(name: str, entry: Callable[..., Any]) -> type[BaseModel]:
    """Make the model of one entry's options: its name and its keyword-only parameters, nothing else."""
    hints = get_type_hints(entry.__init__ if inspect.isclass(entry) else entry, include_extras=True)
    documented = argument_docs(entry)
    fields: dict[str, Any] = {
        parameter.name: (
            hints[parameter.name],
            Field(
                ... if parameter.default is parameter.empty else parameter.default,
                description=documented.get(parameter.name),
                validate_default=True,
            ),
        )
        for parameter in inspect.signature(entry).parameters.values()
        if parameter.kind is parameter.KEYWORD_ONLY
    }
    config = ConfigDict(extra="forbid", frozen=True, title=name)
    summary = (inspect.getdoc(entry) or "").split("\n\n")[0].replace("\n", " ")
    fields["name"] = (Literal[name], name)
    return create_model(name, __config__=config, __doc__=summary, **fields)


def choice(catalogue: Catalogue[Any]) -> Any:
    """Make the config type "one entry of `catalogue`, with its options"."""
    models = [options_model(name, entry) for name, entry in catalogue.items()]
    only_name = BeforeValidator(lambda value: {"name": value} if isinstance(value, str) else value)
    if len(models) == 1:  # a union of one is no union; the tag is checked by the model's Literal
        return Annotated[models[0], only_name]
    return Annotated[reduce(or_, models), Field(discriminator="name"), only_name]


def build(catalogue: Catalogue[T], chosen: Mapping[str, Any], *parts: Any) -> T:
    """Call the entry that `chosen` names, with `parts` as positional arguments and the rest of `chosen` as options.

    Raises:
        pydantic.ValidationError: an option is unknown or has the wrong type.
        KeyError: the name is not in the catalogue.
    """
    return catalogue[chosen["name"]](*parts, **options(catalogue, chosen))


def options(catalogue: Catalogue[Any], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of the entry that `chosen` names, with the defaults of those it does not set.

    Raises:
        pydantic.ValidationError: an option is unknown or has the wrong type.
        KeyError: the name is not in the catalogue.
    """
    model = options_model(chosen["name"], catalogue[chosen["name"]]).model_validate(dict(chosen))
    return {key: getattr(model, key) for key in type(model).model_fields if key != "name"}


def argument_docs(entry: Callable[..., Any]) -> dict[str, str]:
    """Read parameter descriptions from the "Args:" section of a google-style docstring."""
    section = re.search(r"^Args:\n((?:    .*\n?|\n)+)", (inspect.getdoc(entry) or "") + "\n", re.MULTILINE)
    items = re.findall(r"^    (\w+): ((?:.*\n)(?:     +.*\n)*)", section.group(1), re.MULTILINE) if section else []
    return {name: " ".join(text.split()) for name, text in items}
