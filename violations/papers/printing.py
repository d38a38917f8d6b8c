"""Papers as HTML and as PDF: one template for each, fonts embedded, nothing fetched from anywhere."""

from collections.abc import Callable, Mapping
from datetime import timedelta, timezone
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import segno
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from violations.papers.errors import PrintingError
from violations.papers.facts import PaperFacts
from violations.papers.wording import Wording, shipped_wording
from vision.events.bodies import Measure

FOLDER = Path(__file__).parent
VIETNAM = timezone(timedelta(hours=7))
NEEDED = "Pango and a font (Debian: libpango-1.0-0 libpangoft2-1.0-0 fonts-dejavu-core)"
NO_BREAK = "\N{NO-BREAK SPACE}"


class Paper(StrEnum):
    """The values are the names of the templates, and of the files people download."""

    NOTICE = "notice"
    DECISION = "decision"
    FORM_01 = "form_01"
    FORM_03 = "form_03"


Term = Callable[[str, str], str]
"""(group, code) → the word in the reader's language: offence, vehicle, measure."""


def as_html(paper: Paper, facts: PaperFacts, language: str, term: Term, wording: Wording | None = None) -> str:
    """language: `vi` or `en`."""
    words = _words(language)
    held = wording or shipped_wording()
    return (
        _templates()
        .get_template(f"{paper}.html")
        .render(
            f=facts,
            w=words,
            language=language,
            title=_title(paper, words, held, language),
            signer=words["signer" if paper is Paper.DECISION else "head"],
            css=Markup((FOLDER / "templates" / "paper.css").read_text(encoding="utf-8")),  # noqa: S704 — our own file
            said=held.named,
            term=term,
            qr=qr_svg(facts.check_address) if facts.check_address else None,
            money=_money,
            moment=lambda at: at.astimezone(VIETNAM).strftime("%H:%M:%S, %d/%m/%Y"),
            measured=lambda measure: _measured(measure, language),
            place_of=_place_of,
        )
    )


def as_pdf(paper: Paper, facts: PaperFacts, language: str, term: Term, wording: Wording | None = None) -> bytes:
    """Raises PrintingError where this machine cannot lay out pages."""
    page = as_html(paper, facts, language, term, wording)
    try:
        # Loads Pango when imported; a machine without it still shows every page and every form as data.
        from weasyprint import HTML  # noqa: PLC0415
    except (ImportError, OSError) as error:
        raise PrintingError(f"PDF: wanted WeasyPrint with {NEEDED}, found {error}") from error
    return bytes(HTML(string=page, url_fetcher=_fetch_nothing).write_pdf())


def qr_svg(address: str) -> Markup:
    """The address as a QR code, drawn in the page itself; a fifth of it may be dirty."""
    drawn = segno.make(address, error="q", micro=False).svg_inline(border=2, omitsize=True)
    return Markup(drawn)  # noqa: S704 — the library's own drawing; the address is in the modules, not in the markup


def _fetch_nothing(url: str, *_: Any, **__: Any) -> dict[str, Any]:
    raise PrintingError(f"PDF: wanted a paper that needs nothing from outside, found {url[:80]}")


def _title(paper: Paper, words: Mapping[str, str], wording: Wording, language: str) -> str:
    if paper in {Paper.FORM_01, Paper.FORM_03}:
        return wording.named(paper.value).said(language)
    return words[paper.value]


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _words(language: str) -> Mapping[str, str]:
    text = (resources.files("violations.papers") / "words" / f"{language}.yaml").read_text(encoding="utf-8")
    words: dict[str, str] = yaml.safe_load(text)
    return words


def _money(amount_vnd: int) -> str:
    return f"{amount_vnd:,}".replace(",", ".") + f"{NO_BREAK}₫"


def _measured(measure: Measure, language: str) -> str:
    text = f"{measure.value:.2f} ± {measure.error:.2f}{NO_BREAK}{measure.unit}"
    return text.replace(".", ",", 2) if language == "vi" else text


def _place_of(code: str) -> dict[str, str]:
    """`16824.6.9.b`: decree 168/2024, article 6, clause 9, point b."""
    decree, article, clause, point = code.split(".")
    return {
        "decree": f"{decree[:-2]}/20{decree[-2:]}/NĐ-CP",
        "article": article,
        "clause": clause,
        "point": point,
    }
