"""Reads the registry's export as CSV: every line is checked before anything is kept, every mistake has its line."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from pydantic import ValidationError

from violations.cases.plate_text import plate_key
from violations.registry.errors import RegistryFileError
from violations.registry.port import Vehicle
from vision.geometry.wording import word

COLUMNS = tuple(Vehicle.model_fields)
NEEDED = tuple(name for name, field in Vehicle.model_fields.items() if field.is_required())
PROBLEMS_SHOWN = 20
LARGEST_BYTES = 1 << 30
MOST_VEHICLES = 3_000_000
"""Import in parts (without --replace) beyond that: each is held in memory until all are known to be right."""
LONGEST_LINE = 10_000
KEY_MAX = 40


def read_vehicles(path: Path) -> list[Vehicle]:
    """UTF-8, comma or semicolon, a first line of column names. Raises RegistryFileError with every wrong line."""
    problems: list[tuple[int, str]] = []
    vehicles: dict[tuple[str, str], int] = {}
    read: list[Vehicle] = []
    for line, fields in _lines(path):
        vehicle = _vehicle(fields, line, problems)
        if vehicle is None:
            if len(problems) >= PROBLEMS_SHOWN:
                break
            continue
        key = (plate_key(vehicle.plate) or "", vehicle.ground)
        if not 0 < len(key[0]) <= KEY_MAX:
            problems.append((line, f"plate: wanted up to {KEY_MAX} letters and digits, found '{vehicle.plate}'"))
        elif key in vehicles:
            twice = f"wanted each plate once per ground, found it in line {vehicles[key]} too"
            problems.append((line, f"plate {vehicle.plate}: {twice}"))
        vehicles.setdefault(key, line)
        read.append(vehicle)
        if len(read) > MOST_VEHICLES:
            problems.append((line, f"wanted at most {MOST_VEHICLES} vehicles in one file, found more"))
        if len(problems) >= PROBLEMS_SHOWN:
            break
    if problems:
        (first, problem), *others = problems[:PROBLEMS_SHOWN]
        raise RegistryFileError(path, first, problem, others)
    if not read:
        raise RegistryFileError(path, 2, "wanted at least one vehicle, found none")
    return read


def _lines(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        size = path.stat().st_size
        if size > LARGEST_BYTES:
            raise RegistryFileError(path, 0, f"wanted at most {LARGEST_BYTES} bytes, found {size}")
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _named(path, file)
    except OSError as error:
        raise RegistryFileError(path, 0, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RegistryFileError(path, 0, f"wanted UTF-8, found a byte that is none at {error.start}") from error


def _delimiter(first_line: str) -> str:
    return ";" if first_line.count(";") > first_line.count(",") else ","


def _named(path: Path, file: TextIO) -> Iterator[tuple[int, dict[str, str]]]:
    delimiter = _delimiter(file.readline(LONGEST_LINE))
    file.seek(0)
    reader = csv.reader(_short_lines(path, file), delimiter=delimiter, strict=True)
    names: list[str] | None = None
    try:
        for fields in reader:
            if names is None:
                names = _header(path, fields)
            elif any(field.strip() for field in fields):
                if len(fields) != len(names):
                    found = f"wanted {len(names)} fields, found {len(fields)}"
                    raise RegistryFileError(path, reader.line_num, found)
                yield reader.line_num, dict(zip(names, fields, strict=True))
    except csv.Error as error:
        raise RegistryFileError(path, reader.line_num, f"wanted a line of CSV, found: {error}") from error
    if names is None:
        raise RegistryFileError(path, 1, f"wanted the columns {', '.join(COLUMNS)}, found an empty file")


def _short_lines(path: Path, file: TextIO) -> Iterator[str]:
    """A file without ends of lines must not be read whole to find that out."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise RegistryFileError(path, number, f"wanted at most {LONGEST_LINE} characters in a line, found more")
        yield line


def _header(path: Path, fields: list[str]) -> list[str]:
    names = [field.strip().lower() for field in fields]
    missing = [name for name in NEEDED if name not in names]
    unknown = [name for name in names if name not in COLUMNS]
    if missing or unknown or len(set(names)) < len(names):
        wanted = f"wanted the columns {', '.join(COLUMNS)} (needed: {', '.join(NEEDED)})"
        raise RegistryFileError(path, 1, f"{wanted}, found {', '.join(names)}"[:500])
    return names


def _vehicle(fields: dict[str, str], line: int, problems: list[tuple[int, str]]) -> Vehicle | None:
    """Empty fields are as if absent: a date that is not on record."""
    given = {name: text.strip() for name, text in fields.items() if text.strip()}
    try:
        return Vehicle.model_validate(given)
    except ValidationError as error:
        said = (f"{'.'.join(map(str, one['loc']))}: {word(Vehicle, one)}" for one in error.errors())
        problems.append((line, "; ".join(said)))
        return None
