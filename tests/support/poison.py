"""A fault of the server's own, planted in a command for as long as a test wants it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from cairn.kernel.commands import registry


@contextmanager
def failing(monkeypatch: pytest.MonkeyPatch, name: str, when: Callable[[Any], bool] = bool) -> Iterator[None]:
    """A command fails after it has done its work, for those inputs that `when` says."""
    spec = registry.by_name[name]
    real = spec.handler
    assert real is not None

    async def handler(command: Any, ctx: Any) -> None:
        await real(command, ctx)
        if when(command):
            raise ZeroDivisionError("a fault of the server's own \0")

    with monkeypatch.context() as patch:
        patch.setattr(spec, "handler", handler)
        yield
