"""Pages as bytes: templates that escape everything, one style, one script, and headers that allow nothing else."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request, Response
from markupsafe import Markup

from cairn.api.pages.words import WORDS
from cairn.modules.tickets.report_words import Language

FOLDER = Path(__file__).parent
LONGEST_HEADER = 200


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, auto_reload=False
    )


@cache
def _inline(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8").strip()


@cache
def headers() -> dict[str, str]:
    """What such a page may do: show itself, send its form and look for news; no cache, engine or other site hears."""
    style, script = (_digest(_inline(name)) for name in ("page.css", "live.js"))
    policy = (
        f"default-src 'none'; style-src {style}; script-src {script}; img-src data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        "Vary": "Accept-Language",
    }


def _digest(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def page(name: str, language: Language, status: int = 200, **values: Any) -> Response[bytes]:
    """A template filled in; values are escaped."""
    content = (
        _environment()
        .get_template(name)
        .render(
            words=WORDS[language],
            language=language,
            other="en" if language == "zh" else "zh",
            style=Markup(_inline("page.css")),  # noqa: S704 - a file of our own
            script=Markup(_inline("live.js")),  # noqa: S704 - a file of our own
            **values,
        )
    )
    return Response(content.encode(), status_code=status, media_type="text/html; charset=utf-8", headers=headers())


def language_for(request: Request[Any, Any, Any], otherwise: Language) -> Language:
    """What somebody chose on the page, else what their browser asks for (RFC 9110, 12.5.4), else the company's."""
    chosen = request.query_params.get("lang")
    if chosen == "zh" or chosen == "en":
        return "zh" if chosen == "zh" else "en"
    ranked: list[tuple[float, Language]] = []
    for part in request.headers.get("accept-language", "")[:LONGEST_HEADER].lower().split(","):
        name, _, weight = part.strip().partition(";q=")
        if name[:2] in ("zh", "en"):
            ranked.append((_weight(weight), "zh" if name[:2] == "zh" else "en"))
    return max(ranked, key=lambda each: each[0])[1] if ranked else otherwise


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
