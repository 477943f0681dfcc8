"""Registries: dicts from names in the config to functions, whose keyword-only parameters are their options there.

A new loss, penalty, role, network, source or schedule is one function and one line in the dict beside it. Its name,
option types, bounds, defaults and documentation reach the config, the JSON schema and config/README.md from the
signature and the docstring.

    def r1(*, gamma: PositiveFloat = 1.0) -> Penalty:  # its docstring describes gamma under "Args:"
        ...

    PENALTIES = {"r1": r1}

In YAML an entry is selected by its name, or by a mapping with options. A field of the config's models with the type
`choice(PENALTIES)` validates the selection, and `build` calls the entry with it:

    penalty: r1
    penalty: {name: r1, gamma: 0.5}

    class GanTraining(Section):
        penalty: choice(PENALTIES) | None = None

    build(PENALTIES, {"name": "r1", "gamma": 0.5})    # r1(gamma=0.5)
    options(PENALTIES, {"name": "r1"})                # {"gamma": 1.0}
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from functools import cache, reduce, update_wrapper, wraps
from operator import or_
from typing import Annotated, Any, Generic, Literal, TypeVar, get_type_hints

from pydantic import BaseModel, BeforeValidator, Field, create_model

from aegan.option_types import MODEL_CONFIG, make_value_validator

T = TypeVar("T")
S = TypeVar("S")
Registry = Mapping[str, Callable[..., T]]


class Entry(Generic[T]):
    """A registry entry that states facts about its function and is called like it.

    A subclass adds the facts as attributes, so that other packages read them from the entry and keep no lists of names.

        class PenaltyEntry(Entry[Penalty]):
            def __init__(self, function: Callable[..., Penalty], *, per_sample_gradient: bool) -> None:
                super().__init__(function)
                self.per_sample_gradient = per_sample_gradient

        PENALTIES = {"r1": PenaltyEntry(r1, per_sample_gradient=True)}

    Args:
        function: the function, whose signature and docstring the entry takes over.
    """

    def __init__(self, function: Callable[..., T]) -> None:
        self._function = function
        update_wrapper(self, function)

    def __call__(self, *arguments: Any, **options: Any) -> T:
        """Call the function."""
        return self._function(*arguments, **options)


@cache
def make_options_model(name: str, entry: Callable[..., Any]) -> type[BaseModel]:
    """Make the pydantic model of one entry: the field `name` and one field per keyword-only parameter.

    Args:
        name: name of the entry in its registry, the only value of the field `name`.
        entry: function, dataclass or `Entry`.
    """
    hints = get_type_hints(entry.__init__ if inspect.isclass(entry) else entry, include_extras=True)
    documented = read_argument_docs(entry)
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
    summary = (inspect.getdoc(entry) or "").split("\n\n")[0].replace("\n", " ")
    checks = {"check_value": make_value_validator(*fields)} if fields else {}
    fields["name"] = (Literal[name], name)
    return create_model(name, __config__=MODEL_CONFIG, __doc__=summary, __validators__=checks, **fields)


def choice(registry: Registry[Any]) -> Any:
    """Make the type of a config field that selects one entry of `registry`, by name or as a mapping with options."""
    models = [make_options_model(name, entry) for name, entry in registry.items()]
    expand_name = BeforeValidator(lambda value: {"name": value} if isinstance(value, str) else value)
    if len(models) == 1:  # pydantic has no discriminated union of one; the model's Literal checks the name
        return Annotated[models[0], expand_name]
    return Annotated[reduce(or_, models), Field(discriminator="name"), expand_name]


def build(registry: Registry[T], selection: Mapping[str, Any], *arguments: Any) -> T:
    """Call the selected entry of a registry.

    Args:
        registry: name → entry.
        selection: the entry's name, as `name`, and its options; absent options have their defaults.
        *arguments: positional arguments of the entry.

    Raises:
        pydantic.ValidationError: an option is unknown or has the wrong type.
        KeyError: the name is not in the registry.
    """
    return registry[selection["name"]](*arguments, **options(registry, selection))


def options(registry: Registry[Any], selection: Mapping[str, Any]) -> dict[str, Any]:
    """Return all options of the selected entry: those of the selection, and the defaults of the others.

    Args:
        registry: name → entry.
        selection: the entry's name, as `name`, and its options.

    Raises:
        pydantic.ValidationError: an option is unknown or has the wrong type.
        KeyError: the name is not in the registry.
    """
    model = make_options_model(selection["name"], registry[selection["name"]]).model_validate(dict(selection))
    return {key: getattr(model, key) for key in type(model).model_fields if key != "name"}


def read_argument_docs(entry: Callable[..., Any]) -> dict[str, str]:
    """Read the description of each parameter from the "Args:" section of a google-style docstring."""
    section = re.search(r"^Args:\n((?:    .*\n?|\n)+)", (inspect.getdoc(entry) or "") + "\n", re.MULTILINE)
    items = re.findall(r"^    (\w+): ((?:.*\n)(?:     +.*\n)*)", section.group(1), re.MULTILINE) if section else []
    return {name: " ".join(text.split()) for name, text in items}


def with_options_of(shared: Callable[..., S]) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Return a decorator that gives an entry the options of `shared` before its own.

    Entries with common options thus declare and document them once. A decorated entry takes what `shared` returns for
    the common options as its first argument.

        @dataclass(frozen=True, kw_only=True)
        class Size:
            width: PositiveInt = 128
            depth: PositiveInt = 2

        @with_options_of(Size)
        def dense(size: Size, inputs: int, *, bias: bool = True) -> nn.Module:
            ...

        dense(3, width=64, bias=False)    # calls the function with Size(width=64, depth=2), 3 and bias=False

    Args:
        shared: a function or dataclass whose parameters are keyword-only options.
    """

    def decorate(entry: Callable[..., T]) -> Callable[..., T]:
        common = inspect.signature(shared).parameters

        @wraps(entry)
        def make(*arguments: Any, **options: Any) -> T:
            first = shared(**{name: options.pop(name) for name in common if name in options})
            return entry(first, *arguments, **options)

        _, *own = inspect.signature(entry).parameters.values()
        positional = [parameter for parameter in own if parameter.kind is not parameter.KEYWORD_ONLY]
        documented = "".join(f"    {name}: {text}\n" for name, text in read_argument_docs(shared).items())
        facts = {
            "__signature__": inspect.Signature([*positional, *common.values(), *own[len(positional) :]]),
            "__annotations__": get_type_hints(shared, include_extras=True) | get_type_hints(entry, include_extras=True),
            "__doc__": (inspect.getdoc(entry) or "").replace("Args:\n", f"Args:\n{documented}", 1),
        }
        for name, value in facts.items():
            setattr(make, name, value)
        return make

    return decorate
