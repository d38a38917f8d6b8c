"""Why a person rejects a case: closed codes with a sentence in Vietnamese and English, and free words beside them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from violations.cases.errors import ReasonError
from violations.cases.states import Verdict

NOTE_MAX = 2000
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` is what is stored and exported; it never changes its meaning."""

    code: str
    vi: str
    en: str


REJECTION_REASONS: tuple[Reason, ...] = (
    Reason("no_offence", "Hình ảnh không cho thấy hành vi vi phạm", "The pictures show no offence"),
    Reason("past_line_before_red", "Xe đã qua vạch dừng trước khi đèn đỏ", "The vehicle passed the line before red"),
    Reason("lamp_unclear", "Không xác định được trạng thái đèn tín hiệu", "The state of the signal lamp is unclear"),
    Reason("vehicle_unclear", "Không xác định được đúng phương tiện", "It is unclear which vehicle is meant"),
    Reason("plate_unclear", "Không đọc được hoặc đọc sai biển số", "The plate is unreadable or was read wrongly"),
    Reason("officer_directed", "Đi theo hiệu lệnh của cảnh sát giao thông", "A police officer directed the traffic"),
    Reason("priority_vehicle", "Xe ưu tiên đang làm nhiệm vụ", "A priority vehicle on duty"),
    Reason("gave_way", "Nhường đường cho xe ưu tiên", "Gave way to a priority vehicle"),
    Reason("necessity", "Tình thế cấp thiết hoặc sự kiện bất ngờ", "Necessity or an unforeseeable event"),
    Reason("duplicate", "Trùng với hồ sơ khác", "The same offence is already in another case"),
    Reason("evidence_damaged", "Bằng chứng hỏng hoặc không đầy đủ", "The evidence is damaged or incomplete"),
    Reason(OTHER, "Lý do khác (ghi rõ)", "Another reason (say which)"),
)

REASON_BY_CODE: Mapping[str, Reason] = MappingProxyType({reason.code: reason for reason in REJECTION_REASONS})


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict with what must be said beside it. `reason` is a code of REJECTION_REASONS; None unless it rejects.

    plate: the plate as the person reads it; None where they leave it as it stands.
    """

    verdict: Verdict
    reason: str | None = None
    note: str = ""
    plate: str | None = None


def check_reason(reason: str | None, note: str, what: str = "a rejection") -> None:
    """Raises ReasonError unless there is a listed code, with words where it is `other`."""
    if reason not in REASON_BY_CODE:
        wanted = ", ".join(REASON_BY_CODE)
        raise ReasonError(f"{what} needs a reason: wanted one of {wanted}; found {reason or 'none'}")
    if reason == OTHER and not note:
        raise ReasonError("reason 'other' needs a note that says which, found an empty one")


def check_ruling(ruling: Ruling) -> Ruling:
    """The ruling with its note trimmed, or ReasonError. A rejection needs a code, and `other` needs words."""
    note = ruling.note.strip()
    if len(note) > NOTE_MAX or "\x00" in note:
        raise ReasonError(f"note: wanted at most {NOTE_MAX} characters of text, found {len(note)}")
    if ruling.verdict is not Verdict.REJECT and ruling.reason is not None:
        raise ReasonError(f"verdict {ruling.verdict}: wanted no rejection reason, found {ruling.reason!r}")
    if ruling.verdict is Verdict.REJECT:
        check_reason(ruling.reason, note)
    return replace(ruling, note=note)
