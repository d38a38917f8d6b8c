"""A comparison with a manual count in one language, section by section: for a page or a terminal."""

from collections.abc import Iterator, Sequence

from signals.report.comparison import Compared, Comparison, Movement
from signals.report.geh import GOOD, GOOD_SHARE_WANTED
from signals.report.manual import OverLine, Way
from signals.report.number import total
from signals.report.paired_chart import Pair, draw_paired_chart
from signals.report.section import Figure, Grid, Section
from signals.report.words import Words

NUMBERS = ("hand", "engine", "error", "geh", "good")


def compare_sections(found: Comparison, words: Words) -> list[Section]:
    """Lines, then turning movements, then row by row where a line or movement has several."""
    lines = [one for one in found.movements if isinstance(one.place, OverLine)]
    turns = [one for one in found.movements if isinstance(one.place, Way)]
    sections = []
    if lines:
        sections.append(_section("lines", lines, _line_grid(lines, words), [], words))
    if turns:
        sections.append(_section("turns", turns, _turn_grid(turns, words), _lost(found, words), words))
    if len(found.rows) > len(found.movements):
        sections.append(Section("rows", words("compare.rows"), grids=[_row_grid(found.rows, words)]))
    return sections


def verdict(found: Comparison, words: Words) -> str:
    share = found.good_share
    if share is None:
        return words("compare.nothing")
    wanted = f"{words.number(100 * GOOD_SHARE_WANTED)}\N{NO-BREAK SPACE}%"
    return words("compare.verdict", share=words.share(share), n=len(found.rows), limit=f"{GOOD:g}", wanted=wanted)


def doubts(found: Comparison, words: Words) -> list[str]:
    """What the reader should know, one sentence each."""
    told = [words("compare.moved", offset=words.number(found.offset_s, 1))] if found.offset_s else []
    numbers = {
        "partly": sum(not row.whole and not row.cut for row in found.rows),
        "cut": sum(row.cut for row in found.rows),
        "left_out": len(found.left_out),
    }
    told += [words(f"compare.{key}", n=n) for key, n in numbers.items() if n]
    for (camera, place, kind), n in sorted(found.unlisted.items(), key=lambda item: (item[0][0], str(item[0][1:]))):
        where = words(
            "compare.over" if isinstance(place, OverLine) else "compare.from_to",
            **(
                {"line": place.line, "direction": _way(place, words)}
                if isinstance(place, OverLine)
                else {"entry": place.entry, "exit": place.exit}
            ),
        )
        told.append(words("compare.unlisted", n=n, kind=words.term("vehicle", kind), where=where, camera=camera))
    return told


def _section(name: str, movements: Sequence[Movement], grid: Grid, told: Sequence[str], words: Words) -> Section:
    caption = words("compare.chart")
    pairs = [Pair(_label(one, words), one.manual_n, one.engine) for one in movements]
    legend = [words("compare.hand"), words("compare.engine")]
    figure = Figure(f"compare-{name}", caption, draw_paired_chart(pairs, caption, words), legend)
    return Section(name, words(f"compare.{name}"), told, [figure], [grid])


def _label(one: Movement, words: Words) -> str:
    place = one.place
    where = place.line if isinstance(place, OverLine) else f"{place.entry} → {place.exit}"
    return f"{where}, {_kind(one.vehicle, words)}"


def _line_grid(movements: Sequence[Movement], words: Words) -> Grid:
    several = len({one.camera for one in movements}) > 1
    rows = [
        [*([one.camera] if several else []), place.line, _way(place, words), *_numbers(one, words)]
        for one in movements
        if isinstance(place := one.place, OverLine)
    ]
    return _grid((*(["camera"] if several else []), "line", "direction", "vehicle"), NUMBERS, rows, words)


def _turn_grid(movements: Sequence[Movement], words: Words) -> Grid:
    several = len({one.camera for one in movements}) > 1
    rows = [
        [*([one.camera] if several else []), _turn(place, one.movement), *_numbers(one, words)]
        for one in movements
        if isinstance(place := one.place, Way)
    ]
    return _grid((*(["camera"] if several else []), "way", "vehicle"), NUMBERS, rows, words)


def _turn(place: Way, movement: str | None) -> str:
    return f"{place.entry} → {place.exit}" + (f" ({movement})" if movement else "")


def _row_grid(found: Sequence[Compared], words: Words) -> Grid:
    rows = [list(_row_cells(row, words)) for row in found]
    return _grid(("since", "place", "vehicle"), (*NUMBERS[:4], "coverage"), rows, words)


def _grid(names: Sequence[str], numbers: Sequence[str], rows: Sequence[Sequence[str]], words: Words) -> Grid:
    return Grid([words(f"compare.{name}") for name in (*names, *numbers)], rows, len(numbers))


def _numbers(one: Movement, words: Words) -> Sequence[str]:
    """The kind, and the columns of `NUMBERS`."""
    percent = "" if one.percent is None else f" ({_signed(one.percent, words, 1)}\N{NO-BREAK SPACE}%)"
    good = words("compare.good_value", good=one.good, rows=one.rows)
    return (
        _kind(one.vehicle, words),
        words.number(one.manual_n),
        words.measured(one.engine),
        f"{_signed(one.difference, words)}{percent}",
        words.number(one.geh, 1),
        good,
    )


def _row_cells(row: Compared, words: Words) -> Iterator[str]:
    place = row.manual.place
    yield words.moment(row.since)
    yield f"{place.line}, {_way(place, words)}" if isinstance(place, OverLine) else f"{place.entry} → {place.exit}"
    yield _kind(row.manual.vehicle, words)
    yield words.number(row.manual.n)
    yield words.measured(row.engine)
    yield _signed(row.difference, words)
    yield words.number(row.geh, 1)
    yield words.share(row.coverage)


def _lost(found: Comparison, words: Words) -> list[str]:
    """Of every interval once: its rows all speak of the same losses."""
    once = {
        (row.camera, row.since, row.until): (row.lost, row.found)
        for row in found.rows
        if row.lost is not None and row.found is not None
    }
    lost, appeared = (total(pair[place] for pair in once.values()) for place in (0, 1))
    return [words("compare.lost", lost=words.measured(lost), found=words.measured(appeared))]


def _way(place: OverLine, words: Words) -> str:
    return words.term("direction", place.direction) if place.direction else words("compare.both")


def _kind(vehicle: str | None, words: Words) -> str:
    return words.term("vehicle", vehicle) if vehicle else words("compare.every")


def _signed(value: float, words: Words, digits: int = 0) -> str:
    return ("+" if value > 0 else "") + words.number(value, digits)
