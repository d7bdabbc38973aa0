"""House style: one accent colour in, the contents of theme.css out.

Every pair is computed, never chosen by hand:
  --accent       fill of buttons, nodes and bars   >= 3:1 on every surface (dark theme: >= 4.5:1)
  --on-accent    text and icons on --accent        >= 4.5:1
  --accent-text  links and accent text             >= 4.5:1 on every surface and on the accent tint
  --block        large blocks of colour            white text on it >= 7:1
Hue stays the editor's; only lightness moves, in steps of 0.01 in OKLCH (chroma shrinks where sRGB ends).
The surface values below repeat tokens.css; change them together.
"""

import math

SURFACES = {"light": ("#ffffff", "#f2f5f2", "#e6ebe7", "#fff4d3"), "dark": ("#121a18", "#1a2421", "#24312d", "#322a12")}
INK = "#14201d"


def _rgb(colour):
    return [int(colour.lstrip("#")[i : i + 2], 16) / 255 for i in (0, 2, 4)]


def _linear(c):
    return c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4


def _gamma(c):
    return 12.92 * c if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055


def contrast(a, b):
    """WCAG 2 contrast ratio of two #rrggbb colours."""
    la, lb = (sum(w * _linear(c) for w, c in zip((0.2126, 0.7152, 0.0722), _rgb(x))) for x in (a, b))
    return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)


def to_oklch(colour):
    r, g, b = (_linear(c) for c in _rgb(colour))
    l = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    m = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    s = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    x = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s
    y = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
    return 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s, math.hypot(x, y), math.atan2(y, x)


def from_oklch(lightness, chroma, hue):
    while True:
        x, y = chroma * math.cos(hue), chroma * math.sin(hue)
        l = (lightness + 0.3963377774 * x + 0.2158037573 * y) ** 3
        m = (lightness - 0.1055613458 * x - 0.0638541728 * y) ** 3
        s = (lightness - 0.0894841775 * x - 1.2914855480 * y) ** 3
        rgb = (
            4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
        )
        if chroma < 1e-4 or all(-0.0005 <= c <= 1.0005 for c in rgb):
            return "#" + "".join(f"{round(_gamma(min(1, max(0, c))) * 255):02x}" for c in rgb)
        chroma *= 0.94


def _walk(start, good, step):
    lightness, chroma, hue = to_oklch(start)
    while 0 <= lightness <= 1:
        colour = from_oklch(lightness, chroma, hue)
        if good(colour):
            return colour
        lightness += step
    return "#000000" if step < 0 else "#ffffff"


def pairs(accent, mode):
    dark = mode == "dark"
    lightness, chroma, hue = to_oklch(accent)
    tint = from_oklch(0.29 if dark else 0.957, min(chroma, 0.026 if dark else 0.016), hue)
    surfaces, step = (*SURFACES[mode], tint), 0.01 if dark else -0.01
    fill = _walk(accent, lambda c: min(contrast(c, s) for s in surfaces) >= (4.5 if dark else 3), step)
    text = _walk(fill, lambda c: min(contrast(c, s) for s in surfaces) >= 4.5, step)
    on = next(c for c in ("#ffffff", INK, "#000000") if contrast(c, fill) >= 4.5)
    deep = from_oklch(min(lightness, 0.35 if dark else 0.42), chroma * (0.8 if dark else 1), hue)
    block = _walk(deep, lambda c: contrast("#ffffff", c) >= 7, -0.01)
    return {"accent": fill, "on-accent": on, "accent-text": text, "block": block, "on-block": "#ffffff"}


def theme_css(accent):
    light, dark = pairs(accent, "light"), pairs(accent, "dark")
    rows = "\n".join(f"    --{name}: light-dark({light[name]}, {dark[name]});" for name in light)
    return f"@layer theme {{\n  :root {{\n{rows}\n  }}\n}}\n"


if __name__ == "__main__":
    import sys

    print(theme_css(sys.argv[1] if len(sys.argv) > 1 else "#00655b"), end="")
