"""A report or a comparison as one HTML file: both languages inside, nothing fetched, no script, both forbidden."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from signals.report.assemble import Report
from signals.report.compare_sections import compare_sections, doubts, verdict
from signals.report.comparison import Comparison
from signals.report.section import Section, length
from signals.report.sections import sections, sentence
from signals.report.style import page_rules
from signals.report.words import Language, Words, words


@dataclass(frozen=True, slots=True)
class _Body:
    """One language's half of the page."""

    words: Words
    title: str
    facts: Sequence[tuple[str, str]]
    notes: Sequence[str]
    sections: Sequence[Section]
    explained: Sequence[str]


def page(report: Report, made: datetime) -> str:
    """The report as a whole document. `made`: when, aware."""
    return _document([_body(report, words(language), made) for language in Language])


def compare_page(found: Comparison, source: str, counts: str, made: datetime) -> str:
    """The comparison as a whole document. counts: the manual count's file."""
    return _document([_compare_body(found, words(language), source, counts, made) for language in Language])


def _document(bodies: Sequence[_Body]) -> str:
    environment = Environment(
        loader=PackageLoader("signals.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = page_rules() + (resources.files("signals.report") / "templates" / "report.css").read_text(encoding="utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return environment.get_template("report.html").render(
        bodies=bodies,
        style=Markup(style),  # noqa: S704 — our own file
        policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        svg=lambda drawing: Markup(drawing.markup()),  # noqa: S704 — made by ElementTree, which escapes
    )


def _body(report: Report, own: Words, made: datetime) -> _Body:
    span = own("page.span_value", since=own.moment(report.since), until=own.moment(report.until))
    facts = [
        (own("page.source"), report.reading.source),
        (own("page.span"), span),
        (own("page.cameras"), ", ".join(report.cameras)),
        (own("page.interval"), length(report.interval_s, own)),
        (own("page.events"), own.number(len(report.reading.events))),
        (own("page.made"), own.moment(made)),
    ]
    notes, explained = (
        [sentence(note, own) for note in report.notes],
        ("error", "coverage", "direction", "flow", "clock"),
    )
    return _Body(
        own,
        own("page.title"),
        facts,
        notes,
        sections(report, own),
        [own(f"page.explain_{key}") for key in explained],
    )


def _compare_body(found: Comparison, own: Words, source: str, counts: str, made: datetime) -> _Body:
    facts = [
        (own("page.source"), source),
        (own("compare.hand"), counts),
        (own("page.made"), own.moment(made)),
    ]
    return _Body(
        own,
        own("compare.title"),
        facts,
        [verdict(found, own), *doubts(found, own)],
        compare_sections(found, own),
        [own(f"compare.explain_{key}") for key in ("hand", "geh", "turns")],
    )
