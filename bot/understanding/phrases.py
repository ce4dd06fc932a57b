"""The portal's own words, pasted into a message."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from bot.understanding.data import Data


class Pasted(Struct, frozen=True):
    """Phrases found, in their order, and the text with a comma in the place of each of their characters."""

    phrases: tuple[str, ...]
    rest: str


class Phrases:
    """Finds what the portal says, whatever punctuation and spaces stand in it."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Take the phrases' ids by their texts."""
        self._texts = texts

    @classmethod
    def load(cls, folder: Path) -> "Phrases":
        """Read `portal.toml`."""
        data = Data(folder / "portal.toml")
        texts = {
            text: id_ for id_, lines in data.table("phrases").items() for text in data.strings(lines, f"phrases.{id_}")
        }
        return cls(dict(sorted(texts.items(), key=lambda item: -len(item[0]))))

    def find(self, text: str) -> Pasted:
        """Return the phrases in a text in normal form."""
        squeezed = "".join(filter(str.isalnum, text))
        if not any(phrase in squeezed for phrase in self._texts):
            return Pasted((), text)
        places = [at for at, character in enumerate(text) if character.isalnum()]
        found: dict[int, str] = {}
        hidden: set[int] = set()
        for phrase, id_ in self._texts.items():
            at = squeezed.find(phrase)
            if at >= 0 and not hidden.intersection(places[at : at + len(phrase)]):
                found[at] = id_
                hidden.update(places[at : at + len(phrase)])
        rest = "".join("," if at in hidden else character for at, character in enumerate(text))
        return Pasted(tuple(dict.fromkeys(found[at] for at in sorted(found))), rest)
