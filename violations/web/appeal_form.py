"""The form of an appeal as it came: its fields and its files."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from violations.api.appealing import MOST_FILE_BYTES, MOST_FILES, Attached, TypedAppeal, media_type_of
from violations.cases.reasons import NOTE_MAX
from violations.web.errors import FormTooLarge

MOST_FIELDS = 10


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
