"""The demo company as these tests read it."""

import shutil
from pathlib import Path

import pytest

from cairn import modules
from support.company import Documents, documents_of


@pytest.fixture(scope="module")
def data(made_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy: even readers write beside an SQLite file."""
    copy = tmp_path_factory.mktemp("company") / "data"
    shutil.copytree(made_company, copy)
    modules.load()
    return copy


@pytest.fixture(scope="module")
def company(data: Path) -> Documents:
    return documents_of(data, "Chenghu")
