"""The encoding of a text is found from real files and from short pieces of them."""

import codecs
import random

import pytest

from cairn.kernel.encodings import EncodingUnknown, EncodingWrong, decode_text
from support.shared_data import shared_data

HORROR = ("bad_inputs", "csv_xlsx", "messytables_horror")


@pytest.mark.parametrize(
    ("parts", "encoding", "expected"),
    [
        ((*HORROR, "characters.csv"), "cp950", "雲嘉南濱海國家風景區管理處"),
        (("cn_places", "starbucks_cn_stores_500_gb18030.csv"), "gb18030", "浙江奥特莱斯店"),
        (("cn_places", "starbucks_cn_stores.csv"), "utf-8", "浙江奥特莱斯店"),
        ((*HORROR, "utf-16le_encoded.csv"), "utf-16", "Organisation_name"),
        ((*HORROR, "utf8bom.csv"), "utf-8-sig", "kitten"),
        ((*HORROR, "spanish_chars.csv"), "cp1252", "administración"),
        ((*HORROR, "sparse_with_column_errors.csv"), "cp1252", "Trägerorganisationen"),
        ((*HORROR, "weird_head_padding.csv"), "utf-8", "vertragsärztlichen"),
    ],
)
def test_real_files(parts: tuple[str, ...], encoding: str, expected: str) -> None:
    decoded = decode_text(shared_data(*parts).read_bytes())
    assert decoded.encoding == encoding
    assert expected in decoded.text
    assert not decoded.text.startswith("\ufeff")


@pytest.mark.parametrize(
    ("parts", "encoding"),
    [
        ((*HORROR, "characters.csv"), "cp950"),
        (("cn_places", "starbucks_cn_stores_500_gb18030.csv"), "gb18030"),
        ((*HORROR, "spanish_chars.csv"), "cp1252"),
        ((*HORROR, "sparse_with_column_errors.csv"), "cp1252"),
    ],
)
def test_any_three_lines_of_them(parts: tuple[str, ...], encoding: str) -> None:
    seed = 5
    dice = random.Random(seed)
    text = shared_data(*parts).read_bytes().decode(encoding)
    lines = [line for line in text.splitlines() if not line.isascii()]
    for _ in range(200):
        piece = "\r\n".join(dice.choices(lines, k=3))
        assert decode_text(piece.encode(encoding)).text == piece, f"seed {seed}"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("客户名称,地址\n苏州机电有限公司,工业园区", "gb18030"),
        ("客戶名稱,地址\n臺北機電有限公司,中正區", "cp950"),
        ("客戶名稱,地址\n臺北機電有限公司,中正區", "gb18030"),
        ("中文", "gb18030"),
        ("中文", "cp950"),
        ("Müller GmbH;Zürich", "cp1252"),
        ("客户,地址\r\n公司,苏州", "utf-16-le"),
        ("客户,地址\r\n公司,苏州", "utf-16-be"),
        ("客户,地址\r\n公司,苏州", "utf-8"),
        ("plain,ascii", "utf-8"),
        ("😀 𠮷野家", "gb18030"),
    ],
)
def test_short_texts_without_a_mark(text: str, encoding: str) -> None:
    assert decode_text(text.encode(encoding)).text == text


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_marks_are_believed_and_removed(encoding: str) -> None:
    assert decode_text("名称,地址".encode(encoding)).text == "名称,地址"
    assert decode_text(codecs.BOM_UTF16_BE + "名称".encode("utf-16-be")).text == "名称"


@pytest.mark.parametrize("encoding", ["big5", "BIG5", "gbk", "GB2312", "utf_8", "latin-1", "utf-16-le"])
def test_a_person_may_name_the_encoding(encoding: str) -> None:
    text = "café" if encoding == "latin-1" else "地名"
    assert decode_text(text.encode(encoding), encoding).text == text


def test_a_wrong_or_unknown_name_has_a_code() -> None:
    with pytest.raises(EncodingWrong) as wrong:
        decode_text("地名".encode("gb18030"), "utf-8")
    assert wrong.value.params == {"encoding": "utf-8", "at_byte": 0}
    for name in ("klingon", "zip", "rot13", "unicode_escape", ""):
        with pytest.raises(EncodingUnknown):
            decode_text(b"a", name)


def test_a_broken_mark_and_noise_have_a_code() -> None:
    with pytest.raises(EncodingWrong):
        decode_text(codecs.BOM_UTF8 + b"\xff\xff")
    noise = random.Random(3).randbytes(5_000)
    with pytest.raises(EncodingUnknown):
        decode_text(noise)
