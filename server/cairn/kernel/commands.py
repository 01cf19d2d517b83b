"""Commands: the only way anything changes. Each declares what the kernel needs to judge it.

A *fact* reports what happened in the world and is never refused for the state of things; a *decision* asks for
a change and is judged by the rights and the state of now (sync protocol, "Words").
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from cairn.kernel.errors import UnknownCommand

if TYPE_CHECKING:
    from cairn.kernel.context import Context
    from cairn.kernel.synced import Synced


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The shape of a command's input."""


class Fact(Command, frozen=True):
    """What happened: always taken from a person who may report such things; what is odd becomes a flag."""


class Decision(Command, frozen=True):
    """A change that is asked for: it may apply, merge, conflict or be refused."""


AnyCommand = TypeVar("AnyCommand", bound=Command)
Handler = Callable[[Any, "Context"], Awaitable[None]]
Upgrader = Callable[[dict[str, Any]], dict[str, Any]]


def refers_to(model: "type[Synced]", *, optional: bool = False) -> msgspec.Meta:
    """Marks an id field: the kernel loads the record for the whole batch, and refuses the command without it."""
    return msgspec.Meta(extra={"refers_to": model, "optional": optional})


@dataclass(frozen=True)
class Reference:
    """A field that names a record."""

    field: str
    model: "type[Synced]"
    optional: bool


@dataclass
class CommandSpec:
    """Everything that is declared about one command."""

    name: str
    version: int
    shape: type[Command]
    permission: str
    creates: "type[Synced] | None"
    handler: Handler | None = None
    upgraders: dict[int, Upgrader] = field(default_factory=dict)

    @property
    def is_fact(self) -> bool:
        return issubclass(self.shape, Fact)

    @cached_property
    def decoder(self) -> msgspec.json.Decoder[Any]:
        return msgspec.json.Decoder(self.shape)

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        found = []
        for info in msgspec.inspect.type_info(self.shape).fields:  # type: ignore[attr-defined]
            for extra in _extras(info.type):
                found.append(Reference(info.name, extra["refers_to"], extra["optional"]))
        return tuple(found)

    @cached_property
    def has_id(self) -> bool:
        return "id" in self.shape.__struct_fields__

    def read(self, version: int, args: bytes) -> Command:
        """Decode args of this or an older version; raises msgspec's errors, which name the path of the fault."""
        if version == self.version:
            return self.decoder.decode(args)  # type: ignore[no-any-return]
        values = msgspec.json.decode(args, type=dict[str, Any])
        for step in range(version, self.version):
            values = self.upgraders[step](values)
        return msgspec.convert(values, self.shape)


def _extras(info: msgspec.inspect.Type) -> list[dict[str, Any]]:
    if isinstance(info, msgspec.inspect.Metadata):
        own = [info.extra] if info.extra and "refers_to" in info.extra else []
        return own + _extras(info.type)
    if isinstance(info, msgspec.inspect.UnionType):
        return [extra for member in info.types for extra in _extras(member)]
    return []


class Registry:
    """All commands by name."""

    def __init__(self) -> None:
        self.by_name: dict[str, CommandSpec] = {}
        self.by_shape: dict[type[Command], CommandSpec] = {}

    def add(self, spec: CommandSpec) -> None:
        if spec.name in self.by_name:
            raise TypeError(f"two commands are called {spec.name}")
        self.by_name[spec.name] = spec
        self.by_shape[spec.shape] = spec

    def find(self, name: str, version: int) -> CommandSpec:
        """The command that reads this name and version; raises UnknownCommand."""
        spec = self.by_name.get(name)
        if spec is None or version > spec.version or not spec.upgraders.keys() >= set(range(version, spec.version)):
            raise UnknownCommand(name=name[:100], v=version)
        return spec


registry = Registry()


# Every command is declared and handled in full, however alike two of them look: each has a name and a shape on the
# wire that phones keep for years, and changes for its own reasons.
def command(
    name: str, *, permission: str, version: int = 1, creates: "type[Synced] | None" = None
) -> Callable[[type[AnyCommand]], type[AnyCommand]]:
    """Declare a command's name on the wire, its version, who may give it, and the record that it creates."""

    def declare(shape: type[AnyCommand]) -> type[AnyCommand]:
        registry.add(CommandSpec(name, version, shape, permission, creates))
        return shape

    return declare


def handles(shape: type[AnyCommand]) -> Callable[[Callable[[AnyCommand, "Context"], Awaitable[None]]], Handler]:
    """Make a function the handler of a command."""

    def declare(handler: Callable[[AnyCommand, "Context"], Awaitable[None]]) -> Handler:
        spec = registry.by_shape[shape]
        if spec.handler is not None:
            raise TypeError(f"{spec.name} has two handlers")
        spec.handler = handler
        return handler

    return declare


def upgrades(shape: type[Command], *, from_version: int) -> Callable[[Upgrader], Upgrader]:
    """Make a pure function the way from one version of a command's args to the next."""

    def declare(upgrader: Upgrader) -> Upgrader:
        registry.by_shape[shape].upgraders[from_version] = upgrader
        return upgrader

    return declare
