"""Judging: what is understood or answered otherwise than it should be."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.dialog.ask import Asker
from bot.rules.load import province_ids
from bot.rules.model import FilingType, RuleState
from bot.texts import load_catalogs
from bot.texts.html import plain
from bot.understanding import Understanding
from bot.understanding.language import SIMPLIFIED, TRADITIONAL
from bot.understanding.model import Context, Understood
from bot.understanding.normal import Normaliser
from tests.evaluation.questions import Question

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=ZONE)
LONGEST = {"zh_Hans": 700, "zh_Hant": 700, "en": 1500}
"""Characters of an answer: it is not the whole manual."""
NOBODY_VERIFIES = re.compile(
    "不在试点|不在試點|不需要短信核验|不需要簡訊核驗|不需要短信核驗|暂不验证|暫不驗證"
    "|not in the pilot|no SMS verification"
)
"""What an answer says where nobody needs to verify."""

_CANCELLATIONS = re.compile(r"^.*(?:取消接入|cancel access).*$", re.MULTILINE)
"""Lines that tell all types of which nobody verifies: true whatever is asked."""

_normal = Normaliser()
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_HOST = re.compile(r"[a-z0-9.-]+\.(?:gov\.)?cn")
_SECRET = re.compile(r"(?<![0-9])[0-9]{6,18}(?![0-9])")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question: the topics it was understood as, the reply, how sure it was, and what is wrong.

    `grave`: what would cost somebody the filing, or give away a secret.
    """

    question: Question
    topics: tuple[str, ...]
    reply: str
    confidence: float
    faults: tuple[str, ...]
    grave: tuple[str, ...]


def evaluate(questions: Iterable[Question], asker: Asker) -> list[Outcome]:
    """Put the questions, and return what became of each."""
    outcomes = []
    for question in questions:
        understood = read(asker.understanding, question)
        reply = plain(asker.ask(question.text, question.turns, now=NOW).text_html)
        faults = [*faults_of(question, understood), *(f"answer: {fault}" for fault in reply_faults(question, reply))]
        grave = grave_faults(question, reply, asker)
        topics = tuple(one.topic.value for one in understood.asks)
        outcomes.append(Outcome(question, topics, reply, understood.confidence, (*faults, *grave), tuple(grave)))
    return outcomes


def read(understanding: Understanding, question: Question) -> Understood:
    """Return how a question is understood after its turns."""
    context: Context | None = None
    for turn in question.turns:
        earlier = understanding.read(turn, NOW, ZONE, context)
        context = Context(earlier.asks[-1].topic, earlier.asks[-1].slots)
    return understanding.read(question.text, NOW, ZONE, context)


def faults_of(question: Question, understood: Understood) -> list[str]:
    """Return what is not understood as labelled."""
    faults = []
    topics = [ask.topic.value for ask in understood.asks]
    fits = len(topics) == len(question.topics)
    if not fits or any(topic not in right for topic, right in zip(topics, question.topics, strict=True)):
        faults.append(f"topics {', '.join(topics)}")
    for name, wanted in question.slots.items():
        found = [getattr(ask.slots, name) for ask in understood.asks]
        if not _says(name, wanted, found):
            faults.append(f"{name} {found}")
    faults += wrong_provinces(question, understood)
    if understood.sensitive != question.sensitive:
        faults.append(f"sensitive {understood.sensitive}")
    if understood.locale not in (None, question.language) and not _either_script(question, understood.locale):
        faults.append(f"locale {understood.locale}")
    return faults


def wrong_provinces(question: Question, understood: Understood) -> list[str]:
    """Return the provinces that the message does not name."""
    if any("out_of_scope" in topics for topics in question.topics):
        return []
    named = set(question.slots.get("provinces", ()))
    extra = {province for ask in understood.asks for province in ask.slots.provinces} - named
    return [f"wrong provinces {sorted(extra)}"] if extra else []


def _says(name: str, wanted: Any, found: Sequence[Any]) -> bool:
    if name == "moments":
        return any(len(moments) >= wanted for moments in found)
    if isinstance(wanted, list):
        together = {str(value) for values in found for value in values}
        return together == {str(value) for value in wanted}
    return any(str(value) == str(wanted) for value in found)


def _either_script(question: Question, locale: str) -> bool:
    """Whether nothing in the question tells one script from the other."""
    return {question.language, locale} == {SIMPLIFIED, TRADITIONAL} and not _normal(question.text).traditional


def reply_faults(question: Question, reply: str) -> list[str]:
    """Return which checks of a question its answer fails; `reply` is plain text."""
    text = _squeezed(reply)
    faults = ["no reply"] if not text else []
    if len(reply) > LONGEST[question.language]:
        faults.append(f"{len(reply)} characters")
    faults += [f"lacks {want!r}" for want in question.wanted if _squeezed(want) not in text]
    faults += [
        f"none of {', '.join(group[:4])} …"
        for group in question.one_of
        if not any(_squeezed(one) in text for one in group)
    ]
    return faults + [f"holds {ban!r}" for ban in question.banned if _squeezed(ban) in text]


def grave_faults(question: Question, reply: str, asker: Asker) -> list[str]:
    """Return what may never happen: the page of another province, a wrong "nobody verifies", a secret repeated."""
    state = asker.rulebook.at_moment(NOW)
    told = {province for turn in question.turns for province in asker.understanding.find_provinces(turn)}
    faults = []
    if "out_of_scope" not in question.topics[0]:
        right = {_host(portal.url) for province in _about(question, state) | told if (portal := state.portal(province))}
        pages = {_host(fact.value.url) for fact in state.portals.values()}
        faults += [f"grave: the page {host}" for host in set(_HOST.findall(reply)) & pages - right]
    types = [FilingType(name) for name in question.slots.get("filing_types", ())]
    all_verify = all(map(state.needs_verification, question.provinces)) and all(map(state.contacts_to_verify, types))
    others = _lines_of_others(_CANCELLATIONS.sub("", reply), state)
    if (question.provinces or types) and all_verify and "on" not in question.slots and NOBODY_VERIFIES.search(others):
        faults.append("grave: says that nobody verifies")
    if question.sensitive:
        secrets = _SECRET.findall(unicodedata.normalize("NFKC", question.text))
        faults += [f"grave: repeats {len(secret)} digits" for secret in secrets if secret in reply]
    return faults


def _lines_of_others(reply: str, state: RuleState) -> str:
    """Return the reply without the lines that name a province of which it is true that nobody verifies."""
    outside = [name for id_ in province_ids() if not state.needs_verification(id_) for name in _province_names(id_)]
    return "\n".join(line for line in reply.splitlines() if not any(name in line for name in outside))


@cache
def _province_names(id_: str) -> tuple[str, ...]:
    return tuple(plain(texts(f"province.{id_}")) for texts in load_catalogs().by_locale.values())


def _about(question: Question, state: RuleState) -> set[str]:
    """Return the provinces that a question names, or that are in a batch that it names."""
    numbers, day = question.slots.get("batches", ()), question.slots.get("on")
    batches = [one for one in state.batches if one.number in numbers or str(one.starts) == day]
    return {*question.provinces, *(province for batch in batches for province in batch.provinces)}


def _host(url: str) -> str:
    return url.split("/")[2]


def _squeezed(text: str) -> str:
    plainer = unicodedata.normalize("NFKC", text).translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'})
    return re.sub(r"\s+", "", _INVISIBLE.sub("", plainer).lower())
