"""The report at the end of every training run: one HTML file that needs nothing beside it."""

import base64
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import cv2
import numpy as np

from models.errors import ModelsError
from models.train.chart import Point, curve_svg
from vision.arrays import U8

JPEG_KEPT = 88
LONGEST_SIDE_PX = 1280
PICTURES_SHOWN = "số hình đã xem · pictures shown"

STYLE = """\
:root{color-scheme:light dark;--ground:#fff;--text:#182022;--muted:#546062;--line:#d3dada;--strong:#86908f;
--accent:#0b5f63}
@media (prefers-color-scheme:dark){:root{--ground:#181e20;--text:#e4eaea;--muted:#9eabac;--line:#2e3739;
--strong:#6d797b;--accent:#6ac7c4}}
body{margin:32px auto;max-width:1200px;padding:0 16px;background:var(--ground);color:var(--text);
font:15px/1.5 system-ui,"Noto Sans","DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:24px;margin:0 0 24px}h2{font-size:18px;margin:40px 0 12px}
table{border-collapse:collapse}th,td{text-align:left;vertical-align:top;padding:4px 24px 4px 0;
border-bottom:1px solid var(--line);overflow-wrap:anywhere}th{font-weight:400;color:var(--muted);min-width:160px}
.row{display:grid;gap:24px;grid-template-columns:repeat(auto-fill,minmax(min(100%,520px),1fr))}
figure{margin:0}figcaption{color:var(--muted);margin:0 0 4px}
.row.pictures figcaption{margin:4px 0 0}img{max-width:100%;max-height:440px;width:auto;height:auto;display:block}
svg{width:100%;height:auto}svg text{fill:var(--muted);font-size:12px}
.axis{stroke:var(--strong);fill:none}.grid{stroke:var(--line);fill:none}
.curve{stroke:var(--accent);stroke-width:2;fill:none;stroke-linejoin:round}.curve-dot{fill:var(--accent)}
"""


def write_report(
    out: Path,
    title: str,
    facts: Mapping[str, str],
    curves: Mapping[str, Sequence[Point]],
    pictures: Sequence[tuple[str, U8]],
    *,
    x_name: str = PICTURES_SHOWN,
) -> Path:
    """Write `out`/report.html and return it; a run killed meanwhile leaves the report before it, or none.

    facts     name to value, in the order shown
    curves    name with unit to (x, y); `x_name` says what x counts
    pictures  caption and (height, width, 3) or (height, width) uint8 BGR, shown at their size, shrunk above 1280 px

    Raise ModelsError where the file cannot be written.
    """
    file = out / "report.html"
    partial = file.with_name(".report.html.part")
    try:
        out.mkdir(parents=True, exist_ok=True)
        partial.write_text(_page(title, facts, curves, pictures, x_name), "utf-8")
        partial.replace(file)
    except OSError as error:
        raise ModelsError(f"{file}: the report cannot be written: {error}") from error
    return file


def _page(
    title: str,
    facts: Mapping[str, str],
    curves: Mapping[str, Sequence[Point]],
    pictures: Sequence[tuple[str, U8]],
    x_name: str,
) -> str:
    rows = [f"<tr><th scope=row>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in facts.items()]
    charts = [
        f"<figure><figcaption>{escape(name)}</figcaption>{curve_svg(name, points, x_name)}</figure>"
        for name, points in curves.items()
    ]
    shown = [_picture(caption, image) for caption, image in pictures]
    return (
        '<!doctype html>\n<html lang="vi"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style><h1>{escape(title)}</h1>\n"
        + _part("Dữ kiện · Facts", "table", rows)
        + _part("Đường cong · Curves", 'div class="row"', charts)
        + _part("Hình ví dụ · Example pictures", 'div class="row pictures"', shown)
        + "</html>\n"
    )


def _part(heading: str, box: str, parts: Sequence[str]) -> str:
    """An empty part says so: a missing heading would look like a fault of the page."""
    inside = f"<{box}>{''.join(parts)}</{box.split(maxsplit=1)[0]}>" if parts else "<p>không có · none</p>"
    return f"<h2>{heading}</h2>\n{inside}\n"


def _picture(caption: str, image: U8) -> str:
    source = f"data:image/jpeg;base64,{_jpeg(image)}"
    return f'<figure><img alt="" src="{source}"><figcaption>{escape(caption)}</figcaption></figure>'


def _jpeg(image: U8) -> str:
    scale = LONGEST_SIDE_PX / max(image.shape[:2])
    if scale < 1:
        image = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    content = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_KEPT])[1]
    return base64.b64encode(content.tobytes()).decode("ascii")
