"""House style: one accent colour in, the contents of theme.css out.

Every pair is computed and keeps these promises:
  --accent       fill of buttons, nodes and bars   >= 3:1 on every surface (dark theme: >= 4.5:1)
  --on-accent    text and icons on --accent        >= 4.5:1
  --accent-text  links and accent text             >= 4.5:1 on every surface and on the accent tint
  --block        large blocks of colour            white text on it >= 7:1
Hue stays the editor's; only lightness moves, in steps of 0.01 in OKLCH (chroma shrinks where sRGB ends).
The surface values below repeat tokens.css; change them together.
"""

import hashlib
import math
from collections.abc import Callable
from functools import lru_cache

SURFACES = {"light": ("#ffffff", "#f2f5f2", "#e6ebe7", "#fff4d3"), "dark": ("#121a18", "#1a2421", "#24312d", "#322a12")}
INK = "#14201d"
STEP = 0.01
# The default colour's values are those of tokens.css, chosen by eye; they keep the same promises.
CHOSEN_BY_EYE = {
    ("#00655b", "light"): ("#00655b", "#ffffff", "#005c53", "#00554c", "#ffffff"),
    ("#00655b", "dark"): ("#4fc3b0", "#04211d", "#74d8c7", "#0c433d", "#eefaf7"),
}
TOKENS = ("accent", "on-accent", "accent-text", "block", "on-block")


def _rgb(colour: str) -> list[float]:
    return [int(colour.lstrip("#")[i : i + 2], 16) / 255 for i in (0, 2, 4)]


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _gamma(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _luminance(colour: str) -> float:
    return sum(
        weight * _linear(channel) for weight, channel in zip((0.2126, 0.7152, 0.0722), _rgb(colour), strict=True)
    )


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio (1 to 21) of two #rrggbb colours."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def to_oklch(colour: str) -> tuple[float, float, float]:
    """Lightness (0 to 1), chroma and hue (radians) of a #rrggbb colour in OKLCH."""
    red, green, blue = (_linear(channel) for channel in _rgb(colour))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    x = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    y = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    return lightness, math.hypot(x, y), math.atan2(y, x)


def from_oklch(lightness: float, chroma: float, hue: float) -> str:
    """The #rrggbb colour nearest to this one; chroma gives way where sRGB can't show it."""
    while True:
        x, y = chroma * math.cos(hue), chroma * math.sin(hue)
        long = (lightness + 0.3963377774 * x + 0.2158037573 * y) ** 3
        medium = (lightness - 0.1055613458 * x - 0.0638541728 * y) ** 3
        short = (lightness - 0.0894841775 * x - 1.2914855480 * y) ** 3
        channels = (
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        )
        if chroma < 1e-4 or all(-0.0005 <= channel <= 1.0005 for channel in channels):
            return "#" + "".join(f"{round(_gamma(min(1, max(0, channel))) * 255):02x}" for channel in channels)
        chroma *= 0.94


def _walk(start: str, good: Callable[[str], bool], step: float) -> str:
    """The first colour that is good, starting at ``start`` and moving its lightness step by step."""
    lightness, chroma, hue = to_oklch(start)
    # The start itself first, unrounded: a colour that passes stays exactly what the editor picked.
    if good(start):
        return start
    while 0 <= lightness <= 1:
        colour = from_oklch(lightness, chroma, hue)
        if good(colour):
            return colour
        lightness += step
    return "#000000" if step < 0 else "#ffffff"


def accent_tint(accent: str, mode: str) -> str:
    """The quiet accent panel of ``mode`` ("light" or "dark"), as tokens.css derives it."""
    _, chroma, hue = to_oklch(accent)
    if mode == "dark":
        return from_oklch(0.29, min(chroma, 0.026), hue)
    return from_oklch(0.957, min(chroma, 0.016), hue)


def surfaces(accent: str, mode: str) -> tuple[str, ...]:
    """Everything that text and parts in the accent colour may stand on in ``mode``."""
    return (*SURFACES[mode], accent_tint(accent, mode))


def pairs(accent: str, mode: str) -> dict[str, str]:
    """The five token values for ``mode`` ("light" or "dark") from one #rrggbb accent colour."""
    accent = accent.lower()
    if chosen := CHOSEN_BY_EYE.get((accent, mode)):
        return dict(zip(TOKENS, chosen, strict=True))
    dark = mode == "dark"
    lightness, chroma, hue = to_oklch(accent)
    step = STEP if dark else -STEP
    grounds = surfaces(accent, mode)

    def readable(ratio: float) -> Callable[[str], bool]:
        return lambda colour: min(contrast(colour, ground) for ground in grounds) >= ratio

    fill = _walk(accent, readable(4.5 if dark else 3), step)
    text = _walk(fill, readable(4.5), step)
    on_fill = next(colour for colour in ("#ffffff", INK, "#000000") if contrast(colour, fill) >= 4.5)
    deep = from_oklch(min(lightness, 0.35 if dark else 0.42), chroma * (0.8 if dark else 1), hue)
    block = _walk(deep, lambda colour: contrast("#ffffff", colour) >= 7, -STEP)
    return dict(zip(TOKENS, (fill, on_fill, text, block, "#ffffff"), strict=True))


def shift(accent: str, mode: str) -> int:
    """How far the fill of ``mode`` moved from the chosen colour, in whole percents of lightness; below 0 is darker."""
    return round((to_oklch(pairs(accent, mode)["accent"])[0] - to_oklch(accent)[0]) * 100)


@lru_cache(maxsize=32)
def theme_css(accent: str) -> str:
    """The text of theme.css for one #rrggbb accent colour."""
    light, dark = pairs(accent, "light"), pairs(accent, "dark")
    rows = "\n".join(f"    --{name}: light-dark({light[name]}, {dark[name]});" for name in light)
    return f"@layer theme {{\n  :root {{\n{rows}\n  }}\n}}\n"


@lru_cache(maxsize=32)
def theme_hash(accent: str) -> str:
    """What is in the address of theme.css: another text, another address."""
    return hashlib.sha256(theme_css(accent).encode()).hexdigest()[:12]


def theme_url(accent: str) -> str:
    """The address of theme.css."""
    return f"/theme-{theme_hash(accent)}.css"
