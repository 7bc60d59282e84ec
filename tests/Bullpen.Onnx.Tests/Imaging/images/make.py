#!/usr/bin/env python3
"""Makes the pictures of this folder, with libvips itself. Run once after `npm ci` in native/; the results are committed.

All but the smallest are 64 x 48 pixels in four quadrants: red, green / blue, white.
"""
import ctypes
import glob
import os

here = os.path.dirname(os.path.abspath(__file__))
pattern = os.path.join(here, "../../../../native/node_modules/@img/sharp-libvips-linux-x64/lib/libvips-cpp.so.*")
vips = ctypes.CDLL(glob.glob(pattern)[0])
vips.vips_init(b"make")
vips.vips_error_buffer.restype = ctypes.c_char_p
vips.vips_image_new_from_memory_copy.restype = ctypes.c_void_p

UCHAR, USHORT = 0, 2
B_W, SRGB, RGB16, GREY16, CMYK = 1, 22, 25, 26, 15


def check(result):
    if result:
        raise SystemExit(vips.vips_error_buffer().decode())


def quadrants(size, *colours):
    """Rows of pixels, each a bytes of one pixel, for (width, height) and four colours."""
    width, height = size
    rows = []
    for y in range(height):
        left, right = (colours[0], colours[1]) if y < height // 2 else (colours[2], colours[3])
        rows.append(left * (width // 2) + right * (width - width // 2))
    return b"".join(rows)


def image(pixels, size, bands, fmt=UCHAR, interpretation=SRGB):
    data = ctypes.create_string_buffer(pixels, len(pixels))
    raw = ctypes.c_void_p(vips.vips_image_new_from_memory_copy(
        data, ctypes.c_size_t(len(pixels)), size[0], size[1], bands, fmt))
    out = ctypes.c_void_p()
    check(vips.vips_copy(raw, ctypes.byref(out), b"interpretation", interpretation, None))
    return out


def save(picture, name, *options):
    check(vips.vips_image_write_to_file(picture, os.path.join(here, name).encode(), *options, None))
    print(name, os.path.getsize(os.path.join(here, name)))


size = (64, 48)
rgb = [b"\xff\x00\x00", b"\x00\xff\x00", b"\x00\x00\xff", b"\xff\xff\xff"]
picture = image(quadrants(size, *rgb), size, 3)
save(picture, "baseline.jpg", b"Q", 95, b"subsample_mode", 2)
save(picture, "progressive.jpg", b"Q", 95, b"interlace", 1, b"subsample_mode", 2)
save(picture, "rgb.png")
save(picture, "interlaced.png", b"interlace", 1)
save(picture, "palette.png", b"palette", 1)
save(picture, "lossless.webp", b"lossless", 1)
save(picture, "lossy.webp", b"Q", 95)
save(picture, "still.gif")

for orientation in range(1, 9):
    turned = image(quadrants(size, *rgb), size, 3)
    vips.vips_image_set_int(turned, b"orientation", orientation)
    save(turned, f"orientation-{orientation}.jpg", b"Q", 95, b"subsample_mode", 2)

grey = [b"\x00", b"\x55", b"\xaa", b"\xff"]
save(image(quadrants(size, *grey), size, 1, interpretation=B_W), "grey.jpg", b"Q", 95)
save(image(quadrants(size, *grey), size, 1, interpretation=B_W), "grey.png")

cmyk = [b"\x00\xff\xff\x00", b"\xff\x00\xff\x00", b"\xff\xff\x00\x00", b"\x00\x00\x00\x00"]
save(image(quadrants(size, *cmyk), size, 4, interpretation=CMYK), "cmyk.jpg", b"Q", 95, b"keep", 0)

# Alpha: opaque red, half green, clear blue, clear black.
rgba = [b"\xff\x00\x00\xff", b"\x00\xff\x00\x80", b"\x00\x00\xff\x00", b"\x00\x00\x00\x00"]
translucent = image(quadrants(size, *rgba), size, 4)
save(translucent, "alpha.png")
save(translucent, "alpha.webp", b"lossless", 1, b"exact", 1)
save(image(quadrants(size, b"\x00\xff", b"\x00\x80", b"\x00\x00", b"\xff\xff"), size, 2, interpretation=B_W), "grey-alpha.png")

wide = [b"\xff\xff\x00\x00\x00\x00", b"\x00\x00\xff\xff\x00\x00", b"\x00\x00\x00\x00\xff\xff", b"\x00\x80\x00\x80\x00\x80"]
save(image(quadrants(size, *wide), size, 3, USHORT, RGB16), "rgb-16.png")
save(image(quadrants(size, b"\x00\x00", b"\x00\x40", b"\x00\x80", b"\xff\xff"), size, 1, USHORT, GREY16), "grey-16.png")

# A colour that is (200, 100, 100) in Display P3 is a stronger red in sRGB.
tinted = image(quadrants(size, *[b"\xc8\x64\x64"] * 4), size, 3)
save(tinted, "display-p3.png", b"profile", b"p3")

save(image(b"\xff\x00\x00", (1, 1), 3), "one-pixel.png")

# Animations of two frames, the first the four quadrants, the second black.
frames = image(quadrants(size, *rgb) + bytes(64 * 48 * 3), (64, 96), 3)
vips.vips_image_set_int(frames, b"page-height", 48)
save(frames, "animated.gif")
save(frames, "animated.webp", b"lossless", 1)

# A JPEG with a gain map for bright screens, which libvips would rather read with another loader.
linear = ctypes.c_void_p()
check(vips.vips_colourspace(image(quadrants(size, *rgb), size, 3), ctypes.byref(linear), 28, None))
check(vips.vips_uhdrsave(linear, os.path.join(here, "ultra-hdr.jpg").encode(), b"Q", 95, None))
