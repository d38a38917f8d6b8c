"""What a citizen types and attaches to an appeal, and the first thing wrong with it. Nothing here looks into a file:
its first bytes must say a type we keep, and nobody ever decodes it on the server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from violations.cases.reasons import NOTE_MAX
from violations.web.errors import FormTooLarge

MOST_FILES = 3
MOST_FILE_BYTES = 4_000_000
MOST_FIELDS = 10
CONTACT_MAX = 200
STARTS: Sequence[tuple[bytes, int, str]] = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"WEBP", 8, "image/webp"),
    (b"ftyp", 4, "video/mp4"),
)


@dataclass(frozen=True, slots=True)
class Attached:
    """media_type: told from the first bytes; None for a type we do not keep."""

    content: bytes
    media_type: str | None


@dataclass(frozen=True, slots=True)
class TypedAppeal:
    """`files` may be more or larger than allowed: `problem` says so."""

    words: str
    contact: str
    files: tuple[Attached, ...]

    def problem(self) -> str | None:
        """The text key under `citizen` of what is missing or wrong; None when it can be sent."""
        if not self.words:
            return "missing_words"
        if len(self.words) > NOTE_MAX or len(self.contact) > CONTACT_MAX or "\x00" in self.words + self.contact:
            return "too_long"
        if len(self.files) > MOST_FILES or any(len(file.content) > MOST_FILE_BYTES for file in self.files):
            return "too_large"
        return "wrong_type" if any(file.media_type is None for file in self.files) else None


@dataclass(frozen=True, slots=True)
class Sent:
    """One form as it came: its fields, the last of each name, and its files."""

    fields: Mapping[str, str]
    files: tuple[Attached, ...]

    def appeal(self) -> TypedAppeal:
        words = self.fields.get("words", "").replace("\r\n", "\n").strip()
        return TypedAppeal(words, self.fields.get("contact", "").strip(), self.files)


async def read_sent(request: Request) -> Sent | FormTooLarge:
    """A form with or without files, or the fault that the page should explain."""
    try:
        form = await request.form(max_files=MOST_FILES + 1, max_fields=MOST_FIELDS, max_part_size=NOTE_MAX * 8)
    except (MultiPartException, HTTPException) as error:
        return FormTooLarge(f"form: wanted at most {MOST_FILES} files and {MOST_FIELDS} fields, found {error}")
    try:
        return await _sent(form)
    finally:
        await form.close()


async def _sent(form: FormData) -> Sent:
    fields: dict[str, str] = {}
    files: list[Attached] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            content = await value.read(MOST_FILE_BYTES + 1)
            if content:
                files.append(Attached(content, media_type_of(content)))
        else:
            fields[name] = value
    return Sent(fields, tuple(files))


def media_type_of(content: bytes) -> str | None:
    return next((kind for start, at, kind in STARTS if content[at : at + len(start)] == start), None)
