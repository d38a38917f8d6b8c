"""Numbers, times, money and sizes as people in Vietnam write them. Pure functions."""

from datetime import UTC, datetime, timedelta, timezone
from math import ceil

from violations.web.texts import Language, Texts

# Vietnam has kept UTC+7 without summer time since 1975, so the pages need no time-zone database.
VIETNAM = timezone(timedelta(hours=7), "ICT")

NO_BREAK = "\N{NO-BREAK SPACE}"


def local_time(moment: datetime) -> str:
    """`21/11/2026 15:04:05` in Vietnam's time. A naive moment is taken as UTC, as databases hand it back."""
    return _local(moment).strftime("%d/%m/%Y %H:%M:%S")


def local_minute(moment: datetime) -> str:
    return _local(moment).strftime("%d/%m/%Y %H:%M")


def local_clock(moment: datetime) -> str:
    return _local(moment).strftime("%H:%M:%S")


def iso(moment: datetime) -> str:
    """For the `datetime` attribute of <time>."""
    return _local(moment).isoformat(timespec="seconds")


def _local(moment: datetime) -> datetime:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(VIETNAM)


def number(value: float, digits: int, language: Language) -> str:
    """Fixed digits; Vietnamese groups with points and has a decimal comma, English the reverse."""
    text = f"{value:,.{digits}f}".replace("-", "\N{MINUS SIGN}")
    return text.translate(str.maketrans(",.", ".,")) if language is Language.VI else text


def measured(value: float, error: float, unit: str, language: Language) -> str:
    """`4,20 ± 0,05 s`. The error decides the digits and is rounded up: a page never claims to know more than we do."""
    digits = _digits_for(error)
    error_up = ceil(round(error * 10**digits, 6)) / 10**digits
    return f"{number(value, digits, language)} ± {number(error_up, digits, language)}{NO_BREAK}{unit}"


def _digits_for(error: float) -> int:
    if error >= 10:
        return 0
    if error >= 1:
        return 1
    return 2 if error >= 0.01 or error == 0 else 3


def money(amount_vnd: int) -> str:
    """`18.000.000 ₫` in both languages: it is how the notice prints it."""
    return f"{amount_vnd:,}".replace(",", ".") + f"{NO_BREAK}₫"


def size(size_bytes: int, language: Language) -> str:
    for unit, bytes_per_unit in (("MB", 1_000_000), ("kB", 1_000)):
        if size_bytes >= bytes_per_unit:
            return f"{number(size_bytes / bytes_per_unit, 1, language)}{NO_BREAK}{unit}"
    return f"{size_bytes}{NO_BREAK}B"


def age(since: datetime, now: datetime, texts: Texts) -> str:
    """How long ago, in the coarsest unit that says enough. A moment ahead of ours (a camera's clock) is `now`."""
    aware = since if since.tzinfo else since.replace(tzinfo=UTC)
    minutes = int((now - aware).total_seconds() // 60)
    if minutes < 1:
        return texts("age.now")
    if minutes < 60:
        return texts("age.minutes", n=minutes)
    if minutes < 48 * 60:
        return texts("age.hours", n=minutes // 60)
    return texts.count("age.days", minutes // (24 * 60))
