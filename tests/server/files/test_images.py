"""Pictures from strangers become two clean JPEGs or one clear code, never an exception."""

import hashlib
import io
import random
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, ImageCms

from cairn.kernel.errors import DomainError
from cairn.modules.files.errors import (
    FileEmpty,
    FileTooLarge,
    ImageDamaged,
    ImageTooManyPixels,
    ImageTruncated,
)
from cairn.modules.files.images import ImageLimits, check_file, detect_filetype, process_image
from support.shared_data import shared_data

BAD_INPUTS = "bad_inputs"
SIZES = {"screen": 1_600, "thumb": 320}


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def gradient(width: int = 640, height: int = 480) -> Image.Image:
    return Image.linear_gradient("L").resize((width, height)).convert("RGB")


def jpeg_segments(content: bytes) -> set[int]:
    """The markers before the picture's data."""
    found, at = set(), 2
    while content[at + 1] != 0xDA:
        found.add(content[at + 1])
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return found


def photo(folder: str, name: str) -> bytes:
    return shared_data(BAD_INPUTS, folder, name).read_bytes()


def assert_clean(content: bytes, limit: int) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    assert picture.format == "JPEG"
    assert picture.mode == "RGB"
    assert max(picture.size) <= limit
    # Only JFIF, tables and frames: neither EXIF, XMP, ICC nor IPTC (APP1…APP15) nor a comment.
    assert not jpeg_segments(content) & {*range(0xE1, 0xF0), 0xFE}
    assert not picture.getexif()
    return picture


@pytest.mark.feature(124)
@pytest.mark.parametrize(
    ("folder", "name", "size"),
    [
        ("photos_exif_gps", "IMG_20180725_163423.jpg", (4048, 3036)),
        ("photos_exif_gps", "heic-maybebroken_iphone8_guangzhou.HEIC", (4032, 3024)),
        ("photos_exif_gps", "heic-single.heic", (1440, 960)),
        ("photos_exif_gps", "issue-exifr-3.jpg", (640, 512)),
        ("photos_ccbysa", "67-0_length_string.jpg", (4032, 2012)),
        ("photos_byte_broken", "exifr_broken1.jpg", (600, 900)),
        ("photos_byte_broken", "exifr_RangeError_Invalid_typed_array_length.jpg", (60, 42)),
        ("photos_byte_broken", "exifr_RangeError_Offset_outside_bounds.jpg", (100, 63)),
        ("photos_byte_broken", "jpegdecoder_extraneous-bytes-after-sos.jpg", (1744, 2464)),
        ("photos_byte_broken", "jpegdecoder_dc-predictor-overflow.jpg", (144, 144)),
        ("photos_byte_broken", "jpegdecoder_multiple-0xff-before-eoi.jpg", (640, 480)),
        ("photos_byte_broken", "jpegdecoder_subtract-with-overflow.jpg", (546, 340)),
    ],
)
def test_real_photos_are_shrunk_and_stripped(folder: str, name: str, size: tuple[int, int]) -> None:
    content = photo(folder, name)
    image = process_image(content)
    assert (image.width, image.height) == size
    assert (image.size_bytes, image.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    for variant, limit in SIZES.items():
        picture = assert_clean(getattr(image, variant), limit)
        assert max(picture.size) == min(limit, max(size))
        assert picture.width / picture.height == pytest.approx(size[0] / size[1], rel=0.02)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("derived_csv_named.jpg", "not_an_image"),
        ("derived_zero_bytes.jpg", "file_empty"),
        ("derived_truncated_120000_of_311406.jpg", "image_truncated"),
        ("jpegdecoder_missing-sof.jpg", "image_truncated"),
        ("jpegdecoder_missing-sos.jpg", "image_damaged"),
        ("jpegdecoder_missing-frame-image-1410.jpg", "image_damaged"),
        ("jpegdecoder_derive-huffman-codes-overflow.jpg", "image_damaged"),
        ("jpegdecoder_invalid-dimensions.jpg", "image_damaged"),
        ("jpegdecoder_invalid-prediction-shift.jpg", "image_damaged"),
    ],
)
def test_broken_photos_have_a_code(name: str, code: str) -> None:
    with pytest.raises(DomainError) as refusal:
        process_image(photo("photos_byte_broken", name))
    assert refusal.value.code == code


def test_every_bad_photo_is_processed_or_refused() -> None:
    folders = [shared_data(BAD_INPUTS, name) for name in ("photos_byte_broken", "photos_exif_gps", "photos_ccbysa")]
    photos = [path for folder in folders for path in folder.iterdir() if path.suffix.lower() in {".jpg", ".heic"}]
    assert len(photos) == 38
    taken = [path.name for path in photos if taken_or_refused(path.read_bytes())]
    assert len(taken) == 29


def taken_or_refused(content: bytes) -> bool:
    try:
        process_image(content)
    except DomainError:
        return False
    return True


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_eight_orientations_stand_upright(orientation: int) -> None:
    image = process_image(photo("photos_exif_gps", f"orientation_f{orientation}t.jpg"))
    upright = process_image(photo("photos_exif_gps", "orientation_f1t.jpg"))
    assert (image.width, image.height) == (upright.width, upright.height) == (48, 80)
    picture, wanted = (Image.open(io.BytesIO(each.screen)).convert("L").resize((6, 10)) for each in (image, upright))
    assert picture.tobytes() == pytest.approx(wanted.tobytes(), abs=12)


@pytest.mark.parametrize(
    ("make", "corner"),
    [
        (lambda: Image.new("RGBA", (50, 40), (255, 0, 0, 0)), (255, 255, 255)),
        (lambda: Image.new("LA", (50, 40), (0, 0)), (255, 255, 255)),
        (lambda: Image.new("1", (50, 40), 1), (255, 255, 255)),
        (lambda: Image.new("RGB", (50, 40), (200, 30, 30)).quantize(4), (200, 30, 30)),
        (lambda: Image.new("I;16", (50, 40), 32_768), (128, 128, 128)),
    ],
)
def test_odd_png_modes(make: Callable[[], Image.Image], corner: tuple[int, int, int]) -> None:
    image = process_image(encoded(make(), "PNG"))
    assert image.filetype == "image/png"
    assert assert_clean(image.screen, 50).getpixel((10, 10)) == pytest.approx(corner, abs=4)


def test_other_modes_and_moving_pictures() -> None:
    cmyk = process_image(encoded(gradient().convert("CMYK"), "JPEG"))
    assert_clean(cmyk.screen, 640)
    frames = [gradient(200, 100), Image.new("RGB", (200, 100), "red")]
    moving = process_image(encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:]))
    assert (moving.filetype, moving.width, moving.height) == ("image/webp", 200, 100)


def test_what_the_original_says_of_itself_does_not_reach_the_variants() -> None:
    exif = Image.Exif()
    exif[0x010F] = "secret maker"
    content = encoded(gradient(), "JPEG", exif=exif, comment=b"secret comment", xmp=b"<x>secret xmp</x>", dpi=(72, 72))
    content += b"<script>secret tail</script>"
    assert content.count(b"secret") == 4
    image = process_image(content)
    assert b"secret" not in image.screen + image.thumb
    assert_clean(image.screen, 640)
    assert_clean(image.thumb, 320)


def test_a_long_thin_picture_keeps_a_pixel() -> None:
    image = process_image(encoded(Image.new("RGB", (30_000, 1)), "PNG"))
    assert Image.open(io.BytesIO(image.thumb)).size == (320, 1)


def png_of(width: int, height: int) -> bytes:
    """A PNG header that claims a size, with next to no data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x01\x00\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")
    )


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(8_001, 8_000), (12_000, 9_000), (50_000, 50_000), (2**31 - 1, 2**31 - 1)])
def test_a_decompression_bomb_is_refused_before_it_unpacks(size: tuple[int, int]) -> None:
    with pytest.raises(ImageTooManyPixels) as refusal:
        process_image(png_of(*size))
    assert refusal.value.params == {"limit": 64_000_000}


def test_a_text_bomb_in_a_picture_is_refused() -> None:
    text = zlib.compress(b"\0" * 80_000_000)
    data = b"Comment\0\0" + text
    chunk = len(data).to_bytes(4, "big") + b"zTXt" + data + zlib.crc32(b"zTXt" + data).to_bytes(4, "big")
    whole = encoded(gradient(8, 8), "PNG")
    with pytest.raises(DomainError):
        process_image(whole[:33] + chunk + whole[33:])


def test_limits_are_inclusive() -> None:
    content = encoded(gradient(100, 50), "PNG")
    exact = ImageLimits(size_bytes=len(content), pixels=5_000)
    assert process_image(content, exact).width == 100
    with pytest.raises(FileTooLarge) as refusal:
        process_image(content, ImageLimits(size_bytes=len(content) - 1))
    assert refusal.value.params == {"bytes": len(content), "limit": len(content) - 1}
    with pytest.raises(ImageTooManyPixels):
        process_image(content, ImageLimits(pixels=4_999))
    with pytest.raises(FileEmpty):
        check_file(b"")


@pytest.mark.parametrize(
    ("head", "filetype"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\0\0\0WAVEfmt ", None),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", None),
        (b"\0\0\0\x18ftypavif\0\0\0\0avifmif1", None),
        (b"\xff\xff\xff\xffftyp", None),
        (b"GIF89a", None),
        (b"<svg xmlns", None),
        (b"%PDF-1.7", None),
        (b"BM", None),
        (b"", None),
    ],
)
def test_types_are_told_by_content(head: bytes, filetype: str | None) -> None:
    assert detect_filetype(head) == filetype


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_half_a_picture_is_refused(form: str) -> None:
    content = encoded(Image.effect_noise((300, 200), 60).convert("RGB"), form)
    assert process_image(content).width == 300
    with pytest.raises((ImageTruncated, ImageDamaged)):
        process_image(content[: len(content) // 2])


@pytest.mark.filterwarnings("ignore:.*:UserWarning")
def test_flipped_bytes_never_raise_anything_else() -> None:
    seed = 124
    dice = random.Random(seed)
    originals = [encoded(gradient(90, 60), form) for form in ("JPEG", "PNG", "WEBP", "HEIF")]
    originals += [
        photo("photos_exif_gps", name) for name in ("issue-exifr-13.jpg", "img_1771.jpg", "orientation_f6t.jpg")
    ]
    for round_number in range(300):
        content = bytearray(dice.choice(originals))
        for _ in range(dice.randint(1, 8)):
            content[dice.randrange(min(len(content), 4_000))] = dice.randrange(256)
        try:
            process_image(bytes(content), ImageLimits(pixels=4_000_000))
        except DomainError:
            continue
        except Exception as error:
            pytest.fail(f"seed {seed}, round {round_number}: {error!r}")


def test_a_profile_that_nobody_can_read_changes_nothing() -> None:
    image = process_image(encoded(gradient(), "JPEG", icc_profile=b"not a profile" * 20))
    assert_clean(image.screen, 640)


def test_a_colour_profile_is_applied_and_dropped() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = process_image(encoded(Image.new("RGB", (20, 20), (10, 200, 30)), "PNG", icc_profile=profile))
    assert assert_clean(image.screen, 20).getpixel((5, 5)) == pytest.approx((10, 200, 30), abs=4)
