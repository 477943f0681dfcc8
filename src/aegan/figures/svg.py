"""Make the SVG of matplotlib small, so that a report of many methods stays small. It looks the same.

Styles become classes, coordinates are rounded to hundredths of a point, paths become relative, grey images lose their
colours, and names that nothing refers to and groups that state nothing are left out.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Collection, Mapping


def compact_svg(svg: str, dark: Mapping[str, str]) -> str:
    """Rewrite an SVG of matplotlib in which text is text; it follows the reader's light or dark preference.

    Args:
        svg: as matplotlib writes it: elements state their style, and paths are absolute.
        dark: colour -> the colour in its place where the reader prefers dark.
    """
    styles: dict[str, str] = {}
    used = set(re.findall(r"#(\w+)", svg))
    svg = re.sub(r"<\w[^>]*>", lambda tag: _compact_tag(tag[0], styles, used), svg)
    svg = _unwrap_groups(re.sub(r">\s+<", "><", svg))
    return svg.replace("</style>", f"{_write_rules(styles, dark)}</style>", 1)


def _unwrap_groups(svg: str) -> str:
    """Leave out the groups that state nothing of what they hold, which are most of matplotlib's."""
    stated: list[bool] = []

    def keep(tag: str) -> str:
        if tag.endswith("/>"):
            return "" if tag == "<g/>" else tag
        if tag == "</g>":
            return tag if stated.pop() else ""
        stated.append(tag != "<g>")
        return tag if stated[-1] else ""

    return re.sub(r"</?g\b[^>]*>", lambda found: keep(found[0]), svg)


def _compact_tag(tag: str, styles: dict[str, str], used: Collection[str]) -> str:
    """Rewrite the attributes of an element; a style that is new gets a class in `styles`."""
    rewrite: Mapping[str, Callable[[str], str]] = {
        "style": lambda style: f' class="{styles.setdefault(style, f"s{len(styles)}")}"',
        "d": lambda path: f' d="{shorten_path(path)}"',
        "id": lambda name: f' id="{name}"' if name in used else "",
        "transform": lambda moves: "" if re.match("rotate\\(-?0 ", moves) else f' transform="{moves}"',
        "xlink:href": lambda link: f' xlink:href="{_shrink_image(link)}"',
        **{name: _write_rounded(name) for name in ("x", "y", "width", "height")},
    }
    return re.sub(rf' ({"|".join(rewrite)})="([^"]*)"', lambda found: rewrite[found[1]](found[2]), tag)


def _write_rules(styles: Mapping[str, str], dark: Mapping[str, str]) -> str:
    """Write a rule for each class, and after them those of what is of another colour in the dark."""
    rules = "".join(f".{name}{{{style}}}" for style, name in styles.items())
    colours = re.compile(f"(fill|stroke): ({'|'.join(dark)})")
    changes = {name: colours.findall(style) for style, name in styles.items()} if dark else {}
    other = "".join(
        f".{name}{{{'; '.join(f'{key}: {dark[colour]}' for key, colour in found)}}}"
        for name, found in changes.items()
        if found
    )
    return f"{rules}@media (prefers-color-scheme: dark){{{other}}}" if other else rules


def _write_rounded(name: str) -> Callable[[str], str]:
    number = re.compile(r"-?\d+\.\d+")  # there may be a unit behind it
    return lambda value: f' {name}="{number.sub(lambda found: _write_number(_to_hundredths(found[0])), value)}"'


def _to_hundredths(number: str) -> int:
    return round(float(number) * 100)


def _write_number(hundredths: int) -> str:
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


def shorten_path(path: str) -> str:
    """Write a path of absolute commands M, L, Q, C and z as relative ones. Rounding errors do not add up.

    Args:
        path: the attribute `d`: numbers and commands apart from each other.
    """
    words: list[str] = []
    last, at = "", (0, 0)
    for command, numbers in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        values = [_to_hundredths(number) for number in numbers.split()]
        points = list(zip(values[::2], values[1::2], strict=True))
        start = (0, 0) if command == "M" else at
        moves = [_write_number(value - origin) for point in points for value, origin in zip(point, start, strict=True)]
        letter = command if command in "Mz" else command.lower()
        words += ["" if letter == last != "M" and points else letter, *moves]
        last, at = letter, points[-1] if points else at
    # a command, or a minus, separates numbers as a space does
    return re.sub(r" ?([A-Za-z]) ?", r"\1", " ".join(filter(None, words))).replace(" -", "-")


def _shrink_image(link: str) -> str:
    head, _, encoded = link.partition(";base64,")
    return f"{head};base64,{shrink_png(encoded)}" if encoded else link


def shrink_png(encoded: str) -> str:
    """Encode a PNG again, with a single channel of colour if all its pixels are grey.

    Args:
        encoded: the PNG in base64, with transparency.
    """
    from PIL import Image

    image = Image.open(io.BytesIO(base64.b64decode(encoded)))
    grey = image.convert("LA")
    file = io.BytesIO()
    (grey if grey.convert(image.mode).tobytes() == image.tobytes() else image).save(file, "png", optimize=True)
    return base64.b64encode(file.getvalue()).decode()
