"""The API described for readers: OpenAPI 3.1 as JSON, and a plain page of it that needs no network."""

import json
from collections.abc import Iterable
from html import escape
from typing import Any

from litestar import Litestar, Request, Response, get, post
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from cairn import __version__
from cairn.api.quick import QuickPost

CONFIG = OpenAPIConfig(
    title="Cairn",
    version=__version__,
    description="Offline-sync field service CRM. Phones sync by /sync; everything else is /api.",
    path="/schema/openapi.json",
    render_plugins=[JsonRenderPlugin(path="/")],
)


def describe(application: Litestar, posts: Iterable[QuickPost]) -> None:
    """Add what is served in front of the framework, which it would leave out."""

    async def signature() -> Response[bytes]:
        return Response(b"")  # never served: only the signature is described

    for each in posts:
        handler = post(each.path, status_code=200, operation_id=each.operation_id, description=each.description)
        for route in Litestar([handler(signature)], openapi_config=None, logging_config=None).routes:
            for plugin in application.plugins.receive_route:
                plugin.receive_route(route)


_STYLE = """
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{max-width:60rem;margin:2rem auto;padding:0 1rem}
summary{cursor:pointer;padding:.4rem 0}code{font-size:.95em}pre{overflow:auto;padding:1rem;background:#8881}
.method{display:inline-block;min-width:4.5rem;font-weight:600}
"""


@get("/schema", include_in_schema=False)
async def show_schema(request: Request[Any, Any, Any]) -> Response[str] | Response[dict[str, Any]]:
    """The page for people, or the JSON for programs."""
    schema = request.app.openapi_schema.to_schema()
    if "text/html" not in request.headers.get("accept", ""):
        return Response(schema, media_type="application/vnd.oai.openapi+json")
    return Response(page(schema), media_type="text/html")


def page(schema: dict[str, Any]) -> str:
    """Every operation with its parameters and shapes, as one HTML page."""
    parts = [
        f"<!doctype html><html lang=en><meta charset=utf-8><title>Cairn API</title><style>{_STYLE}</style>",
        "<meta name=viewport content='width=device-width'><main><h1>Cairn API</h1>",
        f"<p>{escape(schema['info']['description'])} <a href='/schema/openapi.json'>openapi.json</a></p>",
    ]
    for path, operations in sorted(schema["paths"].items()):
        for method, operation in operations.items():
            parts.append(_operation(path, method, operation))
    parts.append("<h2>Shapes</h2>")
    for name, shape in sorted(schema.get("components", {}).get("schemas", {}).items()):
        parts.append(
            f"<details id='{escape(name)}'><summary><code>{escape(name)}</code></summary>{_pre(shape)}</details>"
        )
    return "".join(parts) + "</main></html>"


def _operation(path: str, method: str, operation: dict[str, Any]) -> str:
    summary = operation.get("description") or operation.get("summary") or ""
    details = {key: operation[key] for key in ("parameters", "requestBody", "responses") if key in operation}
    return (
        f"<details><summary><span class=method>{escape(method.upper())}</span> <code>{escape(path)}</code> "
        f"{escape(summary)}</summary>{_pre(details)}</details>"
    )


def _pre(value: Any) -> str:
    return f"<pre>{escape(json.dumps(value, indent=2, ensure_ascii=False))}</pre>"
