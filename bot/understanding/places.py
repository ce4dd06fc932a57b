"""The provinces by every name: theirs, their towns', in both scripts."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from bot.understanding.data import Data
from bot.understanding.normal import CHINESE
from bot.understanding.sounds import Sounds

_MISSPELT = 0.5
_CHINESE = re.compile(f"{CHINESE}+")
_DIVISIONS = "市省州县区旗盟"


class PlaceName(Struct, frozen=True):
    """A name and the provinces that it may mean.

    `doubt`: it is a misspelling, and counts less. `spelt`: it is known in Latin letters too.
    """

    text: str
    provinces: tuple[str, ...]
    doubt: float = 0
    spelt: bool = True


class Places(Struct, frozen=True):
    """All names of places.

    `abbreviations` are the one-character ones, which only count where they stand alone. `groups` are names that mean
    several provinces at once. `own` are the provinces' own names, `latin` those in Latin letters.
    """

    ids: tuple[str, ...]
    names: tuple[PlaceName, ...]
    abbreviations: Mapping[str, str]
    groups: frozenset[str]
    own: frozenset[str]
    latin: frozenset[str]


class _Collector:
    """Gathers the names while the file is read."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self.ids: list[str] = []
        self.names: dict[str, PlaceName] = {}
        self.abbreviations: dict[str, str] = {}
        self.own: set[str] = set()
        self.latin: set[str] = set()

    def province(self, entry: Mapping[str, object], where: str) -> None:
        """Take one province with its names."""
        id_ = entry.get("id")
        if not isinstance(id_, str) or not re.fullmatch("[a-z_]+", id_) or id_ in self.ids:
            raise self._data.fault(f"{where}.id", f"has to be a name of its own, is {id_!r}")
        self.ids.append(id_)
        self.own.update(self._data.strings(entry.get("names"), f"{id_}.names"))
        self.latin.update(self._data.strings(entry.get("english"), f"{id_}.english"))
        for character in self._data.strings(entry.get("abbreviations"), f"{id_}.abbreviations"):
            if len(character) != 1 or character in self.abbreviations:
                raise self._data.fault(f"{id_}.abbreviations", f"{character!r} has to be one character of one province")
            self.abbreviations[character] = id_
        for name in _names(self._data, id_, entry):
            self._name(name, id_)

    def counties(self, data: Data) -> None:
        """Take the county-level divisions: by province, their names with blanks between."""
        for id_, names in data.table("counties").items():
            if id_ not in self.ids or not isinstance(names, str):
                raise data.fault(f"counties.{id_}", "has to be a province's id with names and blanks between them")
            for name in names.split():
                self._name(PlaceName(name, (id_,), spelt=False), id_)

    def _name(self, name: PlaceName, id_: str) -> None:
        known = self.names.get(name.text)
        provinces = tuple(dict.fromkeys((*known.provinces, id_))) if known else name.provinces
        self.names[name.text] = PlaceName(name.text, provinces, name.doubt, name.spelt or bool(known and known.spelt))

    def group(self, name: str, members: list[str]) -> None:
        """Take a name for several provinces."""
        if not set(members) <= set(self.ids):
            raise self._data.fault(f"groups.{name}", f"{sorted(set(members) - set(self.ids))} are no provinces")
        self.names[name] = PlaceName(name, tuple(members))


def load_places(folder: Path) -> Places:
    """Read `provinces.toml` and `understanding/counties.toml` of the folder."""
    data = Data(folder / "provinces.toml")
    entries = data.tables.get("provinces")
    if not isinstance(entries, list) or not entries:
        raise data.fault("provinces", "has to be a list of tables")
    collector = _Collector(data)
    for number, value in enumerate(entries, 1):
        collector.province(data.as_table(value, f"provinces[{number}]"), f"provinces[{number}]")
    collector.counties(Data(folder / "understanding" / "counties.toml"))
    groups = data.table("groups")
    for name, members in groups.items():
        collector.group(name, data.strings(members, f"groups.{name}"))
    return Places(
        tuple(collector.ids),
        tuple(collector.names.values()),
        collector.abbreviations,
        frozenset(groups),
        frozenset(collector.own),
        frozenset(collector.latin),
    )


def _names(data: Data, id_: str, entry: Mapping[str, object]) -> Iterator[PlaceName]:
    for key in ("names", "cities", "places", "english", "english_places", "typos"):
        for text in data.strings(entry.get(key), f"{id_}.{key}"):
            yield PlaceName(text, (id_,), _MISSPELT if key == "typos" else 0)
            if key == "cities" and text[-1] not in _DIVISIONS:
                yield PlaceName(f"{text}市", (id_,))


def in_pinyin(places: Places, sounds: Sounds) -> dict[str, tuple[str, ...]]:
    """Return the names in Latin letters, the syllables apart ("lan zhou"), with the provinces that each may mean.

    A town that sounds like a province is not taken for it. The provinces' own names are spelt as English does, for
    山西 and 陕西 sound the same.
    """
    found: dict[str, tuple[str, ...]] = {}
    for name in places.names:
        if name.doubt or not name.spelt or name.text in places.groups or name.text in places.own:
            continue
        if not _CHINESE.fullmatch(name.text):
            continue
        if name.text[-1] in _DIVISIONS and len(name.text) > 2:
            continue
        for reading in sounds.spell(name.text):
            spelt = " ".join(reading)
            if spelt.replace(" ", "") not in places.latin:
                found[spelt] = tuple(dict.fromkeys((*found.get(spelt, ()), *name.provinces)))
    for name in places.names:
        if name.text in places.own:
            for reading in sounds.spell(name.text):
                if "".join(reading) in places.latin:
                    found[" ".join(reading)] = name.provinces
    if "shaanxi" in places.latin:
        shaanxi = next(name for name in places.names if name.text == "shaanxi")
        found["shaan xi"] = shaanxi.provinces
        found["shan xi"] = next(name.provinces for name in places.names if name.text == "shanxi")
    return found
