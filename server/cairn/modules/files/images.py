"""Pictures from strangers: known by content, bounded before they are unpacked, shown without their metadata.

Everything here computes and blocks: call it in a thread.
"""

import hashlib
import io
import warnings
from typing import Literal

from msgspec import Struct
from PIL import Image, ImageCms
from pillow_heif import register_heif_opener

from cairn.modules.files.errors import (
    FileEmpty,
    FileTooLarge,
    ImageDamaged,
    ImageTooManyPixels,
    ImageTruncated,
    NotAnImage,
)
from cairn.modules.files.exif import PhotoOrigin, read_origin

register_heif_opener()
# Pillow warns at length about every odd tag; a stranger's photo must not fill the log.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")

Filetype = Literal["image/jpeg", "image/png", "image/webp", "image/heic"]

SCREEN_SIDE_PX = 1_600
THUMB_SIDE_PX = 320
JPEG_QUALITY = 82

OPENERS: dict[Filetype, str] = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/heic": "HEIF",
}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = {5, 6, 7, 8}
ORIENTATION_TAG = 274


class ImageLimits(Struct, frozen=True):
    """64 million pixels hold the largest phone photos of 50 megapixels."""

    size_bytes: int = 25 * 1024 * 1024
    pixels: int = 64_000_000


DEFAULT_LIMITS = ImageLimits()


class ProcessedImage(Struct, frozen=True):
    """Width and height are those of the upright picture; `screen` and `thumb` are JPEG without metadata."""

    filetype: Filetype
    size_bytes: int
    sha256: str
    width: int
    height: int
    origin: PhotoOrigin
    screen: bytes
    thumb: bytes


def process_image(content: bytes, limits: ImageLimits = DEFAULT_LIMITS) -> ProcessedImage:
    """Check, read and shrink one picture; raises a DomainError of `files.errors` for whatever is not one."""
    filetype = check_file(content, limits)
    image = _open(content, filetype, limits)
    width, height = image.size
    if width * height > limits.pixels:
        raise ImageTooManyPixels(limit=limits.pixels)
    origin = read_origin(image)
    orientation = _orientation(image)
    screen = _upright(_shrunk(image), orientation)
    thumb = screen.copy()
    thumb.thumbnail((THUMB_SIDE_PX, THUMB_SIDE_PX))
    if orientation in SIDEWAYS:
        width, height = height, width
    return ProcessedImage(
        filetype=filetype,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        width=width,
        height=height,
        origin=origin,
        screen=_jpeg(screen),
        thumb=_jpeg(thumb),
    )


def check_file(content: bytes, limits: ImageLimits = DEFAULT_LIMITS) -> Filetype:
    """The cheap checks, before anything is decoded; raises FileEmpty, FileTooLarge or NotAnImage."""
    if not content:
        raise FileEmpty
    if len(content) > limits.size_bytes:
        raise FileTooLarge(bytes=len(content), limit=limits.size_bytes)
    filetype = detect_filetype(content[:64])
    if filetype is None:
        raise NotAnImage
    return filetype


def detect_filetype(head: bytes) -> Filetype | None:
    """By the first bytes (64 are enough), never by the name."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        size = min(int.from_bytes(head[:4], "big"), len(head))
        brands = {head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))}
        return "image/heic" if brands & HEIC_BRANDS else None
    return None


def _open(content: bytes, filetype: Filetype, limits: ImageLimits) -> Image.Image:
    """Reads the header only."""
    try:
        return Image.open(io.BytesIO(content), formats=[OPENERS[filetype]])
    except Image.DecompressionBombError as error:
        raise ImageTooManyPixels(limit=limits.pixels) from error
    except Exception as error:
        raise _broken(error) from error


def _shrunk(image: Image.Image) -> Image.Image:
    """At most SCREEN_SIDE_PX on its longer side, in RGB on white."""
    try:
        # JPEG unpacks at a half, a quarter or an eighth at once: less memory and time for the same picture.
        image.draft("RGB", (SCREEN_SIDE_PX, SCREEN_SIDE_PX))
        image.load()
        if image.mode.startswith("I;16"):
            image = image.point(lambda value: value * (1 / 256)).convert("L")
        image.thumbnail((SCREEN_SIDE_PX, SCREEN_SIDE_PX), Image.Resampling.LANCZOS)
        return _standard_colours(image)
    except Exception as error:
        raise _broken(error) from error


def _standard_colours(image: Image.Image) -> Image.Image:
    """Plain RGB; a camera's own colour space is turned into sRGB, because the profile is stripped."""
    if "transparency" in image.info or image.mode in ("LA", "PA", "RGBA", "La", "RGBa"):
        layer = image.convert("RGBA")
        image = Image.new("RGB", layer.size, "white")
        image.paste(layer, mask=layer)
        return image
    profile = image.info.get("icc_profile")
    if profile and image.mode == "RGB":
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"))
        except (ImageCms.PyCMSError, OSError, ValueError):
            return image  # a profile that nobody can read changes nothing
        return converted or image
    return image.convert("RGB")


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(ORIENTATION_TAG, 1)
    except Exception:  # as in read_origin: broken notes do not spoil the picture
        return 1
    return value if value in TURNS else 1


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(TURNS[orientation]) if orientation in TURNS else image


def _jpeg(image: Image.Image) -> bytes:
    # Pillow would write the comment and the resolution that it read: only a new image is sure to hold none.
    clean = Image.new("RGB", image.size)
    clean.paste(image)
    target = io.BytesIO()
    clean.save(target, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
    return target.getvalue()


def _broken(error: Exception) -> ImageTruncated | ImageDamaged:
    """Decoders raise everything from SyntaxError to struct.error; a person needs one of two words."""
    truncated = isinstance(error, EOFError) or "truncated" in str(error).lower()
    return ImageTruncated() if truncated else ImageDamaged()
