"""A real SMTP server that keeps what it is given."""

from collections.abc import AsyncIterator, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from support.house import House, enter_house
from support.postgres import free_port


class Postbox:
    """What an SMTP server was given; it refuses while `open` is false."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.open = True

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if not self.open:
            return "451 come back later"
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    """A postbox, and the port at which it listens."""
    box, port = Postbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


@pytest.fixture
async def mailing(furnished_url: str, tmp_path: Path, postbox: tuple[Postbox, int]) -> AsyncIterator[House]:
    """A house whose mails go to the postbox."""
    settings = {"smtp_host": "127.0.0.1", "smtp_port": postbox[1], "public_url": "https://crm.example.com"}
    async with enter_house(furnished_url, tmp_path, **settings) as house:
        yield house
