"""The one engine behind every front end: who, an event and the moment in, replies out."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from msgspec.structs import replace

from bot.dialog import account, filing_actions, forms, handouts
from bot.dialog.actions import parse_ask, split_action
from bot.dialog.conversation import Conversation, dump_conversation, load_conversation
from bot.dialog.model import Card, Event, Message, OtherKind, Press, Replies, Reply, Who
from bot.dialog.responding import context_after
from bot.dialog.staff import STAFF_COMMANDS
from bot.dialog.turn import Command, Services, Turn
from bot.errors import StoreError
from bot.filings.person import Person
from bot.store.interface import ConversationKey
from bot.texts import Html
from bot.understanding.model import Ask, Slots, Topic, TrackLine, Understood

log = logging.getLogger(__name__)

KINDS = frozenset({"photo", "voice", "audio", "video", "video_note", "sticker", "document", "location", "contact"})
"""The other kinds of messages that get an answer of their own."""


class Engine:
    """Replies to people. Safe to use from several tasks at once, as long as one person's events come one by one."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._unsaved: dict[ConversationKey, asyncio.Task[None]] = {}

    async def close(self) -> None:
        """Wait for what is being stored."""
        await asyncio.gather(*self._unsaved.values())

    async def handle(self, who: Who, event: Event, now: datetime) -> Replies:
        """Return the replies to one event, everything that it changes stored."""
        key = ConversationKey(who.chat_id, who.user_id)
        if key in self._unsaved:
            await self._unsaved[key]
        person, record = await self.services.store.open_chat(key)
        known = person or Person(who.chat_id)
        before = load_conversation(record)
        turn = Turn(self.services, who, now, known, before.fresh(now))
        replies = await _reply(turn, event)
        if not turn.forgotten:
            await self._keep(turn, key, known, before)
        return replies

    async def cards(self, query: str, language_code: str | None, now: datetime) -> list[Card]:
        """Return what can be handed out for an inline query."""
        return handouts.cards(self.services, query, language_code, now)

    async def failure(self, who: Who) -> Reply:
        """Return the one sentence for a person whose event could not be handled. Needs no database."""
        return Reply(self.services.texts(Person(who.chat_id), who.language_code)("error.sorry"))

    def commands(self, locale: str) -> list[tuple[str, str]]:
        """Return the commands with their descriptions in `locale`."""
        texts = self.services.catalogs[locale]
        return [(name, texts(f"command.{name}")) for name in COMMANDS]

    @property
    def locales(self) -> tuple[str, ...]:
        """The locales there are, the source's first."""
        return self.services.catalogs.locales

    async def _keep(self, turn: Turn, key: ConversationKey, person: Person, before: Conversation) -> None:
        """Store what has changed. The reply does not wait for a mere change of subject: a crash may lose that."""
        if turn.person != person:
            await turn.store.save_person(turn.person)
        after = replace(turn.conversation, touched_at=turn.now)
        if after.form or before.form or after.forms != before.forms:
            await turn.store.save_conversation(key, dump_conversation(after), turn.now)
        elif after.context or before.context:
            task = asyncio.create_task(self._save_later(key, dump_conversation(after), turn.now))
            self._unsaved[key] = task
            task.add_done_callback(lambda _: self._unsaved.pop(key, None))

    async def _save_later(self, key: ConversationKey, record: str, now: datetime) -> None:
        try:
            await self.services.store.save_conversation(key, record, now)
        except StoreError as error:
            log.warning("the subject of a conversation could not be stored: %s", error)


async def _reply(turn: Turn, event: Event) -> Replies:
    match event:
        case Message(text):
            return await _message(turn, text.strip())
        case Press(data):
            return await _press(turn, data)
        case OtherKind(kind):
            return [Reply(turn.texts(f"other.{kind}" if kind in KINDS else "other.any"))]


async def _message(turn: Turn, text: str) -> Replies:
    command = _command_of(turn, text)
    if command:
        name, args = command
        if name in COMMANDS:
            return await COMMANDS[name](turn, args)
        if name in STAFF_COMMANDS and await turn.is_staff():
            return await STAFF_COMMANDS[name](turn, args)
        return [Reply(turn.texts("command.unknown", command=f"/{name}"))]
    understood = _understand(turn, text)
    answered = await forms.read_answer(turn, text, understood) if not understood.sensitive else None
    if answered is not None:
        return answered
    replies = await _topic(turn, text, understood)
    question = forms.ask_again(turn)
    return [*replies, question] if question else replies


def _understand(turn: Turn, text: str) -> Understood:
    understood = turn.services.understanding.read(text, turn.now, turn.zone, turn.conversation.context)
    turn.written_in(understood.locale)
    return understood


def _command_of(turn: Turn, text: str) -> tuple[str, str] | None:
    """Return a command's name and what follows it; the keyboard below the chat writes commands in words."""
    if text.startswith("/") and len(text) > 1:
        name, _, args = text[1:].partition(" ")
        return name.partition("@")[0].lower(), args.strip()
    word = turn.services.menu_words.get(text)
    return (word, "") if word else None


async def _topic(turn: Turn, text: str, understood: Understood) -> Replies:
    """Answer a question, or do what a message asks for in words."""
    first = understood.asks[0]
    turn.conversation = replace(turn.conversation, context=context_after(understood))
    if len(understood.asks) == 1 and not understood.sensitive:
        if first.topic is Topic.TRACK:
            return await _track(turn, text)
        if first.topic in _IN_WORDS:
            return await _IN_WORDS[first.topic](turn, "")
        if first.topic is Topic.TIME_LEFT and not first.slots.moments:
            tracked = await turn.store.filings_of(turn.who.chat_id, open_only=True)
            if tracked:
                return await filing_actions.show_filings(turn)
    return [_answer(turn, understood)]


def _answer(turn: Turn, understood: Understood) -> Reply:
    response = turn.services.responder.respond(understood, turn.texts, now=turn.now, zone=turn.zone)
    return Reply(response.text, response.buttons)


# Commands


async def _start(turn: Turn, payload: str) -> Replies:
    welcome = Reply(turn.texts("start.welcome"), menu=account.menu(turn))
    asked = handouts.read_payload(payload, turn.services.provinces)
    return [welcome, *(await _ask(turn, asked) if asked else [])]


async def _help(turn: Turn, _: str) -> Replies:
    names = [*COMMANDS, *(STAFF_COMMANDS if await turn.is_staff() else ())]
    commands = "\n".join(f"/{name} {turn.texts(f'command.{name}')}" for name in names)
    return [Reply(Html(f"{turn.texts('help.text')}\n\n{commands}"), menu=account.menu(turn))]


async def _track(turn: Turn, args: str) -> Replies:
    understanding = turn.services.understanding
    turn.written_in(understanding.read(args, turn.now, turn.zone).locale if args else None)
    return await forms.begin_tracking(turn, understanding.track_line(args, turn.now, turn.zone))


async def _filings(turn: Turn, _: str) -> Replies:
    return await filing_actions.show_filings(turn)


async def _privacy(turn: Turn, _: str) -> Replies:
    return await account.privacy(turn)


async def _export(turn: Turn, _: str) -> Replies:
    return await account.export(turn)


async def _forget(turn: Turn, _: str) -> Replies:
    return await account.forget(turn)


async def _cancel(turn: Turn, _: str) -> Replies:
    was_open = turn.conversation.form is not None
    turn.conversation = Conversation(forms=turn.conversation.forms)
    return [Reply(turn.texts("form.cancelled" if was_open else "form.nothing_open"), menu=account.menu(turn))]


COMMANDS: Mapping[str, Command] = {
    "start": _start,
    "help": _help,
    "track": _track,
    "filings": _filings,
    "link": handouts.link,
    "language": account.language,
    "settings": account.show_settings,
    "privacy": _privacy,
    "export": _export,
    "forget": _forget,
    "cancel": _cancel,
}
"""Every command for everybody, in the order in which they are listed to people."""

_IN_WORDS: Mapping[Topic, Command] = {
    Topic.FILINGS: _filings,
    Topic.LANGUAGE: account.language,
    Topic.SETTINGS: account.show_settings,
    Topic.PRIVACY: _privacy,
    Topic.HELP: _help,
}


# Buttons


async def _press(turn: Turn, data: str) -> Replies:
    """Do what a button says; one of an earlier version, or made by hand, is told to be outdated."""
    name, *args = split_action(data)
    if name == "ask":
        asked = _asked_by(turn, data)
        return await _ask(turn, asked) if asked else [_outdated(turn)]
    if name not in BUTTONS:
        return [_outdated(turn)]
    return await BUTTONS[name](turn, args)


def _asked_by(turn: Turn, data: str) -> Ask | None:
    try:
        asked = parse_ask(data)
    except ValueError:
        return None
    return asked if turn.services.provinces.issuperset(asked.slots.provinces) else None


def _outdated(turn: Turn) -> Reply:
    return Reply(turn.texts("button.outdated"), notice=True)


async def _ask(turn: Turn, ask: Ask) -> Replies:
    understood = Understood((ask,), locale=None)
    turn.conversation = replace(turn.conversation, context=context_after(understood))
    if ask.topic in _IN_WORDS:
        return await _IN_WORDS[ask.topic](turn, "")
    if ask.topic is Topic.TRACK:
        return await forms.begin_tracking(turn, TrackLine(ask.slots))
    return [_answer(turn, understood)]


async def _press_track(turn: Turn, args: list[str]) -> Replies:
    slots = handouts.read_payload("-".join(args), turn.services.provinces)
    return await forms.begin_tracking(turn, TrackLine(slots.slots if slots else Slots()))


async def _press_form(turn: Turn, args: list[str]) -> Replies:
    number, verb, value = [*args, "", "", ""][:3]
    return await forms.press(turn, number, verb, value)


async def _press_filing(turn: Turn, args: list[str]) -> Replies:
    id_, verb, value = [*args, "", "", ""][:3]
    return await filing_actions.press(turn, id_, verb, value)


def _with_value(command: Command) -> Callable[[Turn, list[str]], Awaitable[Replies]]:
    """Return a command as a button's: what the button carries is its argument."""

    async def pressed(turn: Turn, args: list[str]) -> Replies:
        return await command(turn, args[0] if args else "")

    return pressed


BUTTONS: Mapping[str, Callable[[Turn, list[str]], Awaitable[Replies]]] = {
    "track": _press_track,
    "form": _press_form,
    "filing": _press_filing,
    "filings": _with_value(_filings),
    "help": _with_value(_help),
    "settings": _with_value(account.show_settings),
    "language": _with_value(account.language),
    "zone": _with_value(account.zone),
    "quiet": _with_value(account.quiet),
    "export": _with_value(_export),
    "forget": _with_value(account.forget),
}
"""What a button's action begins with, and what it does."""
