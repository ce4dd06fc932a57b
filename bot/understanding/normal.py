"""One form for every spelling of a text: width, case, script, accents, invisible characters."""

import re
import unicodedata

import opencc
from msgspec import Struct

READ_LENGTH = 1000
"""Characters of a message that are understood; nobody asks in more."""

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese characters, for a character class."""

CHINESE = r"[^\W_A-Za-z0-9]"
"""The same in the data, where there are no other letters. To compile the ranges of `HAN` takes a millisecond each."""

_INVISIBLE = frozenset(["Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"])
_THIRD_TONE_A = "ǎ"


class Normal(Struct, frozen=True):
    """A text in its normal form.

    `origin[i]` is the place in the text given from which character `i` comes; one more entry marks the end.
    `traditional` counts the characters that only Traditional Chinese has.
    """

    text: str
    origin: tuple[int, ...]
    traditional: int


class _Simplified(dict[int, str]):
    """The Simplified form of a character, looked up once each."""

    def __init__(self) -> None:
        super().__init__()
        self._converter = opencc.OpenCC("t2s")

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = simplified = self._converter.convert(character) if is_han(character) else character
        return simplified


def is_han(character: str) -> bool:
    """Whether it is a Chinese character."""
    return (
        "\u3400" <= character <= "\u9fff"
        or "\uf900" <= character <= "\ufaff"
        or "\U00020000" <= character <= "\U0003ffff"
    )


class Normaliser:
    """Brings texts into their normal form."""

    def __init__(self) -> None:
        self._simplified = _Simplified()

    def __call__(self, raw: str) -> Normal:
        """Return the normal form of `raw`: lower case, Simplified, plain width, no accents, single spaces."""
        characters: list[str] = []
        origin: list[int] = []
        traditional = 0
        for at, character in enumerate(raw[:READ_LENGTH]):
            simplified = self._simplified[ord(character)]
            traditional += simplified != character
            if is_han(simplified):
                characters.append(simplified)
                origin.append(at)
                continue
            for plain in self._plain(raw, at, simplified):
                if plain == " " and (not characters or characters[-1] in " \n"):
                    continue
                characters.append(plain)
                origin.append(at)
        origin.append(min(len(raw), READ_LENGTH))
        return Normal("".join(characters), tuple(origin), traditional)

    def _plain(self, raw: str, at: int, character: str) -> str:
        if character.isascii():
            if character == "\n":
                return "\n"
            return character.lower() if character > " " and character != "\x7f" else " " * character.isspace()
        lower = unicodedata.normalize("NFKC", character).lower()
        if lower == _THIRD_TONE_A and re.match(r"n\s?x", raw[at + 1 : at + 4], re.IGNORECASE):
            return "aa"  # shǎnxī is written shaanxi without its tones, to tell it from shānxī
        decomposed = unicodedata.normalize("NFD", lower.replace("ü", "v"))
        if "\u0308" in decomposed and decomposed.startswith("u"):
            return "v"  # ǚ and its like: u with dots and a tone
        return "".join(
            part if not part.isspace() else " " for part in decomposed if unicodedata.category(part) not in _INVISIBLE
        )
