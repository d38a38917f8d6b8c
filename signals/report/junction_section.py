"""The section of a junction's books: what came in and went out, and who counts wrongly if anybody does."""

from collections.abc import Sequence
from typing import Literal

from signals.report.conservation import Suspect, Window
from signals.report.junction import Books
from signals.report.number import Number, total
from signals.report.section import Figure, Grid, Section, length
from signals.report.time_chart import Mark, Panel, TimeChart, draw_time_chart
from signals.report.words import Words

MOST_IMBALANCES_SHOWN = 12
SIDES: tuple[tuple[Literal[0], str], tuple[Literal[1], str]] = ((0, "in"), (1, "out"))


def junction_section(books: Books, words: Words) -> Section:
    title = words("junction.title", junction=books.junction.junction)
    figures = [_figure(books, words)] if books.windows else []
    grids = [_arms(books, words)]
    if books.verdict.imbalances:
        grids.append(_imbalances(books, words))
    return Section(f"junction-{books.junction.junction}", title, verdict_sentences(books, words), figures, grids)


def verdict_sentences(books: Books, words: Words) -> list[str]:
    """What the check found, and on what it rests."""
    window = length(books.window_s, words)
    told = [
        words("junction.windows", n=len(books.windows), window=window, storage=words.number(books.junction.storage))
    ]
    if books.left_out:
        told.append(words("junction.left_out", n=books.left_out))
    verdict = books.verdict
    if not books.windows:
        return [*told, words("junction.nothing")]
    if verdict.balanced:
        return [*told, words("junction.balanced")]
    told.append(words("junction.unbalanced", n=len(verdict.imbalances)))
    if verdict.line is not None:
        (suspect,) = verdict.suspects
        told.append(words("junction.line", arm=suspect.line, camera=suspect.camera, factor=_factor(suspect, words)))
    elif verdict.camera is not None:
        told.append(words("junction.camera", camera=verdict.camera))
    elif verdict.suspects:
        arms = ", ".join(f"{one.line} ({one.camera})" for one in verdict.suspects)
        told.append(words("junction.open", arms=arms))
    else:
        told.append(words("junction.several"))
    return told


def _factor(suspect: Suspect, words: Words) -> str:
    if suspect.factor_low is None or suspect.factor_high is None:
        return words("junction.silent")
    low = words.number(suspect.factor_low, 2)
    if suspect.factor_high == float("inf"):
        return words("junction.factor_from", low=low)
    return words("junction.factor", low=low, high=words.number(suspect.factor_high, 2))


def _figure(books: Books, words: Words) -> Figure:
    caption = words("junction.chart", window=length(books.window_s, words))
    marks = [
        Mark(books.moment(one.since_s), books.moment(one.until_s), _sum(one, way), series)
        for one in books.windows
        for series, way in SIDES
    ]
    coverage = [(books.moment(one.since_s), books.moment(one.until_s), 1.0) for one in books.windows]
    chart = TimeChart(caption, [Panel(words("chart.vehicles"), marks, "bar")], coverage, two=True)
    legend = [words("junction.in"), words("junction.out")]
    return Figure(f"junction-{books.junction.junction}", caption, draw_time_chart(chart, words), legend)


def _sum(window: Window, way: str) -> Number:
    mine = [one for one in window.counts if one.way == way]
    return total(Number(one.count, max(one.high - one.count, one.count - one.low)) for one in mine)


def _arms(books: Books, words: Words) -> Grid:
    suspects = {one.line: one for one in books.verdict.suspects}
    headings = [words(f"junction.{key}") for key in ("arm", "camera_head", "line_head", "way", "suspect", "vehicles")]
    rows: list[Sequence[str]] = [
        [
            name,
            arm.camera,
            f"{arm.line}, {words.term('direction', arm.direction)}",
            words(f"junction.{arm.way}"),
            _factor(suspects[name], words) if name in suspects else "",
            words.measured(books.totals.get(name, Number(None))),
        ]
        for name, arm in books.junction.arms.items()
    ]
    return Grid(headings, rows, 1)


def _imbalances(books: Books, words: Words) -> Grid:
    headings = [words(f"junction.{key}") for key in ("since", "until", "in", "out", "less")]
    day = books.since.date()
    rows = [
        [
            words.clock(books.moment(one.since_s), day),
            words.clock(books.moment(one.until_s), day),
            words.number(one.counted_in),
            words.number(one.counted_out),
            words("junction.between", low=words.number(one.low), high=words.number(one.high)),
        ]
        for one in books.verdict.imbalances[:MOST_IMBALANCES_SHOWN]
    ]
    return Grid(headings, rows, 3)
