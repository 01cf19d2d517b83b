"""What happens in the press's own process: a job comes in, a PDF goes out, and memory has a limit."""

import io
import resource
import sys
from pathlib import Path

import msgspec
from PIL import Image

FONT = Path(__file__).parent.parent / "fonts" / "NotoSansHans-Regular.otf"
MOST_MEMORY_BYTES = 2 * 1024 * 1024 * 1024
"""Of addresses, most of which are never used; a document of forty pages needs some 150 MB."""
PICTURE_SIDE_PX = 1_000
PICTURE_QUALITY = 75


class Job(msgspec.Struct):
    """One document to print: JPEG pictures by the names that the data has for them."""

    template: bytes
    data: str
    pictures: dict[str, bytes]


def run(job: Job, folder: Path) -> bytes:
    """The PDF, made in an empty folder, beyond which the template reads nothing; raises what Typst finds wrong."""
    import typst  # a large library, that the server itself can do without

    for name, content in job.pictures.items():
        (folder / name).write_bytes(_shrink(content))
    main = folder / "main.typ"
    main.write_bytes(job.template)
    return typst.compile(
        main, root=folder, font_paths=[FONT.parent], ignore_system_fonts=True, sys_inputs={"data": job.data}
    )


def _shrink(content: bytes) -> bytes:
    """Small enough for a page."""
    with Image.open(io.BytesIO(content)) as image:
        if max(image.size) <= PICTURE_SIDE_PX:
            return content
        image.thumbnail((PICTURE_SIDE_PX, PICTURE_SIDE_PX))
        small = io.BytesIO()
        image.convert("RGB").save(small, "JPEG", quality=PICTURE_QUALITY)
        return small.getvalue()


def main(folder: str) -> None:
    """Read one job and write one document."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    sys.stdout.buffer.write(run(msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Job), Path(folder)))


if __name__ == "__main__":
    main(sys.argv[1])
