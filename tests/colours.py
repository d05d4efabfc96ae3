"""Colours as people see them: a simulator of three deficiencies, how far two colours are apart, and the project's own colours.

The colours are read from the files that the pages use; there is no second list.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.figures.roles import role_colour

__all__ = ["SIGHTS", "Colour", "class_shapes", "difference", "ground", "laid_over", "roles", "seen", "sheet", "theme"]

Colour = NDArray[np.float64]
"""Red, green and blue, 0..255."""

ROOT = Path(__file__).parents[1]
LIVE = ROOT / "app" / "static" / "live"

SIGHTS: dict[str, NDArray[np.float64]] = {
    "as it is": np.eye(3),
    "protanopia": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "deuteranopia": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "tritanopia": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}
"""What each sight makes of linear red, green and blue: Machado, Oliveira & Fernandes 2009, "A physiologically-based model for
simulation of color vision deficiency", IEEE TVCG 15 (6), severity 1.0 of the authors' table; Chromium's emulation uses the same."""

WHITE = np.array([0.95047, 1.0, 1.08883])
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])


def parsed(text: str) -> Colour:
    """Return the colour of ``#rrggbb``."""
    return np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)], float)


def seen(colour: Colour, sight: str) -> Colour:
    """Return a colour as one of `SIGHTS` sees it."""
    parts = colour / 255.0
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    linear = np.clip(SIGHTS[sight] @ linear, 0.0, 1.0)
    found: Colour = 255.0 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return found


def laid_over(colour: Colour, ground: Colour, share: float) -> Colour:
    """Return a colour that covers a ground by a share of 0 to 1."""
    return share * colour + (1.0 - share) * ground


def lab(colour: Colour) -> Colour:
    """Return CIE L*a*b* of an sRGB colour, white D65."""
    parts = colour / 255.0
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    ratio = TO_XYZ @ linear / WHITE
    x, y, z = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def ciede2000(one: Colour, other: Colour) -> float:
    """Return the CIEDE2000 difference of two colours in L*a*b* (Sharma, Wu & Dalal 2005, equations 2 to 22)."""
    middle = np.hypot(*one[1:]) / 2 + np.hypot(*other[1:]) / 2
    stretch = 1.5 - 0.5 * math.sqrt(middle**7 / (middle**7 + 25.0**7))
    (l1, a1, b1), (l2, a2, b2) = one * (1, stretch, 1), other * (1, stretch, 1)
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, a)) % 360 if c else 0.0 for a, b, c in ((a1, b1, c1), (a2, b2, c2)))
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    hue = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    level, strength = (l1 + l2) / 2, (c1 + c2) / 2
    t = 1.0
    for size, times, off in ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63)):
        t += size * math.cos(math.radians(times * hue + off))
    by_l = (l2 - l1) / (1 + 0.015 * (level - 50) ** 2 / math.sqrt(20 + (level - 50) ** 2))
    by_c, by_h = (c2 - c1) / (1 + 0.045 * strength), dh / (1 + 0.015 * strength * t)
    turned = 60 * math.exp(-(((hue - 275) / 25) ** 2))
    rotation = -math.sin(math.radians(turned)) * 2 * math.sqrt(strength**7 / (strength**7 + 25.0**7))
    return math.sqrt(by_l**2 + by_c**2 + by_h**2 + rotation * by_c * by_h)


def difference(one: Colour, other: Colour, sight: str) -> float:
    """Return how far apart one of `SIGHTS` sees two colours, in units of CIEDE2000: about 1 is the least that is seen."""
    return ciede2000(lab(seen(one, sight)), lab(seen(other, sight)))


def literal(file: str, name: str) -> Any:
    """Return the value of a constant of a module of the player, which must be written as plain data."""
    source = (LIVE / file).read_text("utf-8")
    found = re.search(rf"const {name} = ([\[{{].*?\n[\]}}]);", source, re.DOTALL)
    assert found is not None, f"{file}: no {name}"
    quoted = re.sub(r"(?<=[{,\s])(\w+):(?=\s)", r'"\1":', found[1])
    return json.loads(re.sub(r",(?=\s*[\]}])", "", quoted))


def theme(scheme: str) -> dict[str, Any]:
    """Return what `theme.js` says for a scheme: ``roles``, ``surface`` (low, middle, high), ``further`` classes, ``classes``."""
    return {
        "roles": literal("theme.js", "ROLES")[scheme],
        "surface": [np.array(c, float) for c in literal("theme.js", "SURFACE")[scheme]],
        "further": [np.array(c, float) for c in literal("theme.js", "FURTHER")[scheme]],
        "classes": literal("theme.js", "CLASSES"),
    }


def class_shapes() -> list[Any]:
    """Return the corners of the marks of the classes from 1 on; class 0 is a disc."""
    shapes: list[Any] = literal("points.js", "CORNERS")
    return shapes


def sheet(file: str, scheme: str) -> dict[str, Colour]:
    """Return the variables of a style sheet that are plain colours."""
    base = {"sheet.css": ".sheet", "player.css": ".player"}[file]
    source = (LIVE / file).read_text("utf-8")
    found: dict[str, Colour] = {}
    for selector in (base, f"{base}.dark")[: 1 + (scheme == "dark")]:
        block = re.search(rf"^{re.escape(selector)} {{(.*?)^}}", source, re.DOTALL | re.MULTILINE)
        assert block is not None, f"{file}: no {selector}"
        found |= {name: parsed(colour) for name, colour in re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block[1])}
    return found


def roles(scheme: str) -> dict[str, Colour]:
    """Return the colours of Plotly's figures."""
    names = ("bn", "plain", "other", "warn", "beta", "batch")
    return {name: parsed(role_colour(name, dark=scheme == "dark")) for name in names}


def ground(scheme: str) -> dict[str, Colour]:
    """Return the colours of the page: background, sidebar and text."""
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"][scheme]
    names = {"page": "backgroundColor", "soft": "secondaryBackgroundColor", "text": "textColor"}
    return {short: parsed(settings[name]) for short, name in names.items()}
