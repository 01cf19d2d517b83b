"""The demo's photos: a drawing with the notes of a camera about where and when."""

import io
from datetime import UTC
from fractions import Fraction

from PIL import ExifTags, Image, ImageDraw

from cairn.demo.calendar import ZONE
from cairn.demo.drawings import draw
from cairn.demo.story import Photo

QUALITY = 84
GPS, EXIF = ExifTags.GPS, ExifTags.Base


def draw_photo(photo: Photo) -> bytes:
    """A JPEG as a phone would have written it; a PNG of a signature."""
    target = io.BytesIO()
    if photo.strokes:
        image = Image.new("RGB", (1_000, 400), "white")
        for stroke in photo.strokes:
            ImageDraw.Draw(image).line(stroke, fill=(27, 26, 23), width=6, joint="curve")
        image.save(target, "PNG")
        return target.getvalue()
    draw(photo.drawing, photo.id.int).save(target, "JPEG", quality=QUALITY, exif=_notes(photo))
    return target.getvalue()


def _notes(photo: Photo) -> Image.Exif:
    local, utc = photo.taken_at.astimezone(ZONE), photo.taken_at.astimezone(UTC)
    exif = Image.Exif()
    exif[EXIF.Make], exif[EXIF.Model] = "Cairn", "Drawn demo photo"
    exif[ExifTags.IFD.Exif] = {
        EXIF.DateTimeOriginal: f"{local:%Y:%m:%d %H:%M:%S}",
        EXIF.OffsetTimeOriginal: f"{local:%z}"[:3] + ":" + f"{local:%z}"[3:],
    }
    exif[ExifTags.IFD.GPSInfo] = {
        GPS.GPSLatitudeRef: "N" if photo.lat >= 0 else "S",
        GPS.GPSLatitude: _sexagesimal(abs(photo.lat)),
        GPS.GPSLongitudeRef: "E" if photo.lon >= 0 else "W",
        GPS.GPSLongitude: _sexagesimal(abs(photo.lon)),
        GPS.GPSDateStamp: f"{utc:%Y:%m:%d}",
        GPS.GPSTimeStamp: (float(utc.hour), float(utc.minute), float(utc.second)),
    }
    return exif


def _sexagesimal(degrees: float) -> tuple[Fraction, Fraction, Fraction]:
    """Degrees, minutes and seconds, as EXIF writes angles."""
    minutes, seconds = divmod(round(degrees * 3_600 * 10_000), 60 * 10_000)
    return Fraction(minutes // 60), Fraction(minutes % 60), Fraction(seconds, 10_000)
