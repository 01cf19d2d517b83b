"""The application's front door without sockets: a request goes in as ASGI, the answer comes out.

Simulations and measurements make very many requests; a full HTTP client would cost more than the server does.
"""

from typing import Any

import msgspec
from litestar import Litestar

Json = dict[str, Any]


async def ask(application: Litestar, method: str, path: str, token: str, body: Json | None) -> tuple[int, Json]:
    """One request of somebody who is signed in; status and JSON of the answer."""
    content = b"" if body is None else msgspec.json.encode(body)
    status, answer = await knock(application, method, path, token, content)
    return status, msgspec.json.decode(answer) if answer else {}


async def knock(application: Litestar, method: str, path: str, token: str, content: bytes) -> tuple[int, bytes]:
    """The same with bytes."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"host", b"simulation"),
            (b"authorization", f"Bearer {token}".encode()),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(content)).encode()),
        ],
        "client": ("127.0.0.1", 1),
        "server": ("simulation", 80),
        "state": {},
    }
    sent: list[Any] = []
    incoming = [{"type": "http.request", "body": content, "more_body": False}]

    async def receive() -> Any:
        return incoming.pop() if incoming else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await application(scope, receive, send)  # type: ignore[arg-type]
    status = next(message["status"] for message in sent if message["type"] == "http.response.start")
    answer = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body")
    return status, answer
