"""What is wrong with a scene, in the reader's language. `vision.geometry` speaks English; each of its sentences has its
Vietnamese here, told by its shape. A sentence that has none stays English rather than being lost."""

import re
from collections.abc import Sequence
from dataclasses import replace

from centre.scenes.drafts import Report
from violations.web.texts import Language
from vision.errors import SceneError

# Each: the English sentence as a pattern, the Vietnamese with its parts. The first that fits the whole is taken.
SENTENCES: Sequence[tuple[str, str]] = (
    (r"unknown key '(.*?)'; did you mean '(.*)'\? allowed here: (.*)", r"khóa lạ '\1'; ý là '\2'? Được dùng ở đây: \3"),
    (r"unknown key '(.*?)'; allowed here: (.*)", r"khóa lạ '\1'; được dùng ở đây: \2"),
    (r"the key '(.*)' is missing", r"thiếu khóa '\1'"),
    (r"(.*) is not allowed here; allowed: (.*)", r"\1 không dùng được ở đây; được dùng: \2"),
    (r"wanted two values, found (.*)", r"cần hai giá trị, thấy \1"),
    (r"wanted a fraction of the frame, 0 to 1, found (.*)", r"cần phần của khung hình, từ 0 đến 1, thấy \1"),
    (r"wanted text, found (.*): put it in quotes", r"cần chữ, thấy \1: hãy đặt trong dấu nháy"),
    (r"wanted a number, found (.*)", r"cần một số, thấy \1"),
    (r"wanted a whole number, found (.*)", r"cần một số nguyên, thấy \1"),
    (r"wanted text, found (.*)", r"cần chữ, thấy \1"),
    (r"wanted a list, found (.*)", r"cần một danh sách, thấy \1"),
    (r"wanted names, each with keys of its own, found (.*)", r"cần các tên, mỗi tên có khóa riêng, thấy \1"),
    (r"wanted keys and values(?: such as 'version: 1')?, found (.*)", r"cần các khóa và giá trị, thấy \1"),
    (r"wanted a finite number, found (.*)", r"cần một số hữu hạn, thấy \1"),
    (
        r"wanted a name of letters, digits, '_', '-' and '.' alone, found (.*)",
        r"cần tên chỉ gồm chữ, số, '_', '-' và '.', thấy \1",
    ),
    (r"wanted a text that is not empty, found (.*)", r"cần chữ không để trống, thấy \1"),
    (
        r"wanted two different points, found (\[.*\]) and (\[.*\]): a line of zero length",
        r"cần hai điểm khác nhau, thấy \1 và \2: đoạn thẳng dài bằng không",
    ),
    (r"wanted a polygon of at least 3 points, found (\d+)", r"cần đa giác có ít nhất 3 điểm, thấy \1"),
    (r"the polygon has no area: .*", r"đa giác không có diện tích: các điểm nằm trên một đường thẳng hoặc một chỗ"),
    (
        r"the polygon crosses itself at (\[.*\]): .*",
        r"đa giác tự cắt tại \1: hãy cho các đỉnh theo thứ tự quanh mép",
    ),
    (r"the polygon names the same corner twice in a row", r"đa giác có hai đỉnh liền nhau trùng nhau"),
    (
        r"wanted at least one kind of (.*), found an empty list",
        r"cần ít nhất một loại xe trong \1, thấy danh sách rỗng",
    ),
    (
        r"wanted two opposite corners of a box, found (\[.*\]) and (\[.*\])",
        r"cần hai góc đối nhau của một khung, thấy \1 và \2",
    ),
    (r"wanted at least (\d+) calibration points, found (\d+)", r"cần ít nhất \1 điểm hiệu chuẩn, thấy \2"),
    (r"calibration points must be finite numbers in .*", r"điểm hiệu chuẩn phải là các số hữu hạn"),
    (
        r"wanted at least (\d+) different calibration points in (.*), found (\d+)",
        r"cần ít nhất \1 điểm hiệu chuẩn khác nhau \2, thấy \3",
    ),
    (
        r"(\d+) of the (\d+) calibration points lie on one line in (.*?): wanted at least 2 points off .*, found (\d+)",
        r"\1 trong \2 điểm hiệu chuẩn nằm trên một đường thẳng \3: cần ít nhất 2 điểm ngoài mỗi đường, thấy \4",
    ),
    (
        r"the calibration points contradict each other: .*",
        r"các điểm hiệu chuẩn mâu thuẫn nhau: không mặt đường phẳng nào cho hình này (có hai điểm bị đổi chỗ không?)",
    ),
    (
        r"wanted a time that lasts, found (.*) to (.*) on (\d+) days",
        r"cần một khoảng giờ có độ dài, thấy \1 đến \2 trong \3 ngày",
    ),
    (
        r"no (.*) is called '(.*)'; (?:lanes |lines )?in this scene: (.*)",
        r"không có \1 nào tên là '\2'; cảnh này có: \3",
    ),
    (r"wanted a time zone such as (.*), found '(.*)'", r"cần múi giờ như \1, thấy '\2'"),
    (r"the name '(.*)' is already used in (.*); names are unique", r"tên '\1' đã dùng ở \2; mỗi tên chỉ dùng một lần"),
    (r"key '(.*)' given twice; it first stands in line (\d+)", r"khóa '\1' ghi hai lần; lần đầu ở dòng \2"),
    (r"a key must be a plain word, found a list or mapping", r"khóa phải là một từ, thấy danh sách hoặc bảng"),
    (r"indented with a tab: YAML wants spaces", r"thụt dòng bằng tab: YAML cần dấu cách"),
    (r"not YAML: (.*)", r"không phải YAML: \1"),
    (r"the file is empty: .*", r"tệp trống: cần một cảnh"),
    (r"wanted text in UTF-8, found the byte (.*)", r"cần văn bản UTF-8, thấy byte \1"),
    (r"character (.*) is not allowed in YAML", r"ký tự \1 không được có trong YAML"),
    (r"nested far too deeply for a scene", r"lồng quá sâu so với một cảnh"),
    (r"wanted a scene of at most (\d+) bytes, found (.*)", r"cần cảnh không quá \1 byte, thấy \2"),
    (r"wanted the camera (.*), found (.*)", r"cần camera \1, thấy \2"),
    (r"wanted plain values, .*", r"cần giá trị thường, thấy thứ không tệp nào chứa được"),
    (r"string should have at most (\d+) characters?, found (.*)", r"chữ không được dài quá \1 ký tự, thấy \2"),
    (
        r"string should match pattern .*?, found (.*)",
        r"cần đúng dạng (giờ: 07:30; tên: chữ, số, '_', '-', '.'), thấy \1",
    ),
    (r"input should be greater than or equal to (\S+), found (.*)", r"cần ít nhất \1, thấy \2"),
    (r"input should be less than or equal to (\S+), found (.*)", r"cần nhiều nhất \1, thấy \2"),
    (r"input should be greater than (\S+), found (.*)", r"cần lớn hơn \1, thấy \2"),
    (r"tuple should have at least (\d+) items? after validation, not (\d+), found .*", r"cần ít nhất \1 mục, thấy \2"),
    (
        r"unable to extract tag using discriminator 'offence', found .*",
        r"thiếu khóa 'offence': luật này xét hành vi nào",
    ),
    (
        r"input tag '(.*)' found using 'offence' does not match any of the expected tags: (.*), found .*",
        r"hành vi '\1' không có luật; có: \2",
    ),
)
WORDS: Sequence[tuple[str, str]] = (
    (r"\ba list of (\d+)", r"danh sách \1 mục"),
    (r"\bno keys\b", "không có khóa nào"),
    (r"\bthe keys ", "các khóa "),
    (r"(?<=thấy )nothing$", "trống"),
    (r"\bin the picture\b|(?<=nhau )the picture", "trong ảnh"),
    (r"\bmetres\b", "trên mặt đường"),
    (r"\bthe picture\b", "trong ảnh"),
    (r"(?<=không có )stop line(?= nào)", "vạch dừng"),
    (r"(?<=không có )lane(?= nào)", "làn"),
    (r"(?<=không có )line(?= nào)", "đường"),
    (r"(?<=không có )zone(?= nào)", "vùng"),
    (r"(?<=không có )marking(?= nào)", "vạch kẻ"),
    (r"(?<=không có )(?:movement|allowed)(?= nào)", "hướng đi"),
    (r"(?<=cảnh này có: )none$", "chưa có gì"),
)
_COMPILED = [(re.compile(pattern, re.DOTALL), said) for pattern, said in SENTENCES]


def say(sentence: str, language: Language) -> str:
    """One sentence of `vision.geometry` in this language."""
    if language is not Language.VI:
        return sentence
    for pattern, said in _COMPILED:
        match = pattern.fullmatch(sentence)
        if match is not None:
            spoken = match.expand(said)
            for word, meant in WORDS:
                spoken = re.sub(word, meant, spoken)
            return spoken
    return sentence


def report_in(report: Report, language: Language) -> Report:
    problems = tuple(replace(one, text=say(one.text, language)) for one in report.problems)
    return replace(report, problems=problems)


def lines_in(error: SceneError, language: Language) -> list[str]:
    """One sentence for each wrong line, its number in front."""
    word = {Language.VI: "dòng", Language.EN: "line"}[language]
    return [f"{word} {line}: {say(text, language)}" if line else say(text, language) for line, text in error.problems]
