"""Chinese and English say the same things, and every code that can reach a person has words in both."""

import importlib
import json
import pkgutil
import re
from pathlib import Path

import pytest

import cairn
from cairn.kernel.errors import DomainError
from support.repository import REPOSITORY

LOCALES = REPOSITORY / "pwa" / "src" / "locales"
LANGUAGES = ("zh-CN", "en")
ERROR_AREA = "errors"
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def messages(language: str) -> dict[str, str]:
    """Every message of a language under its full key: the file's name, then the path inside it."""
    found: dict[str, str] = {}
    for path in sorted((LOCALES / language).rglob("*.json")):
        flatten(json.loads(path.read_text(encoding="utf-8")), path.stem, found)
    return found


def flatten(value: object, key: str, found: dict[str, str]) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            flatten(inner, f"{key}.{name}", found)
    else:
        assert isinstance(value, str), f"{key} is not a message"
        found[key] = value


def server_codes() -> set[str]:
    """The code of every refusal that the server can give; an error registers itself on import."""
    for module in pkgutil.walk_packages(cairn.__path__, "cairn."):
        if not module.name.endswith("__main__") and ".migrations" not in module.name:
            importlib.import_module(module.name)
    return set(DomainError.registry)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_lacks_a_message(language: str) -> None:
    everything = set().union(*(messages(other) for other in LANGUAGES))
    assert not sorted(everything - set(messages(language)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_empty(language: str) -> None:
    assert not [key for key, text in messages(language).items() if not text.strip()]


def test_both_languages_fill_in_the_same_values() -> None:
    chinese, english = (messages(language) for language in LANGUAGES)
    differ = [
        key
        for key in chinese.keys() & english.keys()
        if set(PLACEHOLDER.findall(chinese[key])) != set(PLACEHOLDER.findall(english[key]))
    ]
    assert not sorted(differ)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_words(language: str) -> None:
    known = set(messages(language))
    assert not sorted(code for code in server_codes() if f"{ERROR_AREA}.{code}" not in known)


def test_the_locales_are_where_this_test_looks() -> None:
    assert all(isinstance(LOCALES / language, Path) and messages(language) for language in LANGUAGES)
