"""The SMS, its resending, and wrong entries: what differs between the rulebooks, and what is counted."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.rules.model import AutoResend, PortalStep
from bot.understanding.model import Topic
from tests.dialog.answers.asking import LOCALES, rules, said, texts

WAIT = {"zh_Hans": "不要等自动重发", "zh_Hant": "不要等自動重發", "en": "Do not wait for an automatic resend"}
LEFT = {"zh_Hans": "还剩{}次", "zh_Hant": "還剩 {} 次", "en": "{} entr"}
RETURNED = {"zh_Hans": "备案被退回", "zh_Hant": "備案被退回", "en": "the filing is returned"}


@pytest.mark.parametrize("locale", LOCALES)
def test_where_the_code_expires_before_noon_nobody_is_told_to_wait(locale: str) -> None:
    state = rules("national")

    lines = said(Topic.AUTO_RESEND, locale, state).splitlines()

    assert lines[0].startswith(WAIT[locale])
    assert "火山引擎文档 2024-03" in lines[-1]
    assert "12:00" not in said(Topic.NOT_RECEIVED, locale, state)
    assert WAIT[locale] not in said(Topic.AUTO_RESEND, locale)


@pytest.mark.parametrize("locale", LOCALES)
def test_resend_of_a_later_day_is_told_as_such(locale: str) -> None:
    state = rules()
    assert state.auto_resend is not None
    assert state.validity is not None
    later = replace(state.auto_resend, value=replace(state.auto_resend.value, days=3))
    state = replace(state, auto_resend=later, validity=replace(state.validity, value=timedelta(days=5)))

    text = said(Topic.AUTO_RESEND, locale, state)

    assert "3" in text
    assert "12:00" in text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("hours", "told"), [(36, False), (37, True)])
def test_automatic_resend_is_relied_on_only_where_it_always_comes_in_time(locale: str, hours: int, told: bool) -> None:
    state = rules()
    assert state.validity is not None
    assert state.auto_resend is not None
    assert state.auto_resend.value == AutoResend(days=1, at=state.auto_resend.value.at)
    state = replace(state, validity=replace(state.validity, value=timedelta(hours=hours)))

    assert ("12:00" in said(Topic.NOT_RECEIVED, locale, state)) is told


@pytest.mark.parametrize("locale", LOCALES)
def test_no_sms_with_a_province_leads_to_its_portal(locale: str) -> None:
    single = said(Topic.NOT_RECEIVED, locale, provinces=("gansu",)).splitlines()[0]
    shared = said(Topic.NOT_RECEIVED, locale, provinces=("anhui",)).splitlines()[0]

    assert "gscainfo.miitbeian.gov.cn" in single
    assert "http://www.miitbeian.gov.cn/" in shared
    assert texts(locale)("province.anhui") in shared
    assert shared.index("【管局系统】") < shared.index("【备案短信核验】") < shared.index("【短信重发】")


@pytest.mark.parametrize("locale", LOCALES)
def test_steps_choose_the_province_where_the_portal_serves_several(locale: str) -> None:
    shared = said(Topic.STEPS, locale, provinces=("anhui",))

    assert texts(locale)("province.anhui") in shared
    assert "【管局系统】" in shared
    assert "【管局系统】" not in said(Topic.STEPS, locale, provinces=("gansu",))
    assert [line[:2] for line in shared.splitlines()[1:]] == ["1.", "2.", "3.", "4.", "5."]


@pytest.mark.parametrize("locale", LOCALES)
def test_rulebook_may_make_the_choice_a_step_for_all(locale: str) -> None:
    state = rules()
    assert state.verify_steps is not None
    steps = (PortalStep.OPEN_PORTAL, PortalStep.CHOOSE_PROVINCE, *state.verify_steps.value[1:])
    state = replace(state, verify_steps=replace(state.verify_steps, value=steps))

    assert said(Topic.STEPS, locale, state).count("【管局系统】") == 1
    assert said(Topic.STEPS, locale, state, provinces=("anhui",)).count("【管局系统】") == 1
    assert "【管局系统】" not in said(Topic.STEPS, locale, state, provinces=("gansu",))


@pytest.mark.parametrize("locale", LOCALES)
def test_national_says_how_often_resending_works_and_what_to_look_at(locale: str) -> None:
    state = rules("national")

    assert texts(locale).plural("resend.times", 2) in said(Topic.RESEND, locale, state)
    assert texts(locale)("check.arrears") in said(Topic.NOT_RECEIVED, locale, state)
    assert texts(locale)("check.arrears") not in said(Topic.NOT_RECEIVED, locale)


@pytest.mark.parametrize("locale", LOCALES)
def test_national_names_the_sender_and_the_documents(locale: str) -> None:
    state = rules("national")

    assert "12381" in said(Topic.SENDER_NUMBER, locale, state)
    assert "12381" in said(Topic.SENDER, locale, state)
    assert texts(locale)("whose_phone.not_emergency") in said(Topic.WHOSE_PHONE, locale, state)
    assert texts(locale)("document.passport") in said(Topic.WHOSE_ID, locale, state)
    assert texts(locale)("province.zhejiang") in said(Topic.WHOSE_ID, locale, state)
    assert texts(locale)("province.zhejiang") not in said(Topic.WHOSE_ID, locale, state, provinces=("gansu",))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("count", "left"), [(1, 4), (3, 2), (4, 1)])
def test_wrong_entries_so_far_leave_the_rest_of_five(count: int, left: int, locale: str) -> None:
    first = said(Topic.WRONG_ENTRIES, locale, count=count).splitlines()[0]

    assert LEFT[locale].format(left) in first
    assert RETURNED[locale] not in first


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("count", [5, 6])
def test_five_wrong_entries_have_failed(count: int, locale: str) -> None:
    text = said(Topic.WRONG_ENTRIES, locale, count=count)

    assert RETURNED[locale] in text.splitlines()[0]
    assert texts(locale)("expired.resubmit") in text


@pytest.mark.parametrize("locale", LOCALES)
def test_disputed_limit_names_who_says_what(locale: str) -> None:
    text = said(Topic.WRONG_ENTRIES, locale, rules("national"))
    lines = text.splitlines()[lines_before(text, locale) :]

    assert [name for line in lines for name in ("火山引擎", "gzidc.com", "华为云", "阿里云") if name in line] == [
        "火山引擎",
        "gzidc.com",
        "华为云",
        "阿里云",
    ]
    assert texts(locale).hours(timedelta(hours=24)) in lines[-1]


def lines_before(text: str, locale: str) -> int:
    """Return the number of the first line after the one that says that providers differ."""
    return text.splitlines().index(texts(locale)("disputed.differ")) + 1


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    ("phrase", "topic"),
    [("not_found", Topic.NOT_FOUND), ("failed", Topic.FAILED), ("resend_tab", Topic.RESEND), ("submit", Topic.FORM)],
)
def test_pasted_phrase_is_answered_as_the_topic_it_is(phrase: str, topic: Topic, locale: str) -> None:
    assert said(Topic.PORTAL_SAYS, locale, phrase=phrase) == said(topic, locale)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("rulebook", ["pilot", "national"])
def test_pasted_progress_messages_are_explained(rulebook: str, locale: str) -> None:
    state = rules(rulebook)

    assert texts(locale)("verified.next") in said(Topic.PORTAL_SAYS, locale, state, phrase="all_done")
    assert texts(locale)("several.all") in said(Topic.PORTAL_SAYS, locale, state, phrase="wait_for_other")
    assert texts(locale)("step.verify") in said(Topic.PORTAL_SAYS, locale, state, phrase="resent")


@pytest.mark.parametrize("locale", LOCALES)
def test_message_that_only_the_later_portal_prints(locale: str) -> None:
    waiting = "暂无待短信核验的备案申请，无需重发短信"
    done = "该条验证库里找不到记录或已完成验证"

    assert waiting in said(Topic.PORTAL_SAYS, locale, rules("national"), phrase="nothing_waiting")
    assert said(Topic.PORTAL_SAYS, locale, phrase="nothing_waiting") == texts(locale)("unsaid")
    assert done in said(Topic.PORTAL_SAYS, locale, rules("national"), phrase="not_found_or_done").splitlines()[0]
    assert done in said(Topic.NOT_FOUND, locale, rules("national"))
    assert done not in said(Topic.PORTAL_SAYS, locale, phrase="not_found_or_done")
