"""The two security codes of a controller, and what happens to somebody who guesses."""

from dataclasses import dataclass, field
from hmac import compare_digest

from signals.control.rsmp.errors import NotUnderstoodError

# The standard's own words, which peers look for.
INCORRECT = "Incorrect security code"
GUESSES = 5
LOCKED_S = 60.0


@dataclass(slots=True)
class SecurityCodes:
    """codes: by level, 1 and 2. After five wrong ones in a row nothing is accepted for a minute."""

    codes: dict[int, str] = field(repr=False)
    _wrong: int = 0
    _locked_until_s: float = 0.0

    def check(self, level: int, code: str, now_s: float) -> None:
        """Raises NotUnderstoodError, in the same words whether wrong or locked."""
        locked = self._wrong >= GUESSES and now_s < self._locked_until_s
        right = compare_digest(code.encode(), self.codes[level].encode())
        if right and not locked:
            self._wrong = 0
            return
        self._wrong = self._wrong + 1 if not locked else self._wrong
        self._locked_until_s = now_s + LOCKED_S if not locked else self._locked_until_s
        raise NotUnderstoodError(INCORRECT)

    def change(self, level: int, old: str, new: str, now_s: float) -> None:
        self.check(level, old, now_s)
        if not new.strip():
            raise NotUnderstoodError("A security code cannot be empty")
        self.codes[level] = new
