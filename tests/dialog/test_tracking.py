"""Tracking a filing: in one line, step by step, and what is asked back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.dialog.model import Press
from bot.filings.filing import FilingState
from bot.rules.model import Change, Contact, FilingType
from tests.dialog.talk import NOON, Talk, labels, talking

BOTH = (Contact.ENTITY, Contact.WEBSITE)


@pytest.mark.parametrize(
    "line",
    [
        "/track 甘肃 新增备案 昨天下午3点 example.com",
        "/track example.com 昨天下午3点 新增备案 甘肃",
        "/track 甘肅 新增備案 昨天下午3點 example.com",
        "/track Gansu new filing yesterday 3pm example.com",
        "/track 兰州 首次备案 2026-11-23 15:00 example.com",
        "/track 甘肃 新增备案 2026-11-23T15:00+08:00 example.com",
        "/track 甘肃 新增备案 2026-11-23T07:00:00Z example.com",
    ],
)
async def test_one_line_says_it_all_in_any_order(talk: Talk, line: str) -> None:
    reply = await talk.say(line)
    filing = await talk.the_filing()
    assert (filing.province, filing.filing_type, filing.label) == ("gansu", FilingType.NEW_FILING, "example.com")
    assert filing.submitted_at == datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert filing.deadline == filing.submitted_at + timedelta(hours=48)
    assert filing.waiting_for == BOTH
    assert "example.com" in reply
    assert "15:00" in reply
    assert "gscainfo.miitbeian.gov.cn" in reply


async def test_reminders_are_planned_with_the_filing(talk: Talk) -> None:
    await talk.say("/track 甘肃 新增备案 刚刚 example.com")
    reminders = await talk.app.store.reminders_of((await talk.the_filing()).id)
    assert [reminder.kind for reminder in reminders][-1] == "expired"
    assert len(reminders) >= 5


async def test_step_by_step_asks_only_for_what_is_missing(talk: Talk) -> None:
    assert "哪个省" in await talk.say("/track")
    assert "哪种备案" in await talk.press("甘肃")
    assert "什么时候提交" in await talk.press("新增接入")
    assert "名字" in await talk.press("刚刚")
    card = await talk.say("我的网站.cn")
    filing = await talk.the_filing()
    assert (filing.province, filing.filing_type, filing.label) == ("gansu", FilingType.NEW_ACCESS, "我的网站.cn")
    assert filing.submitted_at == NOON
    assert "我的网站.cn" in card


async def test_a_line_with_gaps_is_asked_for_these_alone(talk: Talk) -> None:
    assert "什么时候提交" in await talk.say("/track 甘肃 新增网站 a.cn")
    await talk.say("1小时前")
    filing = await talk.the_filing()
    assert (filing.label, filing.submitted_at) == ("a.cn", NOON - timedelta(hours=1))


async def test_steps_can_be_typed(talk: Talk) -> None:
    await talk.say("/track")
    await talk.say("银川")
    await talk.say("首次备案")
    await talk.say("今天上午10点")
    await talk.press("跳过")
    filing = await talk.the_filing()
    assert (filing.province, filing.filing_type, filing.label) == ("ningxia", FilingType.NEW_FILING, "")
    assert filing.submitted_at == datetime(2026, 11, 24, 2, tzinfo=UTC)


async def test_a_change_asks_what_changed(talk: Talk) -> None:
    assert "变更了哪些" in await talk.say("/track 甘肃 备案变更 1小时前 a.cn")
    await talk.press("网站信息")
    filing = await talk.the_filing()
    assert (filing.change, filing.waiting_for) == (Change.WEBSITE, (Contact.WEBSITE,))


async def test_an_unsure_change_counts_as_both(talk: Talk) -> None:
    await talk.say("/track 甘肃 备案变更 1小时前 a.cn")
    await talk.press("跳过")
    assert (await talk.the_filing()).waiting_for == BOTH


async def test_a_step_back_asks_again(talk: Talk) -> None:
    await talk.say("/track")
    await talk.press("甘肃")
    assert "哪个省" in await talk.press("上一步")
    await talk.press("新疆")
    await talk.press("新增网站")
    await talk.press("刚刚")
    await talk.press("跳过")
    assert (await talk.the_filing()).province == "xinjiang"


async def test_cancelling_tracks_nothing(talk: Talk) -> None:
    await talk.say("/track 甘肃")
    assert "已取消" in await talk.say("/cancel")
    assert "没有进行中" in await talk.say("/cancel")
    assert await talk.filings() == []


@pytest.mark.parametrize("province", ["北京", "广东", "上海"])
async def test_a_province_outside_the_pilot_is_not_tracked(talk: Talk, province: str) -> None:
    reply = await talk.say(f"/track {province} 新增备案 1小时前 a.cn")
    assert "不需要短信核验" in reply
    assert "miitbeian" not in reply
    assert await talk.filings() == []


@pytest.mark.parametrize("filing_type", ["注销主体", "注销网站", "取消接入"])
async def test_a_type_that_nobody_verifies_is_not_tracked(talk: Talk, filing_type: str) -> None:
    assert "暂不验证" in await talk.say(f"/track 甘肃 {filing_type} 1小时前 a.cn")
    assert await talk.filings() == []


async def test_a_time_to_come_is_asked_back(talk: Talk) -> None:
    assert "还没到" in await talk.say("/track 甘肃 新增网站 2026-11-25 10:00 a.cn")
    assert await talk.filings() == []
    await talk.say("2026-11-24 10:00")
    assert (await talk.the_filing()).submitted_at == datetime(2026, 11, 24, 2, tzinfo=UTC)


async def test_a_time_too_long_ago_is_asked_back(talk: Talk) -> None:
    reply = await talk.say("/track 甘肃 新增网站 2026-11-20 10:00 a.cn")
    assert "48小时" in reply
    assert await talk.filings() == []


async def test_a_time_with_two_readings_is_asked_back(talk: Talk) -> None:
    reply = await talk.say("/track 甘肃 新增网站 昨天8点 a.cn")
    assert "哪个时间" in reply
    assert len([label for label in labels(talk.last) if "11月23日" in label]) == 2
    await talk.press("20:00")
    assert (await talk.the_filing()).submitted_at == datetime(2026, 11, 23, 12, tzinfo=UTC)


async def test_a_day_without_an_hour_is_asked_back(talk: Talk) -> None:
    assert "几点" in await talk.say("/track 甘肃 新增网站 昨天 a.cn")
    assert await talk.filings() == []


async def test_the_same_filing_is_tracked_once(talk: Talk) -> None:
    await talk.say("/track 甘肃 新增网站 2026-11-24 10:00 a.cn")
    assert "已经登记" in await talk.say("/track 甘肃 新增网站 2026-11-24 10:00 a.cn")
    await talk.the_filing()


async def test_a_question_in_between_is_answered_and_the_form_goes_on(talk: Talk) -> None:
    await talk.say("/track 甘肃 新增网站 a.cn")
    reply = await talk.say("验证码多久有效？")
    assert "48小时" in reply
    assert "什么时候提交" in reply
    await talk.say("刚刚")
    await talk.the_filing()


async def test_an_unfinished_form_survives_a_restart(tmp_path: Path) -> None:
    async with talking(tmp_path / "bot.db") as talk:
        await talk.say("/track 甘肃 新增网站 a.cn")
    async with talking(tmp_path / "bot.db") as talk:
        await talk.say("1小时前")
        assert (await talk.the_filing()).label == "a.cn"


async def test_buttons_of_an_earlier_form_say_that_they_are_outdated(talk: Talk) -> None:
    await talk.say("/track")
    old = talk.button("甘肃")
    await talk.say("/cancel")
    await talk.say("/track")

    assert "过期" in await talk.happens(Press(old.action or ""))
    assert talk.last.notice


async def test_other_chats_do_not_see_it(talk: Talk) -> None:
    await talk.say("/track 甘肃 新增网站 1小时前 a.cn")
    other = talk.someone_else()
    assert "还没有登记" in await other.say("/filings")

    press = Press(talk.button("停止跟踪").action or "")
    assert "找不到" in await other.happens(press)
    assert (await talk.the_filing()).state is FilingState.WAITING


async def test_words_ask_for_it_too(talk: Talk) -> None:
    assert "哪个省" in await talk.say("提醒我备案截止")


async def test_a_phone_number_in_the_label_is_not_kept(talk: Talk) -> None:
    await talk.say("/track 甘肃 新增网站 1小时前 客户13900000067")
    assert "13900000067" not in (await talk.the_filing()).label
