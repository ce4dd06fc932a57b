"""HTML for Telegram on the way in, plain text on the way out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import Html, capital, link, plain


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a <b>b</b> &lt;c&gt; &amp; <i>d</i>", "a b <c> & d"),
        ('<a href="http://gscainfo.miitbeian.gov.cn">gscainfo.miitbeian.gov.cn</a>', "gscainfo.miitbeian.gov.cn"),
        ('<a href="https://beian.miit.gov.cn/">https://beian.miit.gov.cn</a>', "https://beian.miit.gov.cn"),
        ('<a href="https://beian.miit.gov.cn/">here</a>!', "here (https://beian.miit.gov.cn/)!"),
        ("a\nb", "a\nb"),
    ],
)
def test_plain_text_keeps_what_mark_up_says(html: str, text: str) -> None:
    assert plain(html) == text


@given(url=st.text(), shown=st.text(alphabet=st.characters(exclude_characters="\x00\r", exclude_categories=["Cs"])))
def test_links_are_escaped(url: str, shown: str) -> None:
    html = link(url, shown)

    assert html.count("<") == 2
    assert plain(html).startswith(shown)


def test_capital_changes_the_first_letter_only() -> None:
    assert capital(Html("new filing (新增备案)")) == "New filing (新增备案)"
    assert capital(Html("iPhone")) == "IPhone"
    assert capital(Html("新增备案")) == "新增备案"
    assert capital(Html("")) == ""
