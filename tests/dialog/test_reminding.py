"""What reminders say: computed when they are sent, from where the filing stands then."""

from datetime import timedelta

from bot.dialog.reminding import compose
from bot.texts import plain
from tests.dialog.talk import Talk, labels


async def reminded(talk: Talk) -> list[str]:
    """Claim and compose what is due, mark it, and return the texts; the replies are shown to the person."""
    store, services = talk.app.store, talk.app.services
    await store.expire_filings(talk.now)
    texts = []
    for reminder in await store.claim_due(talk.now, limit=10, lease_until=talk.now + timedelta(minutes=5)):
        reply = await compose(services, reminder, talk.now)
        if reply is None:
            await store.mark_skipped(reminder, "not needed")
            continue
        talk.shown.append(reply)
        texts.append(plain(reply.text))
        await store.mark_sent(reminder, talk.now)
    return texts


async def test_soon_after_the_submission_it_asks_for_the_sms(talk: Talk) -> None:
    await talk.say("/track 甘肃 新增备案 刚刚 a.cn")
    talk.wait(minutes=10)
    [text] = await reminded(talk)
    assert "收到验证短信了吗" in text
    assert "主体负责人和网站负责人" in text
    assert "gscainfo.miitbeian.gov.cn" in text


async def test_it_tells_the_time_really_left_not_the_planned_one(talk: Talk) -> None:
    await talk.say("/track 甘肃 新增备案 刚刚 a.cn")
    talk.wait(hours=46, minutes=20)
    [text] = await reminded(talk)
    assert "还剩 1小时40分钟" in text
    assert await reminded(talk) == []


async def test_only_those_are_named_who_have_still_to_verify(talk: Talk) -> None:
    await talk.say("/track 甘肃 新增备案 刚刚 a.cn")
    await talk.press("主体负责人已验证")
    talk.wait(hours=47, minutes=30)
    [text] = await reminded(talk)
    assert "网站负责人" in text
    assert "主体负责人" not in text


async def test_after_the_last_tick_nothing_is_said(talk: Talk) -> None:
    await talk.say("/track 甘肃 新增备案 刚刚 a.cn")
    talk.wait(hours=47, minutes=30)
    claimed = await talk.app.store.claim_due(talk.now, limit=10, lease_until=talk.now + timedelta(minutes=5))
    await talk.press("全部已验证")
    assert [await compose(talk.app.services, reminder, talk.now) for reminder in claimed] == [None]
    assert await reminded(talk) == []


async def test_past_the_deadline_only_the_expiry_is_told(talk: Talk) -> None:
    await talk.say("/track 甘肃 新增备案 刚刚 a.cn")
    talk.wait(hours=60)
    [text] = await reminded(talk)
    assert "时间到了" in text
    assert "还剩" not in text
    assert "已重新提交" in "".join(labels(talk.last))


async def test_its_buttons_act(talk: Talk) -> None:
    await talk.say("/track 甘肃 新增网站 刚刚 a.cn")
    talk.wait(hours=42)
    await reminded(talk)
    assert "短信重发" in await talk.press("没收到短信")
    assert "全部验证完成" in await talk.press("✅ 已验证")


async def test_it_speaks_the_persons_language_and_zone(talk: Talk) -> None:
    await talk.say("/language en")
    await talk.say("/settings zone Europe/Berlin")
    await talk.say("/track Gansu new website just now a.cn")
    talk.wait(hours=47, minutes=30)
    [text] = await reminded(talk)
    assert "30 minutes left" in text
    assert "Thursday" in text
    assert "05:00" in text
    assert "website contact (网站负责人)" in text


async def test_a_province_that_shares_a_portal_has_to_be_chosen_there(talk: Talk) -> None:
    await talk.say("/track 安徽 新增网站 刚刚 a.cn")
    talk.wait(minutes=10)
    [text] = await reminded(talk)
    assert "www.miitbeian.gov.cn" in text
    assert "选省份" in text
