"""A plate's text without what is not part of it, so that `29A-123.45` and `29a 12345` are one plate."""

import re
import unicodedata

NOT_OF_A_PLATE = re.compile(r"[^0-9A-Z]")


def plate_key(text: str | None) -> str | None:
    """Letters without diacritics (Đ as D) and digits alone; None for no text, or none of them in it."""
    if text is None:
        return None
    plain = unicodedata.normalize("NFKD", text.upper().replace("Đ", "D"))
    return NOT_OF_A_PLATE.sub("", plain) or None


def plate_begins(plate: str | None, wanted: str) -> bool:
    """Whether the plate begins with what was typed of one; nothing begins with a text that has no letter or digit."""
    begins = plate_key(wanted)
    return begins is not None and (plate_key(plate) or "").startswith(begins)
