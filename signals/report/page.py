"""The report as one HTML file: both languages inside, nothing fetched, no script, and a policy that forbids them."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from signals.report.assemble import Report
from signals.report.section import Section, length
from signals.report.sections import sections, sentence
from signals.report.style import page_rules
from signals.report.words import Language, Words, words


@dataclass(frozen=True, slots=True)
class _Body:
    """One language's half of the page."""

    words: Words
    facts: Sequence[tuple[str, str]]
    notes: Sequence[str]
    sections: Sequence[Section]


def page(report: Report, made: datetime) -> str:
    """The whole document. `made`: when, aware."""
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
        bodies=[_body(report, words(language), made) for language in Language],
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
    return _Body(own, facts, [sentence(note, own) for note in report.notes], sections(report, own))
