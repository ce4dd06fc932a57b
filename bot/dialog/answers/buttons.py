"""Buttons under answers: what is missing to choose from, and the likely next step."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence

from bot.dialog.actions import ask_action, track_action
from bot.dialog.answers.context import Context
from bot.dialog.model import Button, Rows
from bot.rules.model import Change, FilingType
from bot.texts import Texts, capital, plain
from bot.understanding.model import Topic

ROW_BUTTONS = 4
"""The most buttons in a row that a phone shows with their labels whole."""
ROW_WIDTH = 40
"""The width of a row in half-width characters; all buttons of a row are as wide as the widest."""


def province_buttons(provinces: Iterable[str], texts: Texts, action: Callable[[str], str]) -> Rows:
    """Return rows with a button for each province; `action` makes what it carries."""
    return lay_out([Button(plain(texts(f"province.{province}")), action(province)) for province in provinces])


def filing_type_buttons(filing_types: Iterable[FilingType], texts: Texts, action: Callable[[FilingType], str]) -> Rows:
    """Return rows with a button for each filing type; `action` makes what it carries."""
    return lay_out([Button(_type_label(texts, filing_type), action(filing_type)) for filing_type in filing_types])


def lay_out(buttons: Sequence[Button]) -> Rows:
    """Return the buttons in rows, in their order, as many in each as can be read."""
    rows: list[tuple[Button, ...]] = []
    row: tuple[Button, ...] = ()
    for button in buttons:
        longer = (*row, button)
        if row and (len(longer) > ROW_BUTTONS or len(longer) * max(map(_width, longer)) > ROW_WIDTH):
            rows.append(row)
            longer = (button,)
        row = longer
    return (*rows, row) if row else ()


def which_province(ctx: Context, provinces: Iterable[str], *, others: bool = False) -> tuple[Button, ...]:
    """Return the buttons that ask the same again for each of `provinces`, and with `others` one for all others."""
    slots = ctx.slots
    buttons = [
        Button(
            plain(ctx.province_name(province)),
            ask_action(ctx.ask.topic, province, ctx.filing_type, slots.change, on=slots.on),
        )
        for province in provinces
    ]
    if others:
        buttons.append(Button(plain(ctx.texts("button.other_province")), ask_action(Topic.NOT_PILOT)))
    return tuple(buttons)


def which_type(ctx: Context, filing_types: Iterable[FilingType]) -> tuple[Button, ...]:
    """Return the buttons that ask the same again for each of `filing_types`."""
    return tuple(
        Button(
            _type_label(ctx.texts, filing_type), ask_action(ctx.ask.topic, ctx.province, filing_type, on=ctx.slots.on)
        )
        for filing_type in filing_types
    )


def which_change(ctx: Context) -> tuple[Button, ...]:
    """Return the buttons that ask the same again for each of what may have changed."""
    return tuple(
        Button(
            plain(capital(ctx.texts(f"change.{change}"))),
            ask_action(ctx.ask.topic, ctx.province, FilingType.CHANGE, change, on=ctx.slots.on),
        )
        for change in Change
    )


def open_portal(ctx: Context) -> tuple[Button, ...]:
    """Return the button that opens the portal of the one province that is named, if there is one."""
    portal = ctx.state.portal(ctx.province) if ctx.province else None
    return (Button(plain(ctx.texts("button.open_portal")), url=portal.page or portal.url),) if portal else ()


_OF_ALL = frozenset({Topic.BATCHES, Topic.NOT_PILOT, Topic.EXEMPT_TYPES})
"""Topics that are gone on to for the whole list, not for the province or type at hand."""


def next_step(ctx: Context, topic: Topic) -> Button:
    """Return the button that goes on to `topic`, about the same province and type."""
    label = plain(ctx.texts(f"topic.{topic}"))
    if topic in _OF_ALL:
        return Button(label, ask_action(topic))
    if topic is Topic.TRACK:
        return Button(label, track_action(ctx.province, ctx.filing_type))
    return Button(label, ask_action(topic, ctx.province, ctx.filing_type, ctx.slots.change))


def _type_label(texts: Texts, filing_type: FilingType) -> str:
    return plain(capital(texts(f"filing_type.{filing_type}")))


def _width(button: Button) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in button.label)
