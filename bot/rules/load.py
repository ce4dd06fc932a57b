"""Reading a rulebook file, and refusing one that does not hold together: file, entry, reason."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import tomli

from bot.errors import RulebookError
from bot.resources import resource
from bot.rules.convert import convert
from bot.rules.model import Fact, Reading, Source
from bot.rules.rulebook import Entry, Rulebook
from bot.rules.schema import (
    KINDS,
    BatchTable,
    Envelope,
    Head,
    IdDocumentsTable,
    Kind,
    PortalTable,
    ReadingTable,
    SourceTable,
    Table,
)

TableT = TypeVar("TableT", bound=Table)

_ENVELOPE_KEYS = {"from", "until", "sources", "disputed"}


def load_rulebook(name_or_path: str, provinces: frozenset[str] | None = None) -> Rulebook:
    """Read a rulebook: a shipped one by name (`pilot`, `national`), or a TOML file by its path.

    `provinces` are the known province ids, by default those of `data/provinces.toml`. Raises `RulebookError`.
    """
    shipped = resource("data", "rulebooks")
    path = shipped / f"{name_or_path}.toml" if _is_name(name_or_path) else Path(name_or_path)
    if not path.is_file():
        names = ", ".join(sorted(file.stem for file in shipped.glob("*.toml")))
        raise RulebookError(str(path), "", f"no such rulebook; give one of {names}, or the path of a .toml file")
    return _Reader(path, provinces if provinces is not None else province_ids()).read()


def province_ids() -> frozenset[str]:
    """Return the ids of `data/provinces.toml`."""
    path = resource("data", "provinces.toml")
    return frozenset(entry["id"] for entry in _parse(path)["provinces"])


def _is_name(text: str) -> bool:
    return text.replace("-", "_").isidentifier()


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomli.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise RulebookError(str(path), "", f"cannot be read: {error}") from error
    except tomli.TOMLDecodeError as error:
        raise RulebookError(str(path), "", f"is not TOML: {error}") from error


class _Reader:
    """One reading of one file; knows its name for the errors."""

    def __init__(self, path: Path, provinces: frozenset[str]) -> None:
        self.path = path
        self.provinces = provinces
        self.sources: dict[str, Source] = {}

    def fault(self, entry: str, reason: str) -> RulebookError:
        return RulebookError(str(self.path), entry, reason)

    def read(self) -> Rulebook:
        raw = _parse(self.path)
        known = ("sources", *KINDS)
        unknown = next((key for key, value in raw.items() if key not in known and isinstance(value, list)), None)
        if unknown:
            raise self.fault(unknown, f"no such table; there are {', '.join(known)}")
        head = self.valid(Head, {key: value for key, value in raw.items() if key not in known}, "head")
        parent = _Reader(self.parent(head.extends), self.provinces) if head.extends else None
        inherited = parent.read().entries if parent else ()
        if parent:
            self.sources.update(parent.sources)
        for place, table in self.tables(raw, "sources"):
            source = self.valid(SourceTable, table, place).value()
            if source.id in self.sources:
                raise self.fault(place, f"source {source.id!r} is there twice")
            self.sources[source.id] = source
        own = [entry for kind in KINDS for entry in self.entries(kind, raw)]
        self.refuse_overlaps(own)
        entries = tuple(sorted([*inherited, *own], key=lambda entry: entry.fact.starts))
        rulebook = Rulebook(head.id, self.source(head.source, "head"), entries, head.superseded_from)
        self.refuse_missing_portals(rulebook)
        return rulebook

    def parent(self, name: str) -> Path:
        """Return the file that this one extends: beside it, or among the shipped ones."""
        beside = self.path.with_name(f"{name}.toml")
        path = beside if beside.is_file() else resource("data", "rulebooks") / f"{name}.toml"
        if not path.is_file() or path.samefile(self.path):
            raise self.fault("head", f"extends {name!r}, but there is no such file ({path})")
        return path

    def tables(self, raw: Mapping[str, Any], key: str) -> Iterator[tuple[str, dict[str, Any]]]:
        tables = raw.get(key, [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise self.fault(key, f"is not a list of tables; write each as [[{key}]]")
        for number, table in enumerate(tables, 1):
            name = next((str(table[label]) for label in ("id", "number", "provinces") if label in table), "")
            since = f"from {table['from']}" if "from" in table else ""
            what = " ".join(filter(None, (name, since)))
            yield f"{key}[{number}]{f' ({what})' if what else ''}", table

    def valid(self, schema: type[TableT], table: Mapping[str, Any], place: str) -> TableT:
        try:
            return convert(table, schema)
        except ValueError as error:
            raise self.fault(place, str(error)) from error

    def source(self, name: str, place: str) -> Source:
        if name not in self.sources:
            known = ", ".join(self.sources)
            raise self.fault(place, f"source {name!r} is not among [[sources]]: {known}")
        return self.sources[name]

    def entries(self, key: str, raw: Mapping[str, Any]) -> Iterator[Entry]:
        kind = KINDS[key]
        for place, table in self.tables(raw, key):
            shared = {name: value for name, value in table.items() if name in _ENVELOPE_KEYS}
            envelope = self.valid(Envelope, shared, place)
            if envelope.until is not None and envelope.until <= envelope.starts:
                raise self.fault(place, f"until {envelope.until} is not after from {envelope.starts}")
            own = {name: value for name, value in table.items() if name not in _ENVELOPE_KEYS}
            values, fact = self.fact(kind, envelope, own, place)
            for name in kind.names(values):
                yield Entry(key, name, fact, envelope.until)

    def fact(self, kind: Kind, envelope: Envelope, own: dict[str, Any], place: str) -> tuple[Any, Fact[Any]]:
        """Return the first table of values and the fact of one entry."""
        sources = tuple(self.source(name, place) for name in envelope.sources)
        if not envelope.disputed:
            values = self.values(kind, own, place)
            return values, Fact(self.value(values, envelope), envelope.starts, sources)
        readings = own.pop("readings", None)
        if not isinstance(readings, list) or not readings:
            raise self.fault(place, "is disputed, so it needs readings = [{sources = [...], ...}], the strictest first")
        tables = []
        said = []
        for number, reading in enumerate(readings, 1):
            at = f"{place} readings[{number}]"
            if not isinstance(reading, dict):
                raise self.fault(at, "is not a table; write it as {sources = [...], ...}")
            shared = {key: value for key, value in reading.items() if key == "sources"}
            names = self.valid(ReadingTable, shared, at).sources
            values = self.values(kind, {**own, **{k: v for k, v in reading.items() if k not in shared}}, at)
            said.append(Reading(self.value(values, envelope), tuple(self.source(name, at) for name in names)))
            tables.append(values)
        return tables[0], Fact(said[0].value, envelope.starts, sources, disputed=True, readings=tuple(said))

    def values(self, kind: Kind, table: dict[str, Any], place: str) -> Any:
        values = self.valid(kind.table, table, place)
        for province in _provinces_in(values):
            if province not in self.provinces:
                raise self.fault(place, f"unknown province {province!r}; the ids are in data/provinces.toml")
        return values

    @staticmethod
    def value(values: Any, envelope: Envelope) -> Any:
        return values.value(envelope.starts) if isinstance(values, BatchTable) else values.value()

    def refuse_overlaps(self, entries: list[Entry]) -> None:
        """Refuse two entries of one name that begin on one day, and one that goes on into the next."""
        latest: dict[tuple[str, str], Entry] = {}
        for entry in sorted(entries, key=lambda entry: entry.fact.starts):
            before = latest.get((entry.kind, entry.name))
            if before and (before.fact.starts == entry.fact.starts or (before.until or date.min) > entry.fact.starts):
                place = f"{entry.kind} {entry.name}".strip()
                raise self.fault(place, f"the entries from {before.fact.starts} and {entry.fact.starts} overlap")
            latest[entry.kind, entry.name] = entry

    def refuse_missing_portals(self, rulebook: Rulebook) -> None:
        """Refuse a day on which a province verifies, and no page for it is known."""
        for day in rulebook.changes():
            state = rulebook.at(day)
            for batch in state.batches:
                missing = [province for province in batch.provinces if state.portal(province) is None]
                if missing:
                    raise self.fault("portals", f"none for {', '.join(missing)} on {day}, though verification is asked")


def _provinces_in(values: Table) -> Sequence[str]:
    match values:
        case BatchTable():
            return values.provinces
        case PortalTable():
            return [*values.provinces, *([values.example] if values.example else [])]
        case IdDocumentsTable():
            return [province for document in values.documents for province in document.provinces]
        case _:
            return []
