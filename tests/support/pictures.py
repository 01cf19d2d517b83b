"""Pictures that a phone might take, drawn by the tests."""

from datetime import datetime
from pathlib import Path

from PIL import ExifTags, Image, ImageDraw


def gate_photo(path: Path, *, lat: float = 31.30, lon: float = 120.60, taken_at: datetime | None = None) -> Path:
    """A gate, with the camera's position and time in its EXIF."""
    image = Image.new("RGB", (1600, 1200), "#9ec3dd")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 800, 1600, 1200), fill="#6f6a62")
    for x in range(300, 1300, 80):
        draw.rectangle((x, 450, x + 24, 900), fill="#3c4a52")
    exif = Image.Exif()
    gps = {
        ExifTags.GPS.GPSLatitudeRef: "N" if lat >= 0 else "S",
        ExifTags.GPS.GPSLatitude: _degrees(abs(lat)),
        ExifTags.GPS.GPSLongitudeRef: "E" if lon >= 0 else "W",
        ExifTags.GPS.GPSLongitude: _degrees(abs(lon)),
    }
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    if taken_at is not None:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken_at.strftime("%Y:%m:%d %H:%M:%S")
    image.save(path, "JPEG", exif=exif, quality=90)
    return path


def _degrees(value: float) -> tuple[float, float, float]:
    degrees = int(value)
    minutes = int((value - degrees) * 60)
    return float(degrees), float(minutes), (value - degrees - minutes / 60) * 3600
