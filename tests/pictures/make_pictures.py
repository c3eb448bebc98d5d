#!/usr/bin/env python3
"""make_pictures.py: the pictures of this folder, by Pillow.

X.jpg is a file to read, X.png what Pillow makes of it in RGB, X.grey.png its luma;
full-chroma.HEIGHTxWIDTH.png is full-chroma.png in that size, and with a box, TOP-LEFT-HEIGHT-WIDTH, that part of it.
Run by hand, in this folder; Pillow 13.0.0 wrote what
is committed.
"""
import io

import numpy
from PIL import Image


def drawing(height, width):
    """Smooth colours, with an edge in each direction."""
    y, x = numpy.mgrid[0:height, 0:width]
    red = 127 + 120 * numpy.sin(x / 5.0) * numpy.cos(y / 7.0)
    green = 255 * x / width
    blue = 255 * y / height
    image = numpy.stack([red, green, blue], axis=-1)
    image[height // 3:height // 2, width // 4:width // 2] = (250, 20, 10)
    return Image.fromarray(image.round().clip(0, 255).astype(numpy.uint8))


def jpeg(image, **options):
    """The bytes of a JPEG file."""
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, **options)
    return out.getvalue()


def write_bytes(path, data):
    """A file."""
    with open(path, "wb") as out:
        out.write(data)


def write(name, data):
    """NAME.jpg, and as Pillow reads it NAME.png and NAME.grey.png."""
    write_bytes(f"{name}.jpg", data)
    Image.open(io.BytesIO(data)).convert("RGB").save(f"{name}.png", optimize=True)
    luma = Image.open(io.BytesIO(data))
    luma.draft("L", luma.size)
    assert luma.mode == "L"
    luma.save(f"{name}.grey.png", optimize=True)


def write_resized(name, height, width, *box):
    """NAME.png by the filter that guss has, too."""
    top, left, tall, wide = box or (0, 0, 23, 37)
    suffix = "-".join([f"{height}x{width}", *map(str, box)])
    image = Image.open(f"{name}.png")
    image = image.crop((left, top, left + wide, top + tall))
    image = image.resize((width, height), Image.Resampling.BILINEAR)
    image.save(f"{name}.{suffix}.png", optimize=True)


def main():
    """All of them."""
    image = drawing(23, 37)
    write("full-chroma", jpeg(image, subsampling="4:4:4"))
    write_resized("full-chroma", 7, 9)
    write_resized("full-chroma", 23, 5)
    write_resized("full-chroma", 40, 37)
    write_resized("full-chroma", 16, 16, 0, 7, 23, 23)
    write_resized("full-chroma", 5, 50, 2, 3, 11, 30)
    write("half-chroma", jpeg(image, subsampling="4:2:0"))
    write("progressive", jpeg(image, subsampling="4:2:2", progressive=True))
    write("luma", jpeg(image.convert("L")))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter: Pillow's open() and TensorFlow's decode_image() leave it
    write_bytes("turned.jpg", jpeg(image, subsampling="4:2:0", exif=exif))
    write_bytes("inks.jpg", jpeg(image.convert("CMYK")))


if __name__ == "__main__":
    main()
