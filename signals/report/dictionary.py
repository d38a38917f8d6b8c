"""The data dictionary of the exported tables, as the published file holds it: `python -m signals.report.dictionary`."""

from signals.report.hires import DETECTORS, LOG
from signals.report.layouts import Layout
from signals.report.tables import ROWS

HEAD = """\
# Exported tables

Written by `ngatu export EVENTS --to csv|json|parquet|hires --out FOLDER`; this page is made from the code by
`python -m signals.report.dictionary`. Times are local (Vietnam) with offset, to the millisecond, and labels: everything
measured is in media seconds. An empty cell means not known or not measured, never zero. In CSV a text that a
spreadsheet would run as a formula has an apostrophe before it. In Parquet the units stand in each file's metadata under
the key `units`; with `--part` the files lie in folders `date=…/camera=…` by local day and carry a column `date`.
"""


def as_text() -> str:
    return HEAD + "".join(_section(layout) for layout in (*ROWS, LOG, DETECTORS))


def _section(layout: Layout) -> str:
    rows = "".join(
        f"| `{column.name}` | {column.type.lower()} | {column.unit} | {column.meaning} |\n" for column in layout.columns
    )
    return f"\n## {layout.name}\n\n{layout.meaning}\n\n| column | type | unit | meaning |\n|---|---|---|---|\n{rows}"


if __name__ == "__main__":
    print(as_text(), end="")
