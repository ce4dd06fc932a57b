"""Filing types by every wording, what changes, and what is denied."""

import pytest

from bot.rules.model import Change, Contact, FilingType
from bot.understanding import Understanding
from bot.understanding.model import Topic
from tests.understanding.conftest import Talk

WORDINGS = {
    FilingType.NEW_FILING: """
        新增备案 首次备案 第一次备案 第一次做备案 新备案 首次办理备案 新做备案 新增備案 xinzeng·beian
        new·filing first·filing first-time·filing a·brand·new·filing New·filings
    """,
    FilingType.NEW_WEBSITE: """
        新增网站 加一个域名 加个网站 再加一个网站 添加新网站 增加一个站点 新增一个网站 新網站 新增網站
        xinzeng·wangzhan add·a·website adding·another·domain new·website I·want·to·add·a·second·site
    """,
    FilingType.NEW_ACCESS: """
        新增接入 转入 转入备案 换服务商 更换接入商 迁移接入 接入备案 转接入 新增街入 從別家轉入
        换了接入商 xinzeng·jieru transfer·in add·access switch·provider changing·to·a·new·provider
        moving·my·filing
    """,
    FilingType.CHANGE: """
        备案变更 变更备案 变更备案信息 修改备案信息 备案信息变更 改主体信息 变更网站信息 備案變更
        change·of·filing change·filing changing·the·entity·information
    """,
    FilingType.CANCEL_ENTITY: """
        注销主体 主体注销 註銷主體 取消主体 把主体注销掉 注消主体 cancel·the·entity entity·cancellation
    """,
    FilingType.CANCEL_WEBSITE: """
        注销网站 网站注销 不要网站了 这个网站不做了 把网站注销 註銷網站 zhuxiao·wangzhan
        cancel·a·website deleting·my·website
    """,
    FilingType.CANCEL_ACCESS: """
        取消接入 接入取消 注销接入 取消掉接入 cancel·access cancelling·the·access
    """,
    FilingType.CHANGE_ACCESS: """
        变更接入 接入变更 变更接入信息 change·access
    """,
}
PAIRS = [(text.replace("·", " "), type_) for type_, texts in WORDINGS.items() for text in texts.split()]


@pytest.mark.parametrize(("text", "expected"), PAIRS)
def test_wordings(understanding: Understanding, text: str, expected: FilingType) -> None:
    assert understanding.find_filing_types(text) == (expected,)


@pytest.mark.parametrize(
    ("text", "expected"),
    {
        "改手机号": (FilingType.CHANGE,),
        "变更": (FilingType.CHANGE,),
        "change": (FilingType.CHANGE,),
        "新增": (FilingType.NEW_FILING,),
        "网站": (FilingType.NEW_WEBSITE,),
        "注销": (FilingType.CANCEL_ENTITY, FilingType.CANCEL_WEBSITE),
        "取消备案": (FilingType.CANCEL_ENTITY, FilingType.CANCEL_WEBSITE),
        "注销主体和新增接入": (FilingType.CANCEL_ENTITY, FilingType.NEW_ACCESS),
        "甘肃": (),
        "": (),
    }.items(),
)
def test_short_and_open_names(understanding: Understanding, text: str, expected: tuple[FilingType, ...]) -> None:
    assert understanding.find_filing_types(text) == expected


@pytest.mark.parametrize(
    ("text", "change"),
    {
        "变更主体信息要验证谁": Change.ENTITY,
        "只改了网站信息，验证谁": Change.WEBSITE,
        "主体和网站信息都变更，验证谁": Change.BOTH,
        "改公司名称，谁收短信": Change.ENTITY,
        "Changing website information, who verifies?": Change.WEBSITE,
        "entity and website information changed, who verifies": Change.BOTH,
    }.items(),
)
def test_what_changes(say: Talk, text: str, change: Change) -> None:
    (ask,) = say(text).asks
    assert ask.topic is Topic.TARGETS
    assert (ask.slots.filing_types, ask.slots.change) == ((FilingType.CHANGE,), change)


def test_what_is_denied_does_not_count(say: Talk) -> None:
    assert say("不是新增网站，是新增备案，验证谁").asks[0].slots.filing_types == (FilingType.NEW_FILING,)
    assert say("新增备案验证谁", "不是新增备案").asks[0].slots.filing_types == ()


@pytest.mark.parametrize(
    ("text", "contacts"),
    {
        "新增网站主体负责人要验证吗": (Contact.ENTITY,),
        "只验证网站负责人可以吗": (Contact.WEBSITE,),
        "两个负责人都要验证吗": (Contact.ENTITY, Contact.WEBSITE),
        "新增备按主题负责人要不要验": (Contact.ENTITY,),
        "Does the website contact have to verify?": (Contact.WEBSITE,),
    }.items(),
)
def test_contacts(say: Talk, text: str, contacts: tuple[Contact, ...]) -> None:
    (ask,) = say(text).asks
    assert (ask.topic, ask.slots.contacts) == (Topic.TARGETS, contacts)


@pytest.mark.parametrize(
    ("text", "same"),
    {
        "新增备案两个负责人都是我，发几个验证码": True,
        "主体和网站负责人是同一个人，收几个码": True,
        "Both contacts are the same person, how many codes?": True,
        "主体和网站负责人不是同一个人，收几个码": False,
    }.items(),
)
def test_the_same_person(say: Talk, text: str, same: bool) -> None:
    assert say(text).asks[0].slots.same_person is same
