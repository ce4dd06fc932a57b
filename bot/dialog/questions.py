"""The questions of a form, with the buttons that answer them."""

from datetime import datetime, timedelta

from bot.dialog.actions import join_action
from bot.dialog.answers import filing_type_buttons, lay_out, province_buttons
from bot.dialog.conversation import Form, Step
from bot.dialog.model import Button, Reply, Rows
from bot.dialog.turn import Turn
from bot.rules.model import Change
from bot.texts import capital, plain

AGO_MINUTES = (0, 30, 60, 180)
"""The submission times that are offered as buttons, in minutes before now."""


def question(turn: Turn, form: Form, step: Step) -> Reply:
    """Return the question of one step."""
    texts = turn.texts
    match step:
        case Step.PROVINCE:
            provinces = [province for batch in turn.rules.batches for province in batch.provinces]
            rows = province_buttons(provinces, texts, lambda id_: _action(form, "province", id_))
            return _asked(turn, form, texts("form.province"), rows)
        case Step.FILING_TYPE:
            types = [type_ for type_ in turn.rules.targets if turn.rules.contacts_to_verify(type_)]
            rows = filing_type_buttons(types, texts, lambda type_: _action(form, "type", type_))
            return _asked(turn, form, texts("form.filing_type"), rows)
        case Step.CHANGE:
            choices = [
                Button(plain(capital(texts(f"change.{change}"))), _action(form, "change", change)) for change in Change
            ]
            return _asked(turn, form, texts("form.change"), lay_out(choices), skip=True)
        case Step.TIME:
            return time_question(turn, form, texts("form.time"))
        case Step.LABEL:
            return _asked(turn, form, texts("form.label"), (), skip=True)


def time_question(turn: Turn, form: Form, words: str, candidates: tuple[datetime, ...] = ()) -> Reply:
    """Return a question for the submission time; with `candidates`, which of them is meant."""
    texts = turn.texts
    if candidates:
        buttons = [
            Button(turn.moment(moment), _action(form, "at", str(int(moment.timestamp())))) for moment in candidates
        ]
    else:
        buttons = [
            Button(
                texts("form.ago", span=texts.duration(timedelta(minutes=minutes))) if minutes else texts("form.now"),
                _action(form, "ago", str(minutes)),
            )
            for minutes in AGO_MINUTES
        ]
    return _asked(turn, form, words, lay_out(buttons))


def _asked(turn: Turn, form: Form, words: str, rows: Rows, *, skip: bool = False) -> Reply:
    texts = turn.texts
    last = [Button(texts("form.skip"), _action(form, "skip"))] if skip else []
    if len(form.asked) > 1:
        last.append(Button(texts("form.back"), _action(form, "back")))
    last.append(Button(texts("form.cancel"), _action(form, "cancel")))
    return Reply(words, (*rows, tuple(last)), replaces=True)


def _action(form: Form, verb: str, value: str = "") -> str:
    return join_action("form", str(form.number), verb, value)
