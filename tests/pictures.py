"""Small pictures for tests of logos."""

from io import BytesIO

from PIL import Image


def picture(kind="PNG", size=(60, 20), mode="RGB"):
    file = BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else (255, 0, 0, 0)).save(file, kind)
    return file.getvalue()
