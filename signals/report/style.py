"""One look for page and pictures: the colours by name, light and dark, and the rules of the drawings.

The colours are those of the centre's pages: neutral greys and one teal. Red, amber and green stay with lamps and
verdicts.
"""

from string import Template

from signals.report.svg import Drawing

LIGHT = {
    "ground": "#f4f6f6", "surface": "#ffffff", "raised": "#eaeeee", "line": "#d3dada", "strong": "#86908f",
    "text": "#182022", "muted": "#546062", "accent": "#0b5f63", "second": "#7fb3b1",
    "band1": "#0b5f63", "band2": "#5f7f86",
}  # fmt: skip
DARK = {
    "ground": "#111617", "surface": "#181e20", "raised": "#222a2c", "line": "#2e3739", "strong": "#6d797b",
    "text": "#e4eaea", "muted": "#9eabac", "accent": "#6ac7c4", "second": "#35706f",
    "band1": "#6ac7c4", "band2": "#8aa3a8",
}  # fmt: skip
FONT = '"Noto Sans", "DejaVu Sans", "Liberation Sans", Arial, sans-serif'

DRAWING_RULES = """\
svg text { font-family: $font; font-size: 12px; fill: $text; }
svg .tick { fill: $muted; font-size: 11px; }
svg .name { fill: $text; font-weight: 600; }
svg .title { fill: $text; font-size: 14px; font-weight: 600; }
svg .first { fill: $accent; }
svg .second { fill: $second; }
svg .bar { fill: $strong; }
svg .band { fill-opacity: 0.45; }
svg .band.first { fill: $band1; }
svg .band.second { fill: $band2; }
svg .go { fill: #1f8f4e; }
svg .dot { fill: $text; fill-opacity: 0.55; }
svg .cover { fill: $strong; }
svg .grid { stroke: $line; fill: none; }
svg .axis { stroke: $strong; fill: none; }
svg .level { stroke: $accent; fill: none; stroke-width: 1.5; stroke-dasharray: 5 4; }
svg .halo { stroke: $surface; fill: none; stroke-width: 3; stroke-opacity: 0.75; }
svg .whisker { stroke: $text; fill: none; stroke-width: 1; }
svg .hatch { stroke: $strong; fill: none; stroke-width: 1; stroke-opacity: 0.7; }
"""


def page_rules() -> str:
    """The drawings' rules with the page's variables, and the variables for both themes."""
    names = {name: f"var(--{name})" for name in LIGHT}
    return (
        f":root {{ {_variables(LIGHT)} color-scheme: light dark; }}\n"
        + (
            f"@media (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}\n"
            "@media print { :root { " + _variables(LIGHT) + " } }\n"
        )
        + Template(DRAWING_RULES).substitute(names, font="inherit")
    )


def picture_rules() -> str:
    """The same for a picture, which knows no variables: light."""
    return Template(DRAWING_RULES).substitute(LIGHT, font=FONT)


def picture_svg(drawing: Drawing) -> str:
    """A file of its own that looks like the PNG: the rules inside the drawing."""
    head, body = drawing.markup().split(">", 1)
    return f"{head}><style>{picture_rules()}</style>{body}"


def _variables(colours: dict[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in colours.items())
