"""The card of a model that leaves a training run: what all of them say, and how it is written."""

import hashlib
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import yaml

from vision.detect.card import Task


def common(task: Task, name: str, file: Path, source: str, training_data: Sequence[str]) -> dict[str, object]:
    """What the card of every model of ours says; `file` is its finished ONNX file, `name` without our prefix."""
    now = datetime.now(UTC)
    return {
        "task": task.value,
        "name": f"ngatu-{name}",
        "version": f"{now:%Y.%m.%d}",
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "licence": "AGPL-3.0-or-later",
        "source": source,
        "training_data": list(training_data),
        "made_on": now.date(),
    }


def write_card(values: Mapping[str, object], file: Path) -> None:
    """All or nothing: a card cut short would hide a whole model."""
    partial = file.with_name(f".{file.name}.part")
    partial.write_text(yaml.safe_dump(dict(values), sort_keys=False, allow_unicode=True, width=110), "utf-8")
    partial.replace(file)


def processor() -> str:
    """The machine's, as a card names it."""
    lines = [line.partition(":")[2].strip() for line in _cpu_info() if line.startswith("model name")]
    return lines[0] if lines else platform.processor() or platform.machine()


def _cpu_info() -> list[str]:
    file = Path("/proc/cpuinfo")
    return file.read_text("utf-8").splitlines() if file.is_file() else []
