"""Fonts and colours of the pictures, as rules of CSS: light, and dark where the reader prefers it."""

from __future__ import annotations

from collections.abc import Iterator

LATIN = "Helvetica,Arial,'Liberation Sans','Noto Sans'"
CHINESE = "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Source Han Sans SC','WenQuanYi Micro Hei','WenQuanYi Zen Hei'"
FONT = f"{LATIN},{CHINESE},sans-serif"
LARGE, SMALL = 15, 12  # sizes of text in boxes and on edges
CIRCUIT, SIGN = 13, 17  # in circuits: of all text, but of a sign that is alone

LIGHT = {
    "paper": "#ffffff", "ink": "#1f2328", "faint": "#59636e", "box": "#f6f8fa", "frame": "#8c959f",
    "blue": "#0550ae", "red": "#b3261e", "amber": "#8a4600",
}  # fmt: skip
DARK = {
    "paper": "#0d1117", "ink": "#e6edf3", "faint": "#9198a1", "box": "#1a212a", "frame": "#656c76",
    "blue": "#79c0ff", "red": "#ff9a92", "amber": "#f0b35b",
}  # fmt: skip


def stylesheet(prefix: str) -> str:
    """The rules for its colours and fonts, light, and dark where the reader prefers it."""
    dark = "".join(f"{rule}\n" for rule in _colours(prefix, DARK))
    return "\n".join([*_fonts(prefix), *_colours(prefix, LIGHT), f"@media (prefers-color-scheme:dark){{\n{dark}}}"])


def circuit(prefix: str) -> str:
    """What is different in circuits."""
    text = f"#{prefix}.compact text"
    sizes = f"{text}{{font-size:{CIRCUIT}px}}\n{text}.sign{{font-size:{SIGN}px}}"
    return f"{sizes}\n{text}.start{{text-anchor:start}}\n{text}.end{{text-anchor:end}}"


def _fonts(prefix: str) -> Iterator[str]:
    yield f"#{prefix} text{{font-family:{FONT};font-size:{LARGE}px;text-anchor:middle;white-space:pre}}"
    yield f"#{prefix} .name,#{prefix} .value,#{prefix} .gradient{{font-weight:bold}}"
    yield f"#{prefix} .partial,#{prefix} .share,#{prefix} .legend,#{prefix} .status{{font-size:{SMALL}px}}"
    yield f"#{prefix} .reading,#{prefix} .legend{{text-anchor:start}}"
    yield f"#{prefix} path{{fill:none;stroke-width:1.5}}"
    yield f"#{prefix} .backward{{stroke-dasharray:5 3}}"
    yield f"#{prefix} .asked .forward{{stroke-dasharray:1.5 3}}"
    yield f"#{prefix} .output rect{{stroke-width:2.5}}"


def _colours(prefix: str, colours: dict[str, str]) -> Iterator[str]:
    c = colours
    yield f"#{prefix} .paper{{fill:{c['paper']}}}"
    yield f"#{prefix} .node rect{{fill:{c['box']};stroke:{c['frame']}}}"
    yield f"#{prefix} .name,#{prefix} .formula{{fill:{c['ink']}}}"
    yield f"#{prefix} .partial,#{prefix} .reading,#{prefix} .legend{{fill:{c['faint']}}}"
    yield f"#{prefix} .value,#{prefix} .blue{{fill:{c['blue']}}}"
    yield f"#{prefix} .gradient,#{prefix} .share,#{prefix} .red{{fill:{c['red']}}}"
    yield f"#{prefix} .forward{{stroke:{c['blue']}}}"
    yield f"#{prefix} .backward{{stroke:{c['red']}}}"
    yield f"#{prefix} .status{{fill:{c['amber']}}}"
    yield f"#{prefix} .special rect{{stroke:{c['amber']}}}"
