"""Texts that are too long for one message."""

from hypothesis import example, given
from hypothesis import strategies as st

from bot.telegram.split import split_html, visible_length
from tests.emulator.html import parse_html, utf16_length

WORDS = st.sampled_from(["a", "甘肃", "😀", "&amp;", "&#x27;", "\n", " ", "3 &lt; 4", "x" * 30])
HTML = st.recursive(
    st.lists(WORDS, max_size=8).map("".join),
    lambda inner: st.tuples(st.sampled_from(["b", "i", "u", "blockquote"]), st.lists(inner, max_size=4)).map(
        lambda made: f"<{made[0]}>{''.join(made[1])}</{made[0]}>"
    ),
    max_leaves=20,
)


@given(HTML)
def test_the_length_is_the_one_that_telegram_counts(html: str) -> None:
    assert visible_length(html) == utf16_length(parse_html(html).text)


@given(HTML, st.integers(40, 80))
@example('<a href="https://a.cn/?x=1&amp;y=2">' + "甘肃\n" * 30 + "</a>", 40)
def test_parts_fit_are_whole_and_lose_nothing_but_blanks(html: str, limit: int) -> None:
    texts = [parse_html(part).text for part in split_html(html, limit)]
    assert all(utf16_length(text) <= limit for text in texts)
    assert "".join("".join(texts).split()) == "".join(parse_html(html).text.split())


@given(HTML, st.integers(40, 80))
def test_every_character_keeps_its_formatting(html: str, limit: int) -> None:
    assert _formatted("".join(split_html(html, limit))) == _formatted(html)


def test_lines_are_kept_whole() -> None:
    assert split_html("one two\nthree four\nfive", 20) == ["one two\nthree four", "five"]
    assert split_html("one two three four five six", 10) == ["one two", "three", "four five", "six"]
    assert split_html("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]
    assert split_html("<b>one\ntwo</b>", 4) == ["<b>one\n</b>", "<b>two</b>"]


def _formatted(html: str) -> list[tuple[str, frozenset[str]]]:
    """Return each character that is seen with the formatting it has."""
    parsed = parse_html(html)
    units = parsed.text.encode("utf-16-le")
    kinds: list[set[str]] = [set() for _ in range(len(units) // 2)]
    for entity in parsed.entities:
        for index in range(entity["offset"], entity["offset"] + entity["length"]):
            kinds[index].add(entity["type"])
    shown = [units[2 * index : 2 * index + 2] for index in range(len(units) // 2)]
    return [
        (unit.hex(), frozenset(found))
        for unit, found in zip(shown, kinds, strict=True)
        if unit.decode("utf-16-le", "replace").strip()
    ]
