"""What the digits in a message can be: SMS codes, phone numbers, numbers of identity documents."""

import re
from collections.abc import Iterator, Sequence

_NEAR = 24
"""Characters to either side in which a word tells what the digits are."""

_GAP = r"[ \-\u2010-\u2015\u00a0\u3000\u200b-\u200f\u2060\ufeff.·]{0,2}"
_AHEAD = r"(?<![0-9A-Za-z_@/])"


def _digits(count: int) -> str:
    return rf"\d(?:{_GAP}\d){{{count - 1}}}"


_IDENTITY = re.compile(rf"{_AHEAD}(?:{_digits(17)}{_GAP}[\dXxＸｘ]|{_digits(15)})(?!\d)")
_PHONE = re.compile(
    rf"""{_AHEAD}(?:
    (?:[+＋]|00)\d{{1,3}}{_GAP}(?:\(0\))?{_digits(7)}(?:{_GAP}\d){{0,5}}   # with a country's number
    |(?:86{_GAP})?[1１][3-9３-９](?:{_GAP}\d){{9}}                          # a mobile of the mainland
    |\(?0\d{{2,3}}\)?[ \-\u2010-\u2015]\d{{7,8}}                            # a landline with its area
    |(?:852|853|886){_GAP}\d(?:{_GAP}\d){{7,9}}                             # Hong Kong, Macao, Taiwan
    |09\d{{2}}{_GAP}\d{{3}}{_GAP}\d{{3}}                                    # a mobile of Taiwan
    )(?!\d)""",
    re.VERBOSE,
)
_DOCUMENT = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{1,2}\d{7,9}(?:\(\d\))?(?![0-9A-Za-z])")
_RUN = re.compile(
    r"""(?<![0-9A-Za-z_@＋+\#])
    (?<![0-9][:：/.\-])(?<![A-Za-z][/.\-])(?<!\.[a-z]{2}:)(?<!\.[a-z]{3}:)     # not in a time, a date, an address
    (?:\d{4,8}|\d{3}[ \-]\d{3}|\d\d\ \d\d\ \d\d|\d(?:\ \d){3,7}|\d{5}[Xx])
    (?![0-9A-Za-z_@%])(?![:：/.\-]\d)""",
    re.VERBOSE,
)

_CODE_WORD = re.compile(
    r"""[码碼]|[后後末][六6]位|验证|驗證|核验|核驗|yanzhengma
    |(?<![a-z])(?:codes?|otp|pin|passcode|sms|text|verif\w*|last\ six|last\ 6)(?![a-z])""",
    re.IGNORECASE | re.VERBOSE,
)
_IDENTITY_WORD = re.compile(
    r"""证件|證件|身[份分][证證]|护照|護照|通行[证證]|[后後末][六6]位|尾[号號]
    |(?<![a-z])(?:id|identity|passport|permit|last\ six|last\ 6)(?![a-z])""",
    re.IGNORECASE | re.VERBOSE,
)
_COUNTED = re.compile(
    r"""\s?(?:[年月日号號次遍秒天周个個位批条條元块塊省人点點時时]|小时|小時|分钟|分鐘|端口|错误|錯誤
    |(?:hours?|minutes?|days?|times?|digits?|years?|am|pm)\b|%)""",
    re.IGNORECASE | re.VERBOSE,
)
"""After a number: it counts something."""
_NAMED = re.compile(
    r"""(?:管函|〔\d{4}〕|[\[(（【]\d{4}[\])）】]|[备備第邮郵编編]|ICP|QQ|[¥￥$]|端口|状态码|狀態碼|错误码?|錯誤碼?|http|port
    |error(?:\ code)?|[订訂工][单單]号?|order(?:\ no\.?|\ number)?)\s?[:：]?\s?[号號]?$""",
    re.IGNORECASE | re.VERBOSE,
)
"""Before a number: it is the name of something else."""
_STATED = re.compile(r"(?:[码碼是为]|code|otp|pin|is|[:：=])\s*[:：=]?\s*$", re.IGNORECASE)
_SENDER = re.compile(r"12381|106\d{5}|10086|10010|10000|12345|12321|2322")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


def found_in(text: str, spelt: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Return where such numbers stand, in order, none within another; `spelt` are the rows of numerals in words."""
    spans = [found.span() for pattern in (_IDENTITY, _PHONE) for found in pattern.finditer(text)]
    spans += [found.span() for found in _DOCUMENT.finditer(text) if _near(_IDENTITY_WORD, text, *found.span())]
    spans += [found.span() for found in _RUN.finditer(text) if _is_code(text, *found.span())]
    spans += [span for span in spelt if _near(_CODE_WORD, text, *span)]
    end_before = -1
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= end_before:
            yield start, end
            end_before = end


def _near(word: re.Pattern[str], text: str, start: int, end: int) -> bool:
    return bool(word.search(text[max(0, start - _NEAR) : start]) or word.search(text[end : end + _NEAR]))


def _is_code(text: str, start: int, end: int) -> bool:
    """Whether a short number can be a code or the last six of a document's number.

    Six digits are taken for one wherever they stand alone, others only beside a word that says so.
    """
    before, number = text[max(0, start - _NEAR) : start], text[start:end]
    digits = "".join(character for character in number if character.isalnum())
    stated = bool(_STATED.search(before))
    if _NAMED.search(before):
        return False
    if len(digits) == 6 and stated:
        return True
    if _COUNTED.match(text, end) or _SENDER.fullmatch(digits) or _DAY.fullmatch(digits):
        return False
    if len(digits) == 6:
        return True
    if _YEAR.fullmatch(digits) and not stated:
        return False
    return _near(_CODE_WORD, text, start, end)
