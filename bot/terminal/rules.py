"""`rules check | show | diff`: rulebooks for the eyes of an operator."""

import argparse
import re
from collections.abc import Iterator
from datetime import date

from bot.clock import system_clock
from bot.errors import DataError
from bot.rules import Rulebook, RuleState, load_rulebook
from bot.rules.diff import Difference, diff
from bot.rules.model import BEIJING, Fact
from bot.rules.rulebook import SINGLE_FACTS
from bot.terminal.common import answer_settings
from bot.terminal.describe import describe, sources
from bot.terminal.output import table
from bot.texts import Texts, load_catalogs, plain


def main(arguments: argparse.Namespace) -> int:
    """Do what `arguments.action` says; `RulebookError` for a rulebook that cannot be used."""
    match arguments.action:
        case "check":
            print("\n".join(summary(load_rulebook(arguments.file))))
        case "show":
            rulebook = load_rulebook(answer_settings(arguments.rulebook).rulebook)
            print("\n".join(shown(rulebook.at(arguments.at or today()), load_catalogs()["en"])))
        case _:
            before, after = _state(arguments.before), _state(arguments.after)
            print("\n".join(compared(before, after, load_catalogs()["en"])))
    return 0


def today() -> date:
    """Return the calendar day in Beijing, by which the rules go."""
    return system_clock().astimezone(BEIJING).date()


def summary(rulebook: Rulebook) -> Iterator[str]:
    """Say what a valid rulebook holds."""
    days = rulebook.changes()
    latest = rulebook.at(days[-1])
    disputed = sorted({f"{entry.kind} {entry.name}".strip() for entry in rulebook.entries if entry.fact.disputed})
    yield f"{rulebook.id}: valid, {len(rulebook.entries)} entries"
    yield f"something changes on {', '.join(map(str, days))}"
    yield f"on {days[-1]} {sum(len(batch.provinces) for batch in latest.batches)} provinces verify"
    yield f"disputed: {', '.join(disputed) or 'nothing'}"


def shown(state: RuleState, texts: Texts) -> Iterator[str]:
    """Print the rules of one day as tables."""
    source = state.source
    replaced = f", superseded from {state.superseded_from}" if state.superseded_from else ""
    yield f"Rulebook {state.rulebook} on {state.on} (latest change {state.as_of}{replaced})"
    yield "Source: " + ", ".join(filter(None, (source.title, source.publisher, source.notice)))
    yield f"\n{_provinces(state, texts)}"
    yield f"\n{_filing_types(state, texts)}"
    facts = {kind: fact for kind in SINGLE_FACTS if (fact := getattr(state, kind)) is not None}
    rows = [(title, said) for kind, fact in facts.items() for title, said in _fact_lines(kind, fact)]
    yield f"\n{table(('FACT', 'VALUE'), rows)}"
    words = [(_words(id_), phrase.text) for id_, phrase in state.phrases.items()]
    yield f"\n{table(('THE PORTAL SAYS', ''), words)}"


def compared(before: RuleState, after: RuleState, texts: Texts) -> Iterator[str]:
    """Print what differs between two states."""
    differences = diff(before, after)
    old, new = (f"{state.rulebook} on {state.on}" for state in (before, after))
    if not differences:
        yield f"{old} and {new} say the same"
        return
    yield f"- {old}\n+ {new}"
    alike: dict[tuple[str, str, str], list[Difference]] = {}
    for difference in differences:
        sides = _side(difference.before), _side(difference.after)
        alike.setdefault((difference.kind, *sides), []).append(difference)
    for (kind, was, now), group in alike.items():
        names = ", ".join(_name(difference, texts) for difference in group if difference.name)
        yield f"\n{_words(kind)}{f': {names}' if names else ''}\n- {was}\n+ {now}"


def _side(value: object) -> str:
    return "nothing" if value is None else describe(value)


def _name(difference: Difference, texts: Texts) -> str:
    match difference.kind:
        case "provinces" | "portals":
            return plain(texts(f"province.{difference.name}"))
        case "filing_types":
            return plain(texts(f"filing_type.{difference.name}"))
        case _:
            return _words(difference.name)


def _fact_lines(kind: str, fact: Fact[object]) -> Iterator[tuple[str, str]]:
    yield _words(kind), describe(fact.value)
    yield "", f"since {fact.starts}, said by {sources(fact.sources)}"
    yield from (("", f"disputed: {describe(reading.value)} ({sources(reading.sources)})") for reading in fact.readings)


def _provinces(state: RuleState, texts: Texts) -> str:
    rows = [
        (plain(texts(f"province.{province}")), batch.number or "-", batch.starts, describe(state.portal(province)))
        for batch in (*state.batches, *state.upcoming)
        for province in batch.provinces
    ]
    return table(("PROVINCE", "BATCH", "SINCE", "PORTAL"), rows) if rows else "No province verifies."


def _filing_types(state: RuleState, texts: Texts) -> str:
    rows = [
        (
            plain(texts(f"filing_type.{filing_type}")),
            describe(fact.value.verified),
            (" or " if fact.value.by_change else " and ").join(fact.value.contacts) or "-",
            describe(tuple(map(_words, fact.value.notes))) + (" [disputed]" if fact.disputed else ""),
        )
        for filing_type, fact in state.targets.items()
    ]
    return table(("FILING TYPE", "VERIFIED", "BY", "REMARKS"), rows)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _state(text: str) -> RuleState:
    """Return the state that `RULEBOOK[@DATE]` names."""
    match = re.fullmatch(r"(.+)@([0-9]{4}-[0-9]{2}-[0-9]{2})", text)
    if not match:
        return load_rulebook(text).at(today())
    try:
        day = date.fromisoformat(match[2])
    except ValueError as error:
        raise DataError(f"{text}: {error}; write the day as 2018-09-24") from None
    return load_rulebook(match[1]).at(day)
