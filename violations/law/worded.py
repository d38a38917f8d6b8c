"""What the catalogue says of one offence, as sentences in both languages: for papers that leave."""

from violations.law.dated import Certainty
from violations.law.fine_range import FineRange, NoFine, WhyNoFine

Worded = tuple[str, str]
"""Vietnamese, English."""

CERTAIN: dict[Certainty, Worded] = {
    "P": ("đọc trong chính văn bản", "read in the legal text itself"),
    "S": ("theo báo chí hoặc trang luật", "from the press or a law site"),
    "R": ("theo nguồn công khai khác", "from another public source"),
    "I": ("suy luận", "inferred"),
    "U": ("chưa xác nhận", "not confirmed"),
}
NONE: dict[WhyNoFine, Worded] = {
    WhyNoFine.OFFENCE_NOT_HELD: (
        "Dữ liệu luật của phần mềm không có hành vi này nên không nêu mức phạt.",
        "The software’s law data hold no such offence, so no fine is stated.",
    ),
    WhyNoFine.NOT_FOR_THIS_VEHICLE: (
        "Dữ liệu luật của phần mềm không có hành vi này đối với loại xe đó nên không nêu mức phạt.",
        "The software’s law data do not hold this offence for such a vehicle, so no fine is stated.",
    ),
    WhyNoFine.NOT_ON_THIS_DAY: (
        "Quy định trong dữ liệu luật của phần mềm không có hiệu lực vào ngày đó nên không nêu mức phạt.",
        "What the software’s law data hold was not in force on that day, so no fine is stated.",
    ),
}
WHO_DECIDES: Worded = (
    "Mức phạt cụ thể do người có thẩm quyền quyết định.",
    "How high the fine is, whoever has the power decides.",
)


def worded(answer: FineRange | NoFine) -> tuple[Worded, ...]:
    """Range and points, each place in the law with its code, the version and how sure it is; or why there is none."""
    if isinstance(answer, NoFine):
        return (NONE[answer.why],)
    places = [_place(code) for code in answer.codes] or [
        ("Điều khoản quy định chưa được nhập.", "The article has not been entered.")
    ]
    return (_range(answer), *places, _version(answer), WHO_DECIDES)


def _range(fine: FineRange) -> Worded:
    vi = f"Phạt tiền từ {fine.from_vnd:,} đồng đến {fine.to_vnd:,} đồng".replace(",", ".")
    en = f"The fine is from {fine.from_vnd:,} to {fine.to_vnd:,} dong"
    if not fine.points:
        return f"{vi}; không trừ điểm giấy phép lái xe.", f"{en}; no licence points are taken."
    points = "1 licence point is" if fine.points == 1 else f"{fine.points} licence points are"
    return f"{vi}; trừ {fine.points} điểm giấy phép lái xe.", f"{en}; {points} taken."


def _place(code: str) -> Worded:
    """`16824.6.9.b`: decree 168/2024, article 6, clause 9, point b; the last two digits of the number are the year."""
    decree, article, clause, point = code.split(".")
    title = f"{decree[:-2]}/20{decree[-2:]}/NĐ-CP"
    return (
        f"Quy định tại điểm {point} khoản {clause} Điều {article} Nghị định {title} (mã {code}).",
        f"It stands in Decree {title}, article {article}, clause {clause}, point {point} (code {code}).",
    )


def _version(fine: FineRange) -> Worded:
    vi, en = CERTAIN[fine.certainty]
    amended_vi = amended_en = ""
    if fine.note:
        amended_vi = " Văn bản đã được sửa đổi từ ngày đó; chưa xác nhận mức trên có thay đổi hay không."
        amended_en = " It was amended on that day; whether the amount changed has not been confirmed."
    return (
        f"Văn bản áp dụng: {fine.version}, từ ngày {fine.since:%d/%m/%Y}; "
        f"độ tin cậy của dữ liệu: {vi} ({fine.certainty}).{amended_vi}",
        f"Version of the law: {fine.version}, since {fine.since.isoformat()}; "
        f"how well it is known: {en} ({fine.certainty}).{amended_en}",
    )
