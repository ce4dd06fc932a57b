"""The cards of tracked filings and what their buttons do."""

from datetime import timedelta

import pytest

from bot.dialog.model import Press
from bot.filings.filing import FilingState
from bot.filings.reminder import ReminderKind, ReminderState
from tests.dialog.talk import Talk, labels


@pytest.fixture
async def tracked(talk: Talk) -> Talk:
    await talk.say("/track 甘肃 新增备案 1小时前 example.com")
    return talk


async def unsent(talk: Talk) -> list[ReminderKind]:
    reminders = await talk.app.store.reminders_of((await talk.the_filing()).id)
    return [reminder.kind for reminder in reminders if reminder.state is ReminderState.PLANNED]


async def test_the_list_tells_the_time_left(tracked: Talk) -> None:
    card = await tracked.say("/filings")
    assert "example.com" in card
    assert "1天23小时" in card
    assert "11月26日星期四 11:00" in card


async def test_several_are_listed_by_deadline_and_open_as_cards(tracked: Talk) -> None:
    await tracked.say("/track 新疆 新增网站 5小时前 first.cn")
    overview = await tracked.say("/filings")
    assert overview.index("first.cn") < overview.index("example.com")
    card = await tracked.press("first.cn")
    assert "xjcainfo.miitbeian.gov.cn" in card
    assert tracked.last.replaces


async def test_contacts_are_ticked_off_and_then_reminders_stop(tracked: Talk) -> None:
    assert "还有一位" in await tracked.press("主体负责人已验证")
    assert await unsent(tracked) != []
    assert "全部验证完成" in await tracked.press("网站负责人已验证")
    assert (await tracked.the_filing()).state is FilingState.VERIFIED
    assert await unsent(tracked) == []


async def test_both_at_once(tracked: Talk) -> None:
    await tracked.press("全部已验证")
    assert (await tracked.the_filing()).state is FilingState.VERIFIED


async def test_a_tick_can_be_taken_back(tracked: Talk) -> None:
    await tracked.press("主体负责人已验证")
    await tracked.press("撤销")
    assert len((await tracked.the_filing()).waiting_for) == 2


async def test_one_person_in_both_roles(tracked: Talk) -> None:
    assert "一个验证码" in await tracked.press("同一人")
    assert [label for label in labels(tracked.last) if "已验证" in label] == ["✅ 已验证"]
    await tracked.press("✅ 已验证")
    assert (await tracked.the_filing()).state is FilingState.VERIFIED


async def test_wrong_entries_are_counted_to_the_return(tracked: Talk) -> None:
    for made, left in ((1, 4), (2, 3), (3, 2), (4, 1)):
        reply = await tracked.press("输错")
        assert f"已输错 {made} 次" in reply
        assert f"再错 {left} 次" in reply
    assert "退回" in await tracked.press("输错")
    assert (await tracked.the_filing()).state is FilingState.RETURNED
    assert await unsent(tracked) == []


async def test_a_return_and_the_resubmission(tracked: Talk) -> None:
    await tracked.press("备案被退回")
    assert (await tracked.the_filing()).state is FilingState.WAITING
    await tracked.press("是的")
    assert (await tracked.the_filing()).state is FilingState.RETURNED
    tracked.wait(hours=3)
    await tracked.press("已重新提交")
    card = await tracked.press("刚刚")
    again = await tracked.the_filing()
    assert (again.state, again.attempt, again.deadline) == (FilingState.WAITING, 2, tracked.now + timedelta(hours=48))
    assert "重新登记" in card
    assert ReminderKind.EXPIRED in await unsent(tracked)


async def test_after_the_deadline_it_is_expired_and_can_be_resubmitted(tracked: Talk) -> None:
    tracked.wait(hours=48)
    assert "到期" in await tracked.say("/filings")
    assert (await tracked.the_filing()).state is FilingState.EXPIRED
    await tracked.press("已重新提交")
    await tracked.say("刚刚")
    assert (await tracked.the_filing()).state is FilingState.WAITING


async def test_an_expired_one_may_have_been_verified_in_time(tracked: Talk) -> None:
    tracked.wait(hours=48)
    await tracked.say("/filings")
    await tracked.press("按时验证")
    assert (await tracked.the_filing()).state is FilingState.VERIFIED


async def test_an_old_button_after_the_end_says_so(tracked: Talk) -> None:
    wrong = tracked.button("输错").action or ""
    await tracked.press("全部已验证")
    assert "不再适用" in await tracked.happens(Press(wrong))


async def test_stopping_needs_a_yes(tracked: Talk) -> None:
    await tracked.press("停止跟踪")
    await tracked.press("不，返回")
    assert (await tracked.the_filing()).is_open
    await tracked.press("停止跟踪")
    await tracked.press("是的")
    assert (await tracked.the_filing()).state is FilingState.CANCELLED
    assert await unsent(tracked) == []


async def test_snoozing_adds_one_reminder(tracked: Talk) -> None:
    await tracked.press("稍后提醒")
    assert "12:30" in await tracked.press("30分钟")
    assert (await unsent(tracked)).count(ReminderKind.SNOOZED) == 1
    await tracked.press("稍后提醒")
    await tracked.press("1小时")
    assert (await unsent(tracked)).count(ReminderKind.SNOOZED) == 1


async def test_the_time_can_be_corrected(tracked: Talk) -> None:
    before = await tracked.the_filing()
    await tracked.press("改提交时间")
    assert "截止时间随之更新" in await tracked.say("3小时前")
    after = await tracked.the_filing()
    assert after.deadline == before.deadline - timedelta(hours=2)
    reminders = await tracked.app.store.reminders_of(after.id)
    planned = [reminder for reminder in reminders if reminder.state is ReminderState.PLANNED]
    assert planned[-1].due_at == after.deadline


async def test_no_sms_gives_the_steps_for_the_province(tracked: Talk) -> None:
    reply = await tracked.press("没收到短信")
    assert "短信重发" in reply
    assert "gscainfo.miitbeian.gov.cn" in reply


async def test_the_calendar_file_holds_the_deadline(tracked: Talk) -> None:
    await tracked.press("加入日历")
    document = tracked.last.document
    assert document is not None
    assert document.name.endswith(".ics")
    text = document.content.decode()
    assert "DTSTART:20261126T030000Z" in text
    assert "example.com" in text


async def test_labels_are_escaped(talk: Talk) -> None:
    await talk.say("/track 甘肃 新增网站 1小时前 <b>&x")
    await talk.say("/filings")
    assert "&lt;b&gt;&amp;x" in talk.last.text
