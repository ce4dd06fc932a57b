"""Which of the three locales a message is written in."""

from bot.understanding.normal import Normal
from bot.understanding.units import Units

ENGLISH = "en"
SIMPLIFIED = "zh_Hans"
TRADITIONAL = "zh_Hant"


class Scripts:
    """Tells the locale of a text."""

    def __init__(self, simplified: str, frame: frozenset[str], places: frozenset[str]) -> None:
        """Take the characters that only Simplified has, the units of English function words and of Latin places."""
        self._simplified = frozenset(simplified)
        self._frame = frame
        self._places = places

    def locale(self, raw: str, normal: Normal, units: Units) -> str | None:
        """Return the locale, None where the writing does not tell."""
        english = sum(2 if unit in self._frame else 1 for unit in units.text if self._is_english(unit))
        chinese = units.chinese + 2 * units.pinyin
        if english > chinese:
            return ENGLISH
        if not units.chinese:
            return SIMPLIFIED if units.pinyin else None
        simplified = sum(character in self._simplified for character in raw)
        return TRADITIONAL if normal.traditional and normal.traditional >= simplified else SIMPLIFIED

    def _is_english(self, unit: str) -> bool:
        return unit >= "\U000f0000" and unit not in self._places
