"""People and groups, for tests to act as."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tests.emulator.chats import ChatState
from tests.emulator.content import message_text
from tests.emulator.html import utf16_length
from tests.emulator.inline import result_content
from tests.emulator.messages import BotMessage, Key, document_json
from tests.emulator.params import File
from tests.emulator.world import CallbackQuery, InlineQuery, World

if TYPE_CHECKING:
    from tests.emulator.server import BotApi

START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
LONGEST_MESSAGE = 4096
_ENTITY = re.compile(r"(?<![\w/@])(?:(/[A-Za-z0-9_]{1,32}(?:@\w+)?)|(@[A-Za-z]\w{3,31}))")
_DATE = 1_800_000_000
"""The date that messages bear; the bot under test has its own clock."""


def private_chat(world: World, user_id: int, *, started: bool) -> ChatState:
    """Return the chat of a person with the bot."""
    chat = world.chats.by_id.get(user_id)
    if chat is None:
        chat = world.chats.open(user_id, "private", {"first_name": f"User {user_id}"})
        chat.started = started
        chat.members.add(user_id)
    return chat


@dataclass(eq=False, slots=True)
class Seen:
    """What can be watched in a chat."""

    api: "BotApi"
    chat: ChatState

    @property
    def messages(self) -> list[BotMessage]:
        """The bot's messages in the chat, as they are now."""
        return list(self.chat.messages.values())

    @property
    def unread(self) -> list[BotMessage]:
        """The bot's messages that `reply` has not returned yet."""
        return list(self.chat.fresh)

    async def reply(self) -> BotMessage:
        """Return the next new message of the bot, waiting for it; edits are not among them."""
        await self.api.wait_for(lambda: self.chat.fresh, f"a reply in chat {self.chat.id}")
        return self.chat.fresh.popleft()

    async def edit(self) -> BotMessage:
        """Return the next edit of a message of the bot, waiting for it."""
        await self.api.wait_for(lambda: self.chat.changed, f"an edit in chat {self.chat.id}")
        return self.chat.changed.popleft()


@dataclass(eq=False, slots=True)
class Group(Seen):
    """A group with the bot in it."""

    async def migrate(self, new_chat_id: int) -> "Group":
        """Become a supergroup with a new number."""
        new = self.api.group(new_chat_id, title=self.chat.profile["title"], supergroup=True)
        new.chat.members |= self.chat.members
        self.chat.moved_to = new_chat_id
        _push_message(self.api.world, self.chat, None, {"migrate_to_chat_id": new_chat_id})
        _push_message(self.api.world, new.chat, None, {"migrate_from_chat_id": self.chat.id})
        return new

    def join(self, person: "Person") -> None:
        """Let somebody in."""
        self.chat.members.add(person.id)

    def leave(self, person: "Person") -> None:
        """Let somebody out, whatever they were here."""
        self.chat.members.discard(person.id)
        self.chat.ranks.pop(person.id, None)

    def rank(self, person: "Person", status: str, *, is_member: bool = True) -> None:
        """Make somebody `creator`, `administrator`, `restricted` (perhaps no member any more) or `kicked`."""
        self.chat.ranks[person.id] = {"status": status} | _RANKS[status](is_member)

    async def kick_bot(self, by: "Person") -> None:
        """Throw the bot out."""
        self.chat.kicked = True
        _push_membership(self.api.world, self.chat, by.profile, "member", "kicked")


@dataclass(eq=False, slots=True)
class Person(Seen):
    """A person; the chat is the private one with the bot, and `at` names another."""

    id: int
    language_code: str | None
    sent: list[int] = field(default_factory=list)
    """The numbers of the messages that this person sent, through this object."""

    @property
    def profile(self) -> dict[str, Any]:
        """The person as updates name them."""
        user = {"id": self.id, "is_bot": False, "first_name": f"User {self.id}"}
        return user if self.language_code is None else user | {"language_code": self.language_code}

    async def send(self, text: str, *, at: Seen | None = None, reply_to: BotMessage | None = None) -> int | None:
        """Say something; return the update's id, None if the bot does not want messages."""
        if not 1 <= utf16_length(text) <= LONGEST_MESSAGE:
            raise ValueError("a client sends such a text in parts")
        content: dict[str, Any] = {"text": text}
        entities = _entities(text)
        if entities:
            content["entities"] = entities
        return self._say(content, at, reply_to)

    async def start(self, payload: str = "") -> int | None:
        """Open the bot by its link `t.me/BOT?start=payload`, or by the start button."""
        if payload and not START_PAYLOAD.fullmatch(payload):
            raise ValueError(f"Telegram opens no link with the payload {payload!r}")
        self.chat.started = True
        return await self.send(f"/start {payload}".rstrip())

    async def edits(self, text: str, *, at: Seen | None = None) -> int | None:
        """Change the last message that this person sent."""
        content = {"text": text, "entities": _entities(text), "edit_date": _DATE}
        chat = (at or self).chat
        return _push_message(
            self.api.world, chat, self.profile, content, kind="edited_message", message_id=self.sent[-1]
        )

    async def send_other(self, kind: str, *, caption: str = "", at: Seen | None = None) -> int | None:
        """Send something that is not text: `photo`, `voice`, `sticker`, `location`, …"""
        content = {kind: _OTHER_KINDS[kind]}
        if caption:
            content |= {"caption": caption, "caption_entities": _entities(caption)}
        return self._say(content, at, None)

    async def send_photo(self, caption: str = "") -> int | None:
        """Send a picture."""
        return await self.send_other("photo", caption=caption)

    async def send_document(self, name: str, content: bytes, media_type: str = "text/csv") -> int | None:
        """Send a file; the bot can fetch it."""
        file, file_id = File(name, content, media_type), f"theirs-{len(self.api.world.files) + 1}"
        self.api.world.files[file_id] = file
        return self._say({"document": document_json(file, file_id)}, None, None)

    async def press(self, label: str, *, on: BotMessage | None = None, at: Seen | None = None) -> str:
        """Press the button that says `label`: on a message, else on the last that has it, else on the menu.

        Returns the press's id. Pressing a key of the menu says its text, and returns an empty string.
        """
        chat = (at or self).chat
        message = on or chat.latest_with(label)
        if message is None and any(label in row for row in chat.menu):
            await self.send(label, at=at)
            return ""
        key = message.key(label) if message else None
        if message is None or key is None:
            have = [message.labels for message in chat.messages.values()]
            raise LookupError(f"no button says {label!r}; there are {have} and the menu {chat.menu}")
        return self._press(message, key)

    async def press_data(self, data: str, *, on: BotMessage) -> str:
        """Press a button of an older build of the bot, which carried `data`."""
        return self._press(on, Key(data, data))

    def _press(self, message: BotMessage, key: Key) -> str:
        if key.data is None:
            raise LookupError(f"{key.label!r} is not for the bot: it opens {key.url or key.switch_inline!r}")
        world, press_id = self.api.world, str(len(self.api.world.presses) + 1)
        query: dict[str, Any] = {"id": press_id, "from": self.profile, "chat_instance": "1", "data": key.data}
        if message.inline_id is not None:
            query["inline_message_id"] = message.inline_id
        elif message.message_id in world.chats.find(message.chat_id).messages:
            chat = world.chats.find(message.chat_id)
            query["message"] = message.to_json(chat.to_json(), world.bot, _DATE)
        else:
            chat = world.chats.find(message.chat_id)
            query["message"] = {"chat": chat.to_json(), "message_id": message.message_id, "date": 0}
        world.presses[press_id] = CallbackQuery(press_id, message.chat_id, self.id)
        world.updates.push("callback_query", query)
        return press_id

    async def notice(self, press_id: str) -> str:
        """Return the line that the bot shows for a press, empty if it only ends the waiting."""
        press = self.api.world.presses[press_id]
        answer = await self.api.wait_for(lambda: press.answer, f"an answer to press {press_id}")
        return str(answer.get("text", ""))

    async def inline(self, query: str) -> list[dict[str, Any]]:
        """Type `@bot query` in some chat; return the results."""
        world, query_id = self.api.world, str(len(self.api.world.inline_queries) + 1)
        asked = world.inline_queries[query_id] = InlineQuery(query_id, self.id)
        world.updates.push("inline_query", {"id": query_id, "from": self.profile, "query": query, "offset": ""})
        answer = await self.api.wait_for(lambda: asked.answer, f"results for {query!r}")
        return list(answer["results"])

    async def choose(self, result: dict[str, Any]) -> BotMessage:
        """Send one of the results into some chat; return the message, whose buttons can be pressed."""
        chats = self.api.world.chats
        inline_id = f"inline-{len(chats.inline) + 1}"
        formatted = message_text(result_content(result))
        html = result["input_message_content"]["message_text"]
        message = BotMessage(0, 0, formatted.text, html, formatted.entities, result.get("reply_markup"))
        chats.inline[inline_id] = replace(message, inline_id=inline_id)
        return chats.inline[inline_id]

    async def block(self) -> None:
        """Stop the bot."""
        self.chat.blocked = True
        _push_membership(self.api.world, self.chat, self.profile, "member", "kicked")

    async def unblock(self) -> None:
        """Let the bot write again."""
        self.chat.blocked = False
        _push_membership(self.api.world, self.chat, self.profile, "kicked", "member")

    def deactivate(self) -> None:
        """Delete the account."""
        self.chat.deactivated = True

    def forget_message(self, message: BotMessage) -> None:
        """Delete a message of the bot."""
        del self.chat.messages[message.message_id]

    def let_presses_expire(self) -> None:
        """Make every press until now too old to be answered."""
        for press in self.api.world.presses.values():
            press.too_old = True

    def _say(self, content: dict[str, Any], at: Seen | None, reply_to: BotMessage | None) -> int | None:
        world, chat = self.api.world, (at or self).chat
        chat.members.add(self.id)
        if reply_to is not None:
            quoted = reply_to.to_json(chat.to_json(), world.bot, _DATE)
            content = content | {"reply_to_message": {key: quoted[key] for key in quoted if key != "reply_markup"}}
        message_id = world.chats.next_message_id()
        self.sent.append(message_id)
        return _push_message(world, chat, self.profile, content, message_id=message_id)


def _push_message(
    world: World,
    chat: ChatState,
    sender: dict[str, Any] | None,
    content: dict[str, Any],
    *,
    kind: str = "message",
    message_id: int | None = None,
) -> int | None:
    number = message_id or world.chats.next_message_id()
    chat.theirs.add(number)
    message = {"message_id": number, "date": _DATE, "chat": chat.to_json()} | content
    return world.updates.push(kind, message if sender is None else message | {"from": sender})


def _push_membership(world: World, chat: ChatState, by: dict[str, Any], before: str, after: str) -> None:
    def member(status: str) -> dict[str, Any]:
        return {"user": world.bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})

    change = {"chat": chat.to_json(), "from": by, "date": _DATE}
    world.updates.push("my_chat_member", change | {"old_chat_member": member(before), "new_chat_member": member(after)})


def _entities(text: str) -> list[dict[str, Any]]:
    return [
        {
            "type": "bot_command" if match[1] else "mention",
            "offset": utf16_length(text[: match.start()]),
            "length": utf16_length(match[0]),
        }
        for match in _ENTITY.finditer(text)
    ]


_RIGHTS = (
    "can_be_edited can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members can_promote_members "
    "can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
)
_PERMISSIONS = (
    "can_send_messages can_send_audios can_send_documents can_send_photos can_send_videos can_send_video_notes "
    "can_send_voice_notes can_send_polls can_send_other_messages can_add_web_page_previews can_react_to_messages "
    "can_edit_tag can_change_info can_invite_users can_pin_messages can_manage_topics"
)
_RANKS: dict[str, Callable[[bool], dict[str, Any]]] = {
    "creator": lambda _: {"is_anonymous": False},
    "administrator": lambda _: dict.fromkeys(_RIGHTS.split(), True) | {"is_anonymous": False},
    "restricted": lambda is_member: (
        dict.fromkeys(_PERMISSIONS.split(), False) | {"is_member": is_member, "until_date": 0}
    ),
    "kicked": lambda _: {"until_date": 0},
}
"""What `getChatMember` tells with a status, beside the user."""

_FILE: dict[str, Any] = {"file_id": "f", "file_unique_id": "u", "file_size": 1000}
_OTHER_KINDS: dict[str, Any] = {
    "photo": [_FILE | {"width": 90, "height": 90}],
    "voice": _FILE | {"duration": 3},
    "audio": _FILE | {"duration": 3},
    "video": _FILE | {"width": 90, "height": 90, "duration": 3},
    "video_note": _FILE | {"length": 90, "duration": 3},
    "animation": _FILE | {"width": 90, "height": 90, "duration": 3},
    "sticker": _FILE
    | {"width": 512, "height": 512, "is_animated": False, "is_video": False, "type": "regular", "emoji": "👍"},
    "document": _FILE | {"file_name": "a.pdf", "mime_type": "application/pdf"},
    "location": {"latitude": 36.06, "longitude": 103.83},
    "contact": {"phone_number": "10086", "first_name": "A"},
    "dice": {"emoji": "🎲", "value": 3},
}
