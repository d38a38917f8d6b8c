"""The frame of an exported zip: headers, list of files and end. It says nothing of its own, so each byte has one value.

Names, sizes and checksums come from the list, and are checked where the files are read; all else is what `entry` makes.
Layouts as in APPNOTE 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
"""

import struct
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from violations.evidence.difference import Difference

# Zip knows no time before 1980 and none of ours matters: the same package always gives the same bytes.
STAMP = (1980, 1, 1, 0, 0, 0)
TIME, DATE = 0, 1 << 5 | 1
VERSION, UNIX = 20, 3
READ_BY_ITS_OWNER = 0o600 << 16
NAME_IN_UTF_8 = 0x800
LOCAL = struct.Struct("<4s5H3L2H")
LOCAL_FIELDS = (
    "signature", "version to read it", "flags", "method", "time", "date", "checksum", "packed size", "size",
    "length of its name", "length of more",
)  # fmt: skip
LISTED = struct.Struct("<4s6H3L5H2L")
LISTED_FIELDS = (
    "signature", "version that made it", "version to read it", "flags", "method", "time", "date", "checksum",
    "packed size", "size", "length of its name", "length of more", "length of its comment", "disk", "inner attributes",
    "attributes", "place",
)  # fmt: skip
END = struct.Struct("<4s4H2LH")
END_FIELDS = (
    "signature", "disk", "disk of the list", "files on this disk", "files", "length of the list", "place of the list",
    "length of the comment",
)  # fmt: skip


def entry(name: str) -> zipfile.ZipInfo:
    """Of a file in an export: not packed, no date, the same on every machine."""
    made = zipfile.ZipInfo(name, STAMP)
    made.create_system = UNIX
    made.external_attr = READ_BY_ITS_OWNER
    return made


def frame_differences(path: Path, entries: Sequence[zipfile.ZipInfo]) -> Iterator[Difference]:
    """The first byte beside the files themselves that is not as the exporter writes it; nothing where all are.

    entries: of the zip's own list, in its order.
    """
    with path.open("rb") as file:
        wanted = list(_frame(entries))
        for place, where, form, fields, content in wanted:
            file.seek(place)
            found = file.read(len(content))
            if found != content:
                yield _named(where, form, fields, content, found)
                return
        if file.read(1):
            yield Difference("zip", "nothing after its end", "more bytes")


def _frame(entries: Sequence[zipfile.ZipInfo]) -> Iterator[tuple[int, str, struct.Struct, Sequence[str], bytes]]:
    """Place, name, layout, fields and bytes of each part, from first to last."""
    place, listed = 0, list[tuple[str, bytes]]()
    for one in entries:
        name = one.orig_filename.encode("utf-8", "surrogateescape")
        flags = 0 if name.isascii() else NAME_IN_UTF_8
        sizes = (one.CRC, one.file_size, one.file_size, len(name), 0)
        local = LOCAL.pack(b"PK\3\4", VERSION, flags, 0, TIME, DATE, *sizes) + name
        yield place, f"zip: header of {one.orig_filename}", LOCAL, LOCAL_FIELDS, local
        head = (b"PK\1\2", UNIX << 8 | VERSION, VERSION, flags, 0, TIME, DATE)
        line = LISTED.pack(*head, *sizes, 0, 0, 0, READ_BY_ITS_OWNER, place) + name
        listed.append((f"zip: list, {one.orig_filename}", line))
        place += len(local) + one.file_size
    began = place
    for where, line in listed:
        yield place, where, LISTED, LISTED_FIELDS, line
        place += len(line)
    end = END.pack(b"PK\5\6", 0, 0, len(listed), len(listed), place - began, began, 0)
    yield place, "zip: end", END, END_FIELDS, end


def _named(where: str, form: struct.Struct, fields: Sequence[str], wanted: bytes, found: bytes) -> Difference:
    if len(found) < form.size:
        return Difference(where, f"{len(wanted)} bytes", f"{len(found)}")
    pairs = zip(fields, form.unpack_from(wanted), form.unpack_from(found), strict=True)
    for field, one, other in pairs:
        if one != other:
            return Difference(f"{where}: {field}", str(one), str(other))
    return Difference(f"{where}: name", repr(wanted[form.size :]), repr(found[form.size :]))
