"""A small page with a word on it, and what it takes to save it oddly."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

SIZE = (320, 96)


def page(mode: str = "RGB", text: str = "Invoice 4711") -> Image.Image:
    """An image of one line of text."""
    image = Image.new("L", SIZE, 255)
    ImageDraw.Draw(image).text((20, 30), text, fill=0, font=ImageFont.load_default(36))
    return image.convert("RGB").convert(mode) if mode != "L" else image


def blank(size: tuple[int, int], mode: str = "L") -> Image.Image:
    """An image of nothing, in white."""
    return Image.new(mode, size, 1 if mode == "1" else 255)


def saved(image: Image.Image, image_format: str, **options: object) -> bytes:
    """The image's file."""
    file = BytesIO()
    image.save(file, image_format, **options)
    return file.getvalue()
