"""Drawn photos: a compressor's nameplate, a gate, a machine room, a cold store's door, a control panel."""

from collections.abc import Callable
from random import Random

from PIL import Image, ImageDraw, ImageFont

SIZE = (1_280, 960)
MARGIN = 80
Colour = tuple[int, int, int]
STEELS: tuple[Colour, ...] = ((176, 184, 190), (154, 166, 178), (190, 188, 180))
PAINTS: tuple[Colour, ...] = ((36, 92, 132), (40, 118, 96), (150, 84, 44), (92, 70, 128))


def draw(drawing: int, seed: int) -> Image.Image:
    """One of the scenes in one of its variants; the same seed draws the same picture."""
    random = Random(seed)  # noqa: S311 - a picture
    scene = SCENES[drawing % len(SCENES)]
    image = Image.new("RGB", SIZE)
    scene(image, ImageDraw.Draw(image), random)
    # Nobody holds a phone twice at the same spot.
    left, upper = random.randint(0, MARGIN), random.randint(0, MARGIN * 3 // 4)
    cropped = image.crop((left, upper, left + SIZE[0] - MARGIN, upper + SIZE[1] - MARGIN * 3 // 4))
    return Image.blend(cropped, _grain(cropped.size, random), 0.06)


def _grain(size: tuple[int, int], random: Random) -> Image.Image:
    small = Image.frombytes("L", (320, 240), random.randbytes(320 * 240))
    return small.resize(size, Image.Resampling.NEAREST).convert("RGB")


def _shade(colour: Colour, by: float) -> Colour:
    red, green, blue = (max(0, min(255, round(part * by))) for part in colour)
    return red, green, blue


def _gradient(canvas: ImageDraw.ImageDraw, box: tuple[int, int, int, int], top: Colour, bottom: Colour) -> None:
    left, upper, right, lower = box
    for y in range(upper, lower):
        share = (y - upper) / max(1, lower - upper)
        red, green, blue = (round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True))
        canvas.line([(left, y), (right, y)], fill=(red, green, blue))


def _text(canvas: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, fill: Colour) -> None:
    canvas.text(at, text, fill=fill, font=ImageFont.load_default(size))


def _nameplate(image: Image.Image, canvas: ImageDraw.ImageDraw, random: Random) -> None:
    paint, steel = random.choice(PAINTS), random.choice(STEELS)
    _gradient(canvas, (0, 0, *SIZE), _shade(paint, 1.15), _shade(paint, 0.6))
    for x in range(0, SIZE[0], 160):
        canvas.line([(x, 0), (x + 40, SIZE[1])], fill=_shade(paint, 0.75), width=3)
    canvas.rounded_rectangle((210, 190, 1_090, 790), 24, fill=_shade(paint, 0.45))
    canvas.rounded_rectangle((200, 180, 1_080, 780), 24, fill=steel, outline=_shade(steel, 0.6), width=5)
    for x, y in ((232, 212), (1_048, 212), (232, 748), (1_048, 748)):
        canvas.ellipse((x - 13, y - 13, x + 13, y + 13), fill=_shade(steel, 0.5))
        canvas.line([(x - 8, y - 8), (x + 8, y + 8)], fill=_shade(steel, 1.2), width=3)
    ink = (28, 32, 38)
    _text(canvas, (290, 225), "SCREW COMPRESSOR", 58, ink)
    year = random.randint(2014, 2023)
    rows = (
        ("MODEL", f"SRC-{random.choice((90, 110, 150, 220))}H"),
        ("SERIAL NO.", f"{year % 100:02d}{random.randint(10_000, 99_999)}"),
        ("REFRIGERANT", random.choice(("R134a", "R507A", "R717", "R22"))),
        ("INPUT", f"{random.choice((45, 55, 75, 110))} kW  380 V 50 Hz"),
        ("YEAR", str(year)),
    )
    for index, (label, value) in enumerate(rows):
        y = 330 + index * 82
        canvas.line([(280, y + 66), (1_000, y + 66)], fill=_shade(steel, 0.7), width=2)
        _text(canvas, (290, y + 14), label, 34, _shade(ink, 1.6))
        _text(canvas, (580, y + 6), value, 46, ink)


def _gate(image: Image.Image, canvas: ImageDraw.ImageDraw, random: Random) -> None:
    _gradient(canvas, (0, 0, SIZE[0], 560), (150, 190, 226), (226, 234, 238))
    _gradient(canvas, (0, 560, *SIZE), (150, 150, 146), (104, 104, 102))
    hall = _shade(random.choice(STEELS), random.uniform(0.95, 1.2))
    top = random.randint(230, 300)
    canvas.rectangle((140, top, 1_180, 570), fill=hall)
    for x in range(140, 1_180, 26):
        canvas.line([(x, top), (x, 570)], fill=_shade(hall, 0.9), width=3)
    canvas.rectangle((140, top - 22, 1_180, top), fill=_shade(random.choice(PAINTS), 0.9))
    for x in range(200, 1_100, 170):
        canvas.rectangle((x, top + 70, x + 96, top + 132), fill=(120, 150, 170), outline=_shade(hall, 0.7), width=4)
    for x in (250, 1_000):
        canvas.rectangle((x, 430, x + 70, 740), fill=(176, 96, 74))
        for y in range(430, 740, 22):
            canvas.line([(x, y), (x + 70, y)], fill=(196, 150, 130), width=2)
    for x in range(322, 1_000, 30):
        canvas.line([(x, 520), (x, 726)], fill=(60, 66, 72), width=7)
    for y in (530, 620, 716):
        canvas.line([(320, y), (1_000, y)], fill=(60, 66, 72), width=9)
    canvas.rectangle((80, 500, 236, 720), fill=(222, 220, 212), outline=(150, 148, 140), width=4)
    canvas.rectangle((104, 530, 212, 610), fill=(110, 140, 160))
    _text(canvas, (100, 632), f"GATE {random.randint(1, 4)}", 34, (40, 44, 50))
    canvas.polygon([(470, 960), (600, 745), (720, 745), (900, 960)], fill=(128, 128, 124))
    for y in range(760, 960, 60):
        canvas.line([(662, y), (666, y + 30)], fill=(226, 220, 190), width=8)


def _machine_room(image: Image.Image, canvas: ImageDraw.ImageDraw, random: Random) -> None:
    _gradient(canvas, (0, 0, SIZE[0], 620), (196, 202, 204), (164, 172, 174))
    _gradient(canvas, (0, 620, *SIZE), (98, 118, 112), (70, 84, 80))
    for index in range(random.randint(3, 5)):
        y, colour = 90 + index * 62, random.choice(((44, 110, 160), (176, 60, 52), STEELS[0]))
        _pipe(canvas, y, colour, random.randint(16, 30))
    for x in range(0, SIZE[0], 120):
        canvas.line([(x, 960), (640 + (x - 640) // 3, 625)], fill=(84, 100, 96), width=2)
    paint = random.choice(PAINTS)
    for x in (120, 690):
        _unit(canvas, x, 470, paint, random)
    canvas.polygon([(560, 960), (610, 640), (640, 640), (650, 960)], fill=(214, 186, 60))


def _pipe(canvas: ImageDraw.ImageDraw, y: int, colour: Colour, thickness: int) -> None:
    for row in range(thickness):
        light = 1.25 - abs(row - thickness * 0.3) / thickness
        canvas.line([(0, y + row), (SIZE[0], y + row)], fill=_shade(colour, light))
    for x in range(140, SIZE[0], 300):
        canvas.rectangle((x, y - 5, x + 14, y + thickness + 5), fill=_shade(colour, 0.6))


def _unit(canvas: ImageDraw.ImageDraw, x: int, y: int, paint: Colour, random: Random) -> None:
    canvas.rectangle((x - 20, y + 290, x + 490, y + 320), fill=(54, 58, 62))
    canvas.rounded_rectangle((x, y + 130, x + 470, y + 290), 70, fill=paint)
    canvas.rounded_rectangle((x + 20, y + 146, x + 450, y + 178), 16, fill=_shade(paint, 1.35))
    canvas.rounded_rectangle((x + 60, y, x + 300, y + 150), 30, fill=_shade(paint, 0.85))
    canvas.ellipse((x + 320, y + 10, x + 450, y + 140), fill=_shade(paint, 0.7), outline=_shade(paint, 0.4), width=8)
    canvas.ellipse((x + 362, y + 52, x + 408, y + 98), fill=(200, 204, 206))
    for index in range(3):
        left = x + 84 + index * 68
        canvas.ellipse((left, y + 40, left + 54, y + 94), fill=(240, 240, 236), outline=(60, 60, 60), width=4)
        canvas.line(
            [(left + 27, y + 67), (left + 27 + random.randint(-17, 17), y + 67 - random.randint(6, 18))],
            fill=(190, 40, 36),
            width=4,
        )


def _cold_store_door(image: Image.Image, canvas: ImageDraw.ImageDraw, random: Random) -> None:
    _gradient(canvas, (0, 0, SIZE[0], 720), (226, 232, 236), (198, 208, 214))
    _gradient(canvas, (0, 720, *SIZE), (132, 138, 142), (104, 108, 112))
    for x in range(0, SIZE[0], 214):
        canvas.line([(x, 0), (x, 720)], fill=(186, 196, 202), width=4)
    steel = random.choice(STEELS)
    canvas.rectangle((330, 120, 950, 730), fill=_shade(steel, 0.7))
    canvas.rectangle((352, 142, 928, 730), fill=_shade(steel, 1.15))
    canvas.rectangle((352, 600, 928, 730), fill=_shade(steel, 0.9))
    canvas.rounded_rectangle((840, 400, 880, 520), 14, fill=(60, 64, 70))
    canvas.rectangle((1_010, 300, 1_150, 400), fill=(26, 30, 36))
    _text(canvas, (1_024, 324), f"-{random.randint(17, 24)}.{random.randint(0, 9)}", 52, (240, 70, 60))
    _text(canvas, (420, 220), f"COLD STORE {random.randint(1, 6)}", 60, (44, 72, 110))
    for _ in range(500):
        x, y = random.randint(352, 928), 142 + round(random.random() ** 2 * 200)
        canvas.ellipse((x, y, x + 3, y + 3), fill=(246, 250, 252))
    for x in range(330, 950, 62):
        canvas.polygon([(x, 760), (x + 31, 760), (x + 11, 800), (x - 20, 800)], fill=(222, 184, 40))


def _control_panel(image: Image.Image, canvas: ImageDraw.ImageDraw, random: Random) -> None:
    _gradient(canvas, (0, 0, *SIZE), (150, 154, 150), (112, 116, 112))
    steel = random.choice(STEELS)
    canvas.rounded_rectangle((190, 60, 1_110, 920), 18, fill=steel, outline=_shade(steel, 0.6), width=6)
    canvas.rectangle((270, 130, 830, 470), fill=(18, 34, 52), outline=(40, 44, 48), width=10)
    readings = (
        ("SUCTION", f"{random.uniform(1.2, 2.8):.2f} bar"),
        ("DISCHARGE", f"{random.uniform(11, 17):.1f} bar"),
        ("OIL TEMP", f"{random.randint(44, 71)} C"),
        ("LOAD", f"{random.randint(35, 100)} %"),
    )
    for index, (label, value) in enumerate(readings):
        _text(canvas, (300, 156 + index * 74), label, 40, (130, 190, 220))
        _text(canvas, (580, 156 + index * 74), value, 44, (240, 244, 220))
    for index, colour in enumerate(((60, 180, 90), (226, 180, 50), (200, 60, 50))):
        y, is_on = 150 + index * 108, random.random() < 0.5
        fill = colour if is_on else _shade(colour, 0.4)
        canvas.ellipse((930, y, 1_010, y + 80), fill=fill, outline=(50, 52, 54), width=6)
    for index in range(4):
        x = 300 + index * 190
        canvas.ellipse((x, 590, x + 110, 700), fill=(44, 48, 52))
        canvas.line([(x + 55, 645), (x + 55 + random.choice((-36, 36)), 612)], fill=(230, 230, 226), width=10)
    canvas.ellipse((880, 740, 1_030, 890), fill=(226, 190, 44))
    canvas.ellipse((910, 770, 1_000, 860), fill=(196, 42, 38))
    _text(canvas, (300, 780), f"UNIT {random.randint(1, 4)}", 64, (40, 44, 50))


Scene = Callable[[Image.Image, ImageDraw.ImageDraw, Random], None]
SCENES: tuple[Scene, ...] = (_nameplate, _gate, _machine_room, _cold_store_door, _control_panel)
