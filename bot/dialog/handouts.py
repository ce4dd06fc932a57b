"""What support teams hand out: cards for inline mode, texts to forward, links that open the bot in the right place."""

from collections.abc import Sequence
from datetime import datetime

from bot.dialog.answers import answer, compose
from bot.dialog.model import Button, Card, Replies, Reply, Rows
from bot.dialog.responding import respond
from bot.dialog.turn import Services, Turn
from bot.filings.person import Person
from bot.rules.model import FilingType, RuleState
from bot.texts import Html, Texts, plain
from bot.understanding.model import Ask, Slots, Topic

CARDS = 20
"""Cards offered for one query; the Bot API takes 50, nobody scrolls so far."""

GENERAL = (Topic.STEPS, Topic.VALIDITY, Topic.NOT_RECEIVED, Topic.TARGETS, Topic.FORM, Topic.NOT_FOUND, Topic.EXPIRED)
"""What is offered for an empty query, before the provinces."""


def start_payload(slots: Slots, topic: Topic | None = None) -> str:
    """Return what a deep link carries: province, filing type and topic, whichever there are, joined by `-`."""
    return "-".join([*slots.provinces[:1], *slots.filing_types[:1], *([topic] if topic else [])])


def read_payload(payload: str, provinces: frozenset[str]) -> Ask | None:
    """Return what a deep link asks; None for a payload that names nothing known."""
    parts = payload.split("-") if payload else []
    found = tuple(part for part in parts if part in provinces)
    types = tuple(FilingType(part) for part in parts if part in set(FilingType))
    topics = [Topic(part) for part in parts if part in set(Topic)]
    if not (found or types or topics):
        return None
    topic = topics[0] if topics else Topic.PROVINCE if found else Topic.TARGETS
    return Ask(topic, Slots(provinces=found, filing_types=types))


def deep_link(services: Services, payload: str) -> str | None:
    """Return the address that opens the bot; None while its name is not known."""
    return f"https://t.me/{services.bot_username}?start={payload}" if services.bot_username else None


async def link(turn: Turn, args: str) -> Replies:
    """Give the portal, the bot's link and a text ready to forward, for a province and perhaps a filing type."""
    understanding, texts = turn.services.understanding, turn.texts
    provinces, types = understanding.find_provinces(args), understanding.find_filing_types(args)
    if not provinces:
        return [Reply(texts("link.usage"))]
    slots = Slots(provinces=tuple(provinces), filing_types=tuple(types[:1]))
    url = deep_link(turn.services, start_payload(slots))
    lines: list[str] = [texts("link.bot", url=url)] if url else []
    lines += [_where(turn, province) for province in provinces]
    forward = _forward(slots, turn.rules, texts, turn.now, turn.services)
    rows: Rows = ((Button(texts("button.choose_chat"), inline_query=args.strip()),),)
    return [Reply("\n".join(lines), rows), Reply(f"{forward}\n{texts('link.remind', url=url)}" if url else forward)]


def _where(turn: Turn, province: str) -> str:
    """Return the province's portal, or that it needs none."""
    portal = turn.rules.portal(province)
    if portal is None:
        ask = Ask(Topic.NEED, Slots(provinces=(province,)))
        return answer(ask, turn.rules, turn.texts, now=turn.now, zone=turn.zone).text
    name = turn.texts(f"province.{province}")
    return turn.texts("link.portal", province=name, url=portal.page or portal.url, shown=portal.shown)


def _forward(slots: Slots, rules: RuleState, texts: Texts, now: datetime, services: Services) -> Html:
    """Return what a customer needs: where, who, and until when."""
    zone = services.defaults.zone
    asks = [Ask(Topic.PROVINCE, Slots(provinces=slots.provinces))]
    if any(rules.needs_verification(province) for province in slots.provinces):
        asks += [Ask(Topic.TARGETS, slots)] if slots.filing_types else []
        asks.append(Ask(Topic.VALIDITY))
    return compose([answer(ask, rules, texts, now=now, zone=zone) for ask in asks], rules, texts)


def cards(services: Services, query: str, language_code: str | None, now: datetime) -> list[Card]:
    """Return the cards for an inline query, the likeliest first. In the language of the query, else of the client."""
    understood = services.understanding.read(query, now, services.defaults.zone) if query.strip() else None
    person = Person(0, detected=understood.locale if understood else None)
    texts = services.texts(person, language_code)
    rules = services.rulebook.at_moment(now)
    provinces = services.understanding.find_provinces(query)
    types = services.understanding.find_filing_types(query)
    made: list[Card] = []
    if understood and understood.asks[0].topic is not Topic.PROVINCE:
        response = respond(understood, services.rulebook, texts, now=now, zone=services.defaults.zone)
        if response.factual:
            slots = understood.asks[0].slots
            made.append(_card(services, "answer", query.strip(), response.text, slots, rules, texts))
    for province in provinces:
        slots = Slots(provinces=(province,), filing_types=tuple(types[:1]))
        title = texts("card.province", province=texts(f"province.{province}"))
        text = _forward(slots, rules, texts, now, services)
        made.append(_card(services, f"province-{province}", title, text, slots, rules, texts))
    asks = [Ask(Topic.TARGETS, Slots(filing_types=(type_,))) for type_ in types]
    if not made and not asks:
        asks = [Ask(topic) for topic in GENERAL]
        asks += [Ask(Topic.PROVINCE, Slots(provinces=(p,))) for batch in rules.batches for p in batch.provinces]
    for ask in asks[: CARDS - len(made)]:
        said = answer(ask, rules, texts, now=now, zone=services.defaults.zone)
        text = compose([said], rules, texts)
        made.append(_card(services, _card_id(ask), _card_title(ask, texts), text, ask.slots, rules, texts))
    return made


def _card_id(ask: Ask) -> str:
    return "-".join(["topic", ask.topic, *ask.slots.provinces, *ask.slots.filing_types])


def _card_title(ask: Ask, texts: Texts) -> str:
    if ask.slots.provinces:
        return texts("card.province", province=texts(f"province.{ask.slots.provinces[0]}"))
    if ask.slots.filing_types:
        return texts("card.targets", type=texts(f"filing_type.{ask.slots.filing_types[0]}"))
    return texts(f"topic.{ask.topic}")


def _card(services: Services, id_: str, title: str, text: Html, slots: Slots, rules: RuleState, texts: Texts) -> Card:
    lines = plain(text).splitlines()
    return Card(id_[:64], title, lines[0] if lines else "", text, _links(services, slots, rules, texts))


def _links(services: Services, slots: Slots, rules: RuleState, texts: Texts) -> Rows:
    """Return buttons that work in any chat: the portal, and the bot itself."""
    portals = {portal.page or portal.url for province in slots.provinces if (portal := rules.portal(province))}
    buttons: Sequence[Button] = (
        [Button(texts("button.portal"), url=url) for url in portals] if len(portals) == 1 else []
    )
    url = deep_link(services, start_payload(slots))
    return tuple((button,) for button in [*buttons, *([Button(texts("button.open_bot"), url=url)] if url else [])])
