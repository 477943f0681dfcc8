"""Griffe extension: read what stands in the source in a form that griffe does not know."""

import ast

from griffe import Attribute, Class, Docstring, Extension, Function, Parameter, ParameterKind, Parameters, Visitor


class Docstrings(Extension):
    """Read `#:` comments, the constructors of NamedTuples and fields that the docstring of their class describes."""

    def on_attribute_instance(self, *, node: ast.stmt, attr: Attribute, agent: Visitor, **_: object) -> None:
        """Take the `#:` comment above an attribute as its docstring."""
        lines = agent.code.splitlines()
        first = start = node.lineno - 1
        while first and lines[first - 1].lstrip().startswith("#:"):
            first -= 1
        text = "\n".join(line.lstrip().removeprefix("#:").strip() for line in lines[first:start])
        if text and not attr.docstring:
            attr.docstring = Docstring(text, lineno=first + 1, parent=attr)

    def on_class_members(self, *, cls: Class, **_: object) -> None:
        """Give a NamedTuple its `__init__`, and hide fields that stand in the table of parameters."""
        members = [member for member in cls.members.values() if isinstance(member, Attribute)]
        fields = [member for member in members if member.annotation and "property" not in member.labels]
        if "NamedTuple" in map(str, cls.bases):
            kind = ParameterKind.positional_or_keyword
            given = [Parameter(each.name, annotation=each.annotation, kind=kind, default=each.value) for each in fields]
            parameters = Parameters(Parameter("self", kind=kind), *given)
            cls.set_member("__init__", Function("__init__", parameters=parameters, returns="None", parent=cls))
        described = cls.docstring.value if cls.docstring else ""
        for field in fields:
            if not field.docstring and f"\n    {field.name}: " in described:
                field.public = False
