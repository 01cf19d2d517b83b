"""Documents are set in a process of their own: in both languages, with pictures, and whatever the text says."""

import io
import logging
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from cairn.kernel import press
from cairn.kernel.press import NotPrinted, Press

TEMPLATE = """#let data = json(bytes(sys.inputs.data))
#set text(font: "Noto Sans S Chinese")
#data.text
#for name in data.pictures { image(name, width: 40mm) }
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "document.typ"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def photo() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (2_400, 1_200), "teal").save(content, "JPEG")
    return content.getvalue()


async def test_a_document_is_printed_with_its_own_letters_alone(template: Path) -> None:
    text = '融霜加热管 -18 ℃ → #read("/etc/passwd") *bold* שלום 🙂'
    content = await Press().print(template, {"text": text, "pictures": ["a.jpg"]}, {"a.jpg": photo()})
    reader = PdfReader(io.BytesIO(content))
    printed = reader.pages[0].extract_text()
    assert "融霜加热管 -18 ℃" in printed
    assert '#read("/etc/passwd") *bold*' in printed
    assert [image.image.size for image in reader.pages[0].images if image.image is not None] == [(1_000, 500)]
    assert len(content) < 100_000, "the font is eight megabytes"


async def test_a_template_reads_nothing_of_the_server(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "document.typ"
    path.write_text('#read("/etc/hostname")', encoding="utf-8")
    with pytest.raises(NotPrinted), caplog.at_level(logging.ERROR):
        await Press().print(path, {}, {})
    assert "not found" in caplog.text


async def test_what_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "document.typ"
    path.write_text("#let count = 0\n#while true { count += 1; if count < 0 { break } }", encoding="utf-8")
    monkeypatch.setattr(press, "TIMEOUT_S", 0.5)
    with pytest.raises(NotPrinted):
        await Press().print(path, {}, {})


async def test_without_its_font_nothing_is_printed(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(press, "FONT", tmp_path / "none.otf")
    with pytest.raises(NotPrinted):
        await Press().print(template, {"text": "a", "pictures": []}, {})
    assert "make setup" in caplog.text
