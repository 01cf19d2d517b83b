"""`cairn schema`: the server's contract as TypeScript, for the phone: every document, and every mutation's args."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import msgspec

from cairn import modules
from cairn.kernel.commands import CommandSpec, registry
from cairn.kernel.shapes import document_shape
from cairn.kernel.synced import Synced
from cairn.modules.identity.roles import INTERNAL, Role
from cairn.modules.returns import rules as returns
from cairn.modules.tickets.models import TicketType
from cairn.modules.tickets.rules import Event, State
from cairn.modules.visits.rules import Level

Schema = Mapping[str, Any]

HEAD = "/** {}. */\n// Written by `make schema` from the server's declarations: change those.\n"
RENAMED = {"File": "FileDocument", "Reason": "VerdictReason"}
"""Shapes that TypeScript calls otherwise, because a browser has a File already."""
NAMED_CHOICES = {
    "Role": get_args(Role),
    "VerdictLevel": get_args(Level),
    "ReturnState": returns.STATES,
    "ReturnEvent": returns.EVENTS,
    "ReturnReason": returns.REASONS,
    "TicketType": get_args(TicketType),
    "TicketState": get_args(State),
    "TicketEvent": get_args(Event),
    "BasemapSystem": ("wgs84", "gcj02", "bd09"),
}
"""Choices that the phone's code refers to by a name of their own."""
WORDS = {"description", "title", "$defs"}
"""What a JSON Schema says to people, and where it keeps the names of classes."""
SET_BY_SERVER = {("Visit", "received_at"), ("Checklist", "received_at")}
"""Fields that are null on the phone until the server has spoken."""


def write_schema(folder: Path) -> None:
    """Write documents.ts and mutations.ts."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in render().items():
        (folder / name).write_text(content, encoding="utf-8")


def record_shapes(folder: Path) -> None:
    """Keep the shape of every mutation's version that has none yet; what has left in an app is never written over."""
    folder.mkdir(parents=True, exist_ok=True)
    modules.load()
    for name, content in shapes().items():
        if not (folder / name).exists():
            (folder / name).write_text(content, encoding="utf-8")


def shapes() -> dict[str, str]:
    """File name → JSON Schema of what each mutation takes, without its words and the names of our classes."""
    found = {}
    for spec in registry.by_name.values():
        if spec.permission != INTERNAL:
            schema = msgspec.json.schema(spec.shape)
            plain = _inlined(schema, schema["$defs"])
            found[f"{spec.name}.v{spec.version}.json"] = json.dumps(plain, indent=2, sort_keys=True) + "\n"
    return found


def _inlined(schema: Any, definitions: Schema) -> Any:
    if isinstance(schema, list):
        return [_inlined(each, definitions) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    kept = {name: _inlined(each, definitions) for name, each in schema.items() if name not in WORDS}
    if "properties" in kept:  # whose names are ours, and may be those of words
        kept["properties"] = {name: _inlined(each, definitions) for name, each in schema["properties"].items()}
    return kept


def render() -> dict[str, str]:
    """File name → contents."""
    modules.load()
    return {"documents.ts": _documents(), "mutations.ts": _mutations()}


def _documents() -> str:
    shapes = {kind: document_shape(model) for kind, model in Synced.kinds.items()}
    shapes |= {kind: shape for model in Synced.kinds.values() for kind, shape in model.also_publishes.items()}
    (references, components) = msgspec.json.schema_components(list(shapes.values()), ref_template="{name}")
    names = {kind: _name(reference) for kind, reference in zip(shapes, references, strict=True)}
    parts = [_interface(name, shape, complete=True) for name, shape in sorted(components.items())]
    parts += [_table("DocumentsByKind", names), "export type Kind = keyof DocumentsByKind\n"]
    return _file("The documents as they cross the wire; absent values are null and times are ISO-8601 UTC", parts)


def _mutations() -> str:
    specs = {name: spec for name, spec in sorted(registry.by_name.items()) if spec.permission != INTERNAL}
    shapes = [spec.shape for spec in specs.values()]
    (references, components) = msgspec.json.schema_components(shapes, ref_template="{name}")
    names = {name: _name(reference) for name, reference in zip(specs, references, strict=True)}
    parts = [_interface(name, shape, complete=False) for name, shape in sorted(components.items())]
    parts += [_table("MutationArgs", names), "export type MutationName = keyof MutationArgs\n"]
    parts.append(_constant("MUTATIONS", {name: _declaration(spec) for name, spec in specs.items()}))
    return _file("What a phone may record: every mutation's args, version and class", parts)


def _file(title: str, parts: Sequence[str]) -> str:
    """The parts under a heading, with the named choices that they use."""
    used = {name for name in NAMED_CHOICES if any(re.search(rf"\b{name}\b", part) for part in parts)}
    choices = [f"export type {name} = {_choice(NAMED_CHOICES[name])}\n" for name in sorted(used)]
    return "\n".join([HEAD.format(title), *choices, *parts])


def _declaration(spec: CommandSpec) -> str:
    return f"{{ version: {spec.version}, class: '{'fact' if spec.is_fact else 'decision'}' }}"


def _table(title: str, types: Mapping[str, str]) -> str:
    lines = [f"  {_key(name)}: {types[name]}\n" for name in sorted(types)]
    return f"export interface {title} {{\n{''.join(lines)}}}\n"


def _constant(title: str, values: Mapping[str, str]) -> str:
    lines = [f"  {_key(name)}: {value},\n" for name, value in values.items()]
    return f"export const {title} = {{\n{''.join(lines)}}} as const\n"


def _interface(name: str, schema: Schema, *, complete: bool) -> str:
    """One object type; in a complete one every field is there, null where there is nothing."""
    required = set(schema.get("required", ()))
    lines = []
    for field, shape in schema.get("properties", {}).items():
        mark = "" if complete or field in required else "?"
        unset = " | null" if (name, field) in SET_BY_SERVER else ""
        lines.append(f"  {_key(field)}{mark}: {type_of(shape)}{unset}\n")
    comment = f"/** {schema['description']} */\n" if "description" in schema else ""
    return f"{comment}export interface {_name({'$ref': name})} {{\n{''.join(lines)}}}\n"


def type_of(schema: Schema) -> str:
    """The TypeScript type of what a JSON Schema from msgspec describes."""
    if "$ref" in schema:
        return _name(schema)
    if "enum" in schema:
        return _choice(schema["enum"])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(type_of(each) for each in schema["anyOf"]))
    match schema.get("type"):
        case "integer" | "number":
            return "number"
        case "string" | "boolean" | "null" as plain:
            return str(plain)
        case "array":
            inner = type_of(schema.get("items") or {})
            return f"({inner})[]" if " " in inner else f"{inner}[]"
        case "object":
            extra = schema.get("additionalProperties")
            return f"Record<string, {type_of(extra) if isinstance(extra, dict) else 'any'}>"
    return "any"


def _choice(values: Sequence[Any]) -> str:
    named = [name for name, choices in NAMED_CHOICES.items() if set(choices) == set(values)]
    if named and not isinstance(values, tuple):
        return named[0]
    return " | ".join(sorted(_literal(value) for value in values))


def _literal(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else json.dumps(value)


def _name(reference: Schema) -> str:
    name = str(reference["$ref"])
    return RENAMED.get(name, name)


def _key(name: str) -> str:
    return name if name.isidentifier() else f"'{name}'"
