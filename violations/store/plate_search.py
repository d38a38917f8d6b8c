"""Cases whose plate begins so, by the index that also finds a whole plate."""

from sqlalchemy import ColumnElement, and_, false

from violations.cases.plate_text import plate_key
from violations.store.tables import CaseRow

PLATE_KEY_MAX = 40
AFTER_Z = "["
"""The next character of ASCII: a key holds only digits and capital letters."""


def plate_begins(text: str) -> ColumnElement[bool]:
    """Whatever spaces, marks and case the text has; without a letter or digit in it nothing is found."""
    key = (plate_key(text) or "")[:PLATE_KEY_MAX]
    return and_(CaseRow.plate_key >= key, CaseRow.plate_key < key + AFTER_Z) if key else false()
