"""The section of one stop line's greens: how the queue discharged, slice by slice."""

from collections.abc import Sequence

from signals.report.greens import Discharge
from signals.report.section import Figure, Grid, Section
from signals.report.slice_chart import Bar, SlicePanel, draw_slice_chart
from signals.report.words import Words


def discharge_section(one: Discharge, words: Words) -> Section:
    place = {"line": one.stop_line, "camera": one.camera, "group": one.signal_group}
    told = [words("discharge.greens", n=one.greens, whole=one.whole), _queue(one, words), _saturation(one, words)]
    title = words("discharge.title", **place)
    figures = [_figure(one, words)] if one.slices else []
    name = f"discharge-{one.camera}-{one.stop_line}-{one.signal_group}"
    return Section(name, title, told, figures, [_grid(one, words)])


def _queue(one: Discharge, words: Words) -> str:
    if one.queue_veh.value is None:
        return words("discharge.no_queue")
    return words("discharge.queue", queue=words.measured(one.queue_veh))


def _saturation(one: Discharge, words: Words) -> str:
    if one.saturation_pcu_h.value is None:
        return words("discharge.no_saturation")
    saturation = words.measured(one.saturation_pcu_h)
    return words("discharge.saturation", saturation=saturation, unit=one.pcu_unit, n=one.saturation_pcu_h.n)


def _figure(one: Discharge, words: Words) -> Figure:
    caption = words("discharge.chart", line=one.stop_line, n=one.greens)
    counted = [Bar(part.since_s, part.until_s, part.per_green) for part in one.slices]
    panels = [
        SlicePanel(words("discharge.per_green"), counted),
        SlicePanel(
            words("discharge.flow", unit=one.pcu_unit),
            [Bar(part.since_s, part.until_s, part.flow_pcu_h) for part in one.slices],
            one.saturation_pcu_h if one.saturation_pcu_h.value is not None else None,
            words("discharge.level"),
        ),
    ]
    return Figure(f"discharge-{one.camera}-{one.stop_line}", caption, draw_slice_chart(panels, caption, words))


def _grid(one: Discharge, words: Words) -> Grid:
    headings = [words(f"discharge.{key}", unit=one.pcu_unit) for key in ("slice", "n", "vehicles", "pcu", "flow")]
    return Grid(headings, [_row(one, place, words) for place in range(len(one.slices))], 4)


def _row(one: Discharge, place: int, words: Words) -> Sequence[str]:
    part = one.slices[place]
    since, until = (words.number(at_s, 0 if at_s == round(at_s) else 1) for at_s in (part.since_s, part.until_s))
    return [
        f"{since}–{until}",
        words.number(part.greens),
        words.measured(part.vehicles),
        words.measured(part.vehicles_pcu),
        words.measured(part.flow_pcu_h),
    ]
