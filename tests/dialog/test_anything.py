"""Whatever is written: there is a reply, Telegram can show it, and nothing breaks."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app import load_knowledge
from bot.dialog.ask import Asker
from bot.dialog.defaults import Defaults
from bot.texts.html import plain
from bot.understanding.language import SIMPLIFIED
from tests.evaluation.judging import ZONE
from tests.evaluation.questions import load_questions

LONGEST = 4096
"""Characters of the longest message that Telegram takes, and shows."""
NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)

_CONTROLS = "\x00\x07\x1b\x7f\u200b\u200d\u200e\u200f\u202a\u202e\u2066\u2069\ufeff\ufffd\ufe0f\U000e0041"
_EMOJI = "😀🙏🇨🇳👨\u200d👩\u200d👧❗⁉🔟🅰️✅"
_RIGHT_TO_LEFT = "مرحبا كم بقي من الوقت؟ שלום מה הקישור؟"
_MARKUP = ("<b>", "</b>", "<script>", "&lt;", "&", '"', "<a href='", "{}", "%(n)s", "%s", "{0}", "\\", "`", "*", "_")
_SQL = ("'; DROP TABLE filings; --", "1 OR 1=1", "SELECT * FROM", "UNION", "\x00'", '"";')
_ASKED = tuple(sorted({question.text for question in load_questions("dev")}))


def _fragments() -> st.SearchStrategy[str]:
    return st.one_of(
        st.sampled_from(_ASKED),
        st.sampled_from(_MARKUP + _SQL),
        st.text(alphabet=_CONTROLS + _EMOJI + _RIGHT_TO_LEFT, max_size=12),
        st.text(max_size=12),
        st.from_regex(r"[0-9０-９]{1,19}", fullmatch=True),
        st.integers(1, 80).map(lambda count: "验" * count),
    )


@pytest.fixture(scope="module")
def asker() -> Asker:
    known = load_knowledge("pilot", SIMPLIFIED)
    return Asker(known.rulebook, known.catalogs, known.understanding, Defaults(SIMPLIFIED, ZONE, quiet=None))


def replies(asker: Asker, text: str, *turns: str) -> None:
    asked = asker.ask(text, turns, now=NOW)
    assert plain(asked.text_html).strip()
    assert len(asked.text_html) <= LONGEST
    assert all(button.label for row in asked.buttons for button in row)


@settings(max_examples=6000)
@given(text=st.text(max_size=60))
def test_any_text_gets_a_reply(asker: Asker, text: str) -> None:
    replies(asker, text)


@settings(max_examples=4000)
@given(parts=st.lists(_fragments(), max_size=4), turn=_fragments())
def test_any_mixture_gets_a_reply_whatever_was_said_before(asker: Asker, parts: list[str], turn: str) -> None:
    replies(asker, "".join(parts), turn)


@settings(max_examples=300)
@given(part=st.text(min_size=1, max_size=12) | _fragments().filter(bool), tail=st.text(max_size=5))
def test_the_longest_messages_get_a_reply(asker: Asker, part: str, tail: str) -> None:
    replies(asker, (part * LONGEST)[: LONGEST - len(tail)] + tail)
