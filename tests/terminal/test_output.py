from datetime import timedelta
from pathlib import Path

import pytest

from bot.dialog.model import Button, Document, Reply
from bot.terminal.describe import span
from bot.terminal.files import keep_document
from bot.terminal.output import reply_record, table, width
from bot.terminal.render import BUTTON, fragments, reply_fragments


def test_columns_stay_aligned_with_chinese_cells() -> None:
    lines = table(("省份", "PORTAL"), [("甘肃", "a"), ("x", "bb")]).splitlines()
    assert {width(line.rsplit(" ", 1)[0]) for line in lines} == {5}
    assert lines == ["省份  PORTAL", "甘肃  a", "x     bb"]


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [(0, "0 min"), (5, "5 min"), (60, "1 h"), (90, "1 h 30 min"), (2880, "48 h"), (-61, "-1 h 1 min")],
)
def test_spans_are_in_hours_and_minutes(minutes: int, shown: str) -> None:
    assert span(timedelta(minutes=minutes)) == shown


def test_a_reply_as_json_has_plain_text_and_labels_only() -> None:
    rows = ((Button("甲", action="a"), Button("乙", url="https://x.cn")), (Button("丙", action="c"),))
    reply = Reply(
        '<b>48 &lt; 49</b> <a href="http://gs.cn/">页面</a>', rows, document=Document("a.ics", b"", "text/calendar")
    )
    assert reply_record(reply) == {
        "text": "48 < 49 页面 (http://gs.cn/)",
        "buttons": ["甲", "乙", "丙"],
        "document": "a.ics",
    }


def test_html_becomes_styles_and_links_keep_their_address() -> None:
    shown = fragments('a <b>b <i>c</i></b> <a href="http://gs.cn/">gs.cn</a> <a href="http://x.cn">这里</a> &amp;')
    assert "".join(text for _, text in shown) == "a b c gs.cn 这里 (http://x.cn) &"
    assert ("bold", "b ") in shown
    assert ("bold italic", "c") in shown


def test_buttons_are_numbered_row_by_row() -> None:
    rows = ((Button("甲", action="a"), Button("乙", action="b")), (Button("丙", action="c"),))
    shown = [text for style, text in reply_fragments(Reply("x", rows), 4) if style == BUTTON]
    assert shown == ["  [4] 甲", "  [5] 乙", "  [6] 丙"]


def test_a_document_is_kept_under_its_bare_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    path = keep_document(Document("../../etc/a.ics", b"x", "text/calendar"))
    assert path == tmp_path / "beian-bot" / "a.ics"
    assert path.read_bytes() == b"x"
    assert path.parent.stat().st_mode & 0o077 == 0
