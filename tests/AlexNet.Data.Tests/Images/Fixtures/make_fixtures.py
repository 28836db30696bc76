"""Draws the pictures of this folder and says what Pillow makes of them. Run it here; needs python3-pil (9.4.0 made what is committed).

    python3 make_fixtures.py

NAME.EXT is a picture. NAME.EXT.rgb is what is expected of it: upright, over white where it is transparent, the shortest side resized to
SIZE by Pillow's antialiased bilinear filter as torchvision's Resize does, and the middle CROP x CROP, as bytes, channels x height x width.
"""
import os
import random

from PIL import Image, ImageDraw, ImageOps

SIZE, CROP = 40, 32


def draw(width, height, seed):
    """Slopes, edges and fine grain: what blurs, rings or shifts when a step is wrong."""
    dice = random.Random(seed)
    picture = Image.new("RGB", (width, height))
    picture.putdata([(x * 255 // width, y * 255 // height, 255 - (x + y) * 255 // (width + height)) for y in range(height) for x in range(width)])
    pen = ImageDraw.Draw(picture)
    for _ in range(9):
        x, y, r = dice.randrange(width), dice.randrange(height), dice.randrange(3, max(4, width // 5))
        pen.ellipse((x - r, y - r, x + r, y + r), fill=tuple(dice.randrange(256) for _ in range(3)))
        pen.line((y, x, x, y), fill=tuple(dice.randrange(256) for _ in range(3)), width=1 + r // 8)
    grain = [tuple(min(255, max(0, c + dice.randrange(-12, 13))) for c in pixel) for pixel in picture.getdata()]
    picture.putdata(grain)
    return picture


def expect(name):
    picture = Image.open(name)
    stored = ImageOps.exif_transpose(picture)
    if stored.mode in ("RGBA", "LA", "PA") or "transparency" in stored.info:
        stored = Image.alpha_composite(Image.new("RGBA", stored.size, "white"), stored.convert("RGBA"))
    if stored.mode.startswith("I"):
        stored = stored.point(lambda v: v * (1 / 256)).convert("L")
    rgb = stored.convert("RGB")
    width, height = rgb.size
    size = (SIZE, SIZE * height // width) if width <= height else (SIZE * width // height, SIZE)
    resized = rgb.resize(size, Image.BILINEAR)
    left, top = round((size[0] - CROP) / 2), round((size[1] - CROP) / 2)
    crop = resized.crop((left, top, left + CROP, top + CROP))
    with open(name + ".rgb", "wb") as file:
        file.write(b"".join(channel.tobytes() for channel in crop.split()))


def save(picture, name, **options):
    picture.save(name, **options)
    expect(name)


os.chdir(os.path.dirname(os.path.abspath(__file__)))
wide, tall = draw(97, 67, 1), draw(61, 90, 2)
alpha = Image.linear_gradient("L").resize(wide.size)

save(wide, "colour.jpg", quality=92, subsampling=0)
save(tall, "subsampled.jpg", quality=85, subsampling=2)
save(wide, "half-subsampled.jpg", quality=85, subsampling=1)
save(wide, "progressive.jpg", quality=85, progressive=True)
save(wide.convert("L"), "grey.jpg", quality=90)
save(wide.convert("CMYK"), "cmyk.jpg", quality=92)
save(draw(23, 17, 3), "small.jpg", quality=92)  # smaller than what is wanted
save(wide, "colour.png")
save(wide.convert("L"), "grey.png")
save(Image.merge("LA", (wide.convert("L"), alpha)), "grey-alpha.png")
save(Image.merge("RGBA", (*wide.split(), alpha)), "alpha.png")
save(wide.quantize(16), "palette.png")
save(wide.quantize(16), "palette-transparent.png", transparency=3)
save(wide.convert("L").point([v * 257 for v in range(256)], "I").convert("I;16"), "sixteen-bits.png")
save(wide, "lossless.webp", lossless=True)
save(wide, "lossy.webp", quality=80)
save(Image.merge("RGBA", (*wide.split(), alpha)), "alpha.webp", lossless=True, exact=True)
save(wide, "colour.bmp")
save(wide.convert("L"), "grey.bmp")
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    save(wide, f"exif-{orientation}.jpg", quality=90, exif=exif)
