"""Answers: from an ask and the state of the rules to a text in the reader's language. Pure."""

from bot.dialog.answers.buttons import filing_type_buttons, lay_out, province_buttons
from bot.dialog.answers.compose import compose, footer, rows
from bot.dialog.answers.talk import nearest_answer
from bot.dialog.answers.topics import answer

__all__ = [
    "answer",
    "compose",
    "filing_type_buttons",
    "footer",
    "lay_out",
    "nearest_answer",
    "province_buttons",
    "rows",
]
