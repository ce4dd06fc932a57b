"""Rows of buttons that a phone can show, and what buttons carry."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialog.actions import ask_action, join_action, parse_ask, split_action, track_action
from bot.dialog.answers import filing_type_buttons, lay_out, province_buttons
from bot.dialog.model import ACTION_BYTES, Button
from bot.rules.load import province_ids
from bot.rules.model import Change, FilingType
from bot.understanding.model import Ask, Slots, Topic
from tests.dialog.answers.asking import LOCALES, texts

PROVINCES = sorted(province_ids())


@pytest.mark.parametrize("locale", LOCALES)
def test_province_buttons_are_named_and_laid_out_in_order(locale: str) -> None:
    rows = province_buttons(PROVINCES, texts(locale), lambda province: f"track:province:{province}")

    found = [button for row in rows for button in row]
    assert [button.action for button in found] == [f"track:province:{province}" for province in PROVINCES]
    assert [button.label for button in found] == [texts(locale)(f"province.{province}") for province in PROVINCES]
    assert all(1 <= len(row) <= 4 for row in rows)


@pytest.mark.parametrize("locale", LOCALES)
def test_filing_type_buttons_begin_with_a_capital(locale: str) -> None:
    rows = filing_type_buttons(FilingType, texts(locale), lambda name: join_action("track", "type", name))

    labels = [button.label for row in rows for button in row]
    assert len(labels) == len(FilingType)
    assert all(label[0] == label[0].upper() for label in labels)


def test_short_labels_stand_four_in_a_row_and_long_ones_alone() -> None:
    short = [Button(name, name) for name in ("天津", "甘肃", "青海", "西藏", "宁夏")]
    long = [Button(name * 20, name) for name in ("a", "b")]
    longer = [Button("x" * 30, "x"), Button("y" * 30, "y")]

    assert [len(row) for row in lay_out(short)] == [4, 1]
    assert [len(row) for row in lay_out(long)] == [2]
    assert [len(row) for row in lay_out(longer)] == [1, 1]
    assert lay_out([]) == ()


@given(labels=st.lists(st.text(min_size=1, max_size=50), max_size=40))
def test_layout_loses_no_button(labels: list[str]) -> None:
    buttons = [Button(label, str(number)) for number, label in enumerate(labels)]

    rows = lay_out(buttons)

    assert [button for row in rows for button in row] == buttons
    assert all(1 <= len(row) <= 4 for row in rows)


@given(
    topic=st.sampled_from(Topic),
    province=st.none() | st.sampled_from(PROVINCES),
    filing_type=st.none() | st.sampled_from(FilingType),
    change=st.none() | st.sampled_from(Change),
    batch=st.none() | st.integers(min_value=1, max_value=9),
    on=st.none() | st.dates(min_value=date(1000, 1, 1)),
)
def test_whatever_a_button_asks_fits_and_comes_back(
    topic: Topic,
    province: str | None,
    filing_type: FilingType | None,
    change: Change | None,
    batch: int | None,
    on: date | None,
) -> None:
    action = ask_action(topic, province, filing_type, change, batch, on)

    assert len(action.encode()) <= ACTION_BYTES
    assert parse_ask(action) == Ask(
        topic,
        Slots(
            provinces=(province,) if province else (),
            filing_types=(filing_type,) if filing_type else (),
            change=change,
            batches=(batch,) if batch else (),
            on=on,
        ),
    )


def test_actions_read_as_they_are_documented() -> None:
    assert ask_action(Topic.PORTAL, "gansu") == "ask:portal:gansu"
    assert ask_action(Topic.TARGETS, change=Change.BOTH) == "ask:targets:::b"
    assert ask_action(Topic.NEED, "shandong", on=date(2018, 9, 15)) == "ask:need:shandong::::20180915"
    assert track_action() == "track:new"
    assert track_action("gansu", FilingType.NEW_FILING) == "track:new:gansu:new_filing"
    assert split_action("track:new:gansu") == ("track", "new", "gansu")


@pytest.mark.parametrize(
    "action",
    [
        *("", "ask", "track:new", "ask:no_such_topic", "ask:portal:gansu:no_such_type", "ask:portal:gansu::x"),
        *("ask:portal:gansu:::two", "ask:portal:gansu::::2018", "ask:portal:a:change:e:1:20180910:more"),
    ],
)
def test_what_is_no_ask_is_refused(action: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_ask(action)


def test_action_that_no_button_can_carry_is_refused() -> None:
    with pytest.raises(ValueError, match="longer"):
        join_action("form", "x" * ACTION_BYTES)
    with pytest.raises(ValueError, match="colon"):
        join_action("form", "12:00")
