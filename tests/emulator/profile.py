"""What the bot tells about itself: commands, descriptions, the menu button."""

import re
from typing import Any

from tests.emulator.errors import bad_request
from tests.emulator.params import Params
from tests.emulator.world import World

COMMANDS = 100
COMMAND_DESCRIPTION = 256
TEXT_LENGTHS = {"name": 64, "description": 512, "short_description": 120}
SCOPES = {
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
}


async def set_my_commands(world: World, params: Params) -> bool:
    """The commands of one scope and language."""
    commands = params.json("commands", "commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands JSON object")
    if len(commands) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    place = _scope(params), _language(params)
    world.commands[place] = [_command(command) for command in commands]
    world.changed()
    return True


async def get_my_commands(world: World, params: Params) -> list[dict[str, str]]:
    """The commands of exactly this scope and language."""
    return world.commands.get((_scope(params), _language(params)), [])


async def delete_my_commands(world: World, params: Params) -> bool:
    """No commands for this scope and language."""
    world.commands.pop((_scope(params), _language(params)), None)
    world.changed()
    return True


async def set_my_name(world: World, params: Params) -> bool:
    """The bot's name."""
    return _set_text(world, params, "name")


async def set_my_description(world: World, params: Params) -> bool:
    """What an empty chat with the bot shows."""
    return _set_text(world, params, "description")


async def set_my_short_description(world: World, params: Params) -> bool:
    """What the bot's profile shows."""
    return _set_text(world, params, "short_description")


async def get_my_name(world: World, params: Params) -> dict[str, str]:
    """The bot's name."""
    return _get_text(world, params, "name")


async def get_my_description(world: World, params: Params) -> dict[str, str]:
    """What an empty chat with the bot shows."""
    return _get_text(world, params, "description")


async def get_my_short_description(world: World, params: Params) -> dict[str, str]:
    """What the bot's profile shows."""
    return _get_text(world, params, "short_description")


async def set_chat_menu_button(world: World, params: Params) -> bool:
    """The button beside the input field."""
    button = params.json("menu_button", "menu button") or {"type": "default"}
    if button.get("type") not in {"default", "commands", "web_app"}:
        raise bad_request("MenuButton has unsupported type")
    world.menu_buttons[params.integer("chat_id")] = button
    return True


def _command(command: Any) -> dict[str, str]:
    name, description = str(command.get("command", "")).removeprefix("/"), str(command.get("description", ""))
    if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not description.strip():
        raise bad_request("command description is empty")
    if len(description) > COMMAND_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _scope(params: Params) -> str:
    scope = params.json("scope", "BotCommandScope") or {"type": "default"}
    if scope.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    chat_id = scope.get("chat_id")
    return scope["type"] if chat_id is None else f"{scope['type']}:{chat_id}"


def _language(params: Params) -> str:
    language = params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("LANG_CODE_INVALID")
    return language


def _set_text(world: World, params: Params, kind: str) -> bool:
    text = params.text(kind)
    if len(text) > TEXT_LENGTHS[kind]:
        raise bad_request(f"BOT_{kind.upper()}_TOO_LONG")
    world.texts[kind, _language(params)] = text
    world.changed()
    return True


def _get_text(world: World, params: Params, kind: str) -> dict[str, str]:
    return {kind: world.texts.get((kind, _language(params))) or world.texts.get((kind, ""), "")}


PROFILE_METHODS = {
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "setmyname": set_my_name,
    "getmyname": get_my_name,
    "setmydescription": set_my_description,
    "getmydescription": get_my_description,
    "setmyshortdescription": set_my_short_description,
    "getmyshortdescription": get_my_short_description,
    "setchatmenubutton": set_chat_menu_button,
}
