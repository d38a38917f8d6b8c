"""What the commands of `ngatu models` say: documents for --json, tables for people."""

import json
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from models.datasets.labels import ReadReport
from models.registry.bench import SIZE_PX, Bench
from models.registry.installed import Listed
from models.registry.resolve import ResolvedModel
from vision.detect.card import Card, ModelCard
from vision.detect.runtime import Runtime

MOST_CLASSES = 8
MOST_SCORES = 3


def say(sentence: str) -> None:
    """For the user, on stderr: stdout stays data."""
    Console(stderr=True).print(Text(sentence), soft_wrap=True, highlight=False)


def fail(sentence: str) -> None:
    """What ended the command."""
    Console(stderr=True).print(Text.assemble(("ngatu models:", "bold red"), " ", sentence), soft_wrap=True)


def print_json(document: dict[str, Any]) -> None:
    print(json.dumps(document, ensure_ascii=False))


def listed_document(rows: list[Listed]) -> dict[str, Any]:
    return {"models": [_listed(row) for row in rows]}


def _listed(row: Listed) -> dict[str, Any]:
    document: dict[str, Any] = {
        "place": row.place,
        "task": row.task,
        "file": None if row.file is None else str(row.file),
        "bytes": row.size,
        "sha256_check": row.check,
        "problem": row.problem,
    }
    return document | (_card(row.card) if row.card is not None else {"name": None})


def _card(card: Card) -> dict[str, Any]:
    detector = {}
    if isinstance(card, ModelCard):
        size_px = [card.input.width_px, card.input.height_px]
        detector = {"head": card.head, "classes": list(card.classes), "input_px": size_px}
    return {
        "name": card.name,
        "version": card.version,
        "task": card.task,
        **detector,
        "licence": card.licence,
        "source": card.source,
        "sha256": card.sha256,
        "scores": [score.model_dump(mode="json") for score in card.scores],
    }


def print_listed(rows: list[Listed]) -> None:
    """One block a model: a line of facts, then what it knows and how well."""
    lines = [_facts(row) for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for row, line in zip(rows, lines, strict=True):
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        for more in _more(row.card) if row.card is not None else ():
            print(f"    {more}")
        if row.problem is not None:
            say(f"    {row.problem}")


def _facts(row: Listed) -> list[str]:
    """Name, task, place, size, what its sum says, licence; a dash where nothing is known."""
    name = row.card.name if row.card is not None else "-" if row.file is None else row.file.name
    size = "-" if row.size is None else f"{row.size / 1e6:.1f} MB"
    return [name, row.task or "-", row.place, size, f"sha256 {row.check}", row.card.licence if row.card else "-"]


def _more(card: Card) -> list[str]:
    """What a detector tells apart and wants to see, then the first scores, which are the ones that count most."""
    lines = []
    if isinstance(card, ModelCard):
        lines.append(f"{_classes(card)}; {card.input.width_px}x{card.input.height_px} px")
    lines += [f"{score.metric}: {score.value:g} ({score.data})" for score in card.scores[:MOST_SCORES]]
    rest = len(card.scores) - MOST_SCORES
    return [*lines, f"and {rest} scores more: --json"] if rest > 0 else lines


def _classes(card: ModelCard) -> str:
    """Those that mean a road user; a model of 80 classes is mostly about other things."""
    names = [name for name in card.classes if card.meanings[name] != "ignored"]
    more = f" of {len(card.classes)}" if len(names) < len(card.classes) else ""
    return ", ".join(names[:MOST_CLASSES]) + (", …" if len(names) > MOST_CLASSES else "") + more


def print_imported(model: ResolvedModel, as_json: bool) -> None:
    if as_json:
        print_json({"file": str(model.file), **_card(model.card)})
    else:
        print(f"{model.file}\nuse it with: --model {model.file}")


def scored_document(model: str, ap50: dict[str, float], truths: dict[str, int], report: ReadReport) -> dict[str, Any]:
    return {
        "model": model,
        "images": report.images,
        "boxes": report.boxes,
        "left_aside": dict(report.left_aside),
        "mended": dict(report.mended),
        "ap50": ap50,
        "truths": truths,
        "mean_ap50": sum(ap50.values()) / len(ap50),
    }


def print_scored(document: dict[str, Any]) -> None:
    table = Table("kind", title=document["model"])
    table.add_column("AP50 %", justify="right")
    table.add_column("boxes", justify="right")
    for kind, value in document["ap50"].items():
        table.add_row(kind, f"{100 * value:.1f}", str(document["truths"][kind]))
    table.add_section()
    table.add_row("mean", f"{100 * document['mean_ap50']:.1f}", str(sum(document["truths"].values())))
    Console().print(table, highlight=False)


def bench_document(model: str, found: Bench) -> dict[str, Any]:
    timings = [
        {
            "runtime": case.runtime,
            "threads": case.threads,
            "measured": "detect" if case.whole else "network",
            "median_ms": round(timing.median_ms, 3),
            "p90_ms": round(timing.p90_ms, 3),
            "pictures": timing.pictures,
            "ratio": round(timing.median_ms / _base_ms(found, case.whole), 3),
        }
        for case, timing in sorted(found.timings.items())
    ]
    return {
        "model": model,
        "picture_px": list(SIZE_PX) if any(case.whole for case in found.timings) else None,
        "timings": timings,
        "skipped": dict(found.skipped),
        "faster": {str(threads): runtime for threads, runtime in found.faster.items()},
        "per_second": {runtime: round(rate, 2) for runtime, rate in found.per_second.items()},
        "fastest": found.fastest,
    }


def _base_ms(found: Bench, whole: bool) -> float:
    """What the ratios stand against: the first case of its sort, onnxruntime with one thread where it ran."""
    first = min(case for case in found.timings if case.whole == whole)
    return max(found.timings[first].median_ms, 1e-9)


def print_bench(document: dict[str, Any]) -> None:
    size_px = document["picture_px"]
    whole = f", detect on {size_px[0]}x{size_px[1]}" if size_px else ", on a blank input"
    table = Table("runtime", "threads", title=document["model"] + whole)
    for column in ("measured", "median ms", "p90 ms", "pictures", "ratio"):
        table.add_column(column, justify="right")
    for row in document["timings"]:
        table.add_row(
            row["runtime"], str(row["threads"]), row["measured"], f"{row['median_ms']:.1f}", f"{row['p90_ms']:.1f}",
            str(row["pictures"]), f"{row['ratio']:.2f}",
        )  # fmt: skip
    Console().print(table, highlight=False)
    for runtime, reason in document["skipped"].items():
        say(f"{runtime}: {reason}")
    for runtime, rate in document["per_second"].items():
        print(f"a picture on each core: {rate:.1f} pictures per second with {runtime}")
    if document["remembered"] and len(document["per_second"]) > 1:
        print(f"`--runtime auto` takes {document['fastest']} from now on (remembered in {document['remembered']})")
    if size_px and len(document["skipped"]) < len(Runtime) - 1:
        for threads, runtime in document["faster"].items():
            print(f"with {threads} thread{'s' * (threads != '1')} on one picture: --runtime {runtime}")
