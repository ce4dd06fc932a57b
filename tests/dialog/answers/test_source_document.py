"""Every fact of the source document, in its own words, asked for and found in the answer in three languages."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from bot.rules.model import Change, Contact, FilingType
from bot.understanding.model import Topic
from tests.dialog.answers.asking import LOCALES, said

ENTITY = ("主体负责人", "主體負責人", "entity contact (主体负责人)")
WEBSITE = ("网站负责人", "網站負責人", "website contact (网站负责人)")
BUTTON = "【备案短信核验】"
NEXT_DAY_NOON = ("第二天 12:00（北京时间）", "第二天 12:00（北京時間）", "12:00 Beijing time on the next day")
RETURNED = ("自动退回接入商", "自動退回接入商", "automatically returned (退回) to the access provider (接入商)")
AGAIN = ("重新提交备案，并再次短信核验", "重新提交備案，並再次短信核驗", "submitted again, and verified again")
FOUR_FIELDS = (
    "短信验证码、手机号码和证件号码后六位，完成图形（拼图）验证",
    "短信驗證碼、手機號碼和證件號碼後六位，完成圖形（拼圖）驗證",
    "mobile number (手机号码), and last six digits of the ID number (证件号码后六位), solve the picture puzzle",
)
REVIEW_ONLY_AFTER = (
    "通过后，备案才进入管局审核",
    "通過後，備案才進入管局審核",
    "for review only after the SMS verification",
)
OTHER_PHONES = ("还有其他手机号码要验证的，请继续完成", "還有其他手機號碼要驗證的，請繼續完成", "carry on with those")
FIVE_WRONG = (
    "证件号码输错5次，系统会提示“短信核验失败”，备案被退回",
    "證件號碼輸錯 5 次，系統會提示「短信核验失败」，備案被退回",
    "After 5 wrong entries of the contact's ID number the portal says “短信核验失败” (SMS verification failed)",
)


@dataclass(frozen=True)
class Row:
    """Words of the document, what asks for them, and what the answer holds: by locale, or the same in all."""

    document: str
    topic: Topic
    holds: list[str | tuple[str, str, str]]
    slots: dict[str, Any] = field(default_factory=dict)


ROWS = [
    Row("工信管函〔2017〕2322 号", Topic.BASIS, ["工信管函〔2017〕2322 号"]),
    Row(
        "《关于开展“工业和信息化部 ICP/IP 地址/域名信息备案管理系统”短信息核验试点工作的通知》",
        Topic.BASIS,
        ["《关于开展“工业和信息化部 ICP/IP 地址/域名信息备案管理系统”短信息核验试点工作的通知》"],
    ),
    Row(
        "首批试点省份 天津、甘肃、青海、西藏、宁夏、新疆、海南。",
        Topic.BATCHES,
        [
            (
                "天津、甘肃、青海、西藏、宁夏、新疆和海南",
                "天津、甘肅、青海、西藏、寧夏、新疆和海南",
                "Tianjin (天津), Gansu (甘肃), Qinghai (青海), Tibet (西藏), Ningxia (宁夏), Xinjiang (新疆), and",
            )
        ],
        {"batches": (1,)},
    ),
    Row(
        "2018年9月10日 浙江省、福建省、广西壮族自治区、重庆市、四川省、陕西省、云南省",
        Topic.BATCHES,
        [
            ("2018年9月10日", "2018年9月10日", "September 10, 2018"),
            ("浙江", "浙江", "Zhejiang (浙江)"),
            (
                "浙江、福建、广西、重庆、四川、陕西和云南",
                "浙江、福建、廣西、重慶、四川、陝西和雲南",
                "Fujian (福建), Guangxi (广西), Chongqing (重庆), Sichuan (四川), Shaanxi (陕西), and Yunnan (云南)",
            ),
        ],
        {"batches": (2,)},
    ),
    Row(
        "2018年9月24日 山西省、内蒙古自治区、黑龙江省、安徽省、山东省、河南省、湖北省、湖南省",
        Topic.BATCHES,
        [
            ("2018年9月24日", "2018年9月24日", "September 24, 2018"),
            ("内蒙古", "內蒙古", "Shanxi (山西), Inner Mongolia (内蒙古)"),
            (
                "山西、内蒙古、黑龙江、安徽、山东、河南、湖北和湖南",
                "山西、內蒙古、黑龍江、安徽、山東、河南、湖北和湖南",
                "Heilongjiang (黑龙江), Anhui (安徽), Shandong (山东), Henan (河南), Hubei (湖北), and Hunan (湖南)",
            ),
        ],
        {"batches": (3,)},
    ),
    Row("第 2 批、第 3 批 … 开始时间", Topic.BATCHES, [("第3批", "第3批", "batch 3")], {"provinces": ("anhui",)}),
    Row(
        "2018年9月24日 … 山东省",
        Topic.NEED,
        [
            (
                "2018年9月15日还没有开始，2018年9月24日起",
                "2018年9月15日還沒有開始，2018年9月24日起",
                "not yet on September 15, 2018",
            )
        ],
        {"provinces": ("shandong",), "on": date(2018, 9, 15)},
    ),
    Row("登录 http://www.miitbeian.gov.cn/", Topic.PORTAL, ["http://www.miitbeian.gov.cn/"], {"batches": (2,)}),
    Row(
        "例如客户注册地是安徽省，选择“安徽”，进入安徽省管局系统",
        Topic.PORTAL,
        [
            ("在【管局系统】中选择“安徽”", "在【管局系统】中選擇「安徽」", "choose Anhui (安徽) under 【管局系统】"),
            BUTTON,
        ],
        {"provinces": ("anhui",)},
    ),
    Row(
        "选择对应省的管局系统",
        Topic.PORTAL,
        [("对应的省份（例如“安徽”）", "對應的省份（例如「安徽」）", "the province under 【管局系统】")],
        {"batches": (3,)},
    ),
    Row("用户需在 48 小时内根据短信提示完成验证", Topic.VALIDITY, [("48小时内", "48 小時內", "48 hours")]),
    Row(
        "由网宿提交至管局审核时",
        Topic.VALIDITY,
        [("提交到管局时起算", "提交到管局時起算", "submits the filing to the administration")],
    ),
    Row("若用户未在 48 小时内完成验证，备案信息将被退回", Topic.EXPIRED, [("48小时", "48 小時", "48 hours"), RETURNED]),
    Row("未在 48 小时内完成验证或验证失败，备案信息将自动退回至接入商", Topic.RETURNED_TO, [RETURNED]),
    Row("验证失败", Topic.EXPIRED, [("或者验证失败", "或者驗證失敗", "or the verification fails")]),
    Row("您需要重新提交备案申请，并再次进入短信验证流程", Topic.RETURNED, [AGAIN]),
    Row("您需要重新提交备案申请", Topic.EXPIRED, [AGAIN]),
    Row("完成验证后，备案申请才能进入管局系统等待审核", Topic.REVIEW, [REVIEW_ONLY_AFTER, RETURNED]),
    Row(
        "验证通过后，您的备案信息将流转至管局进行审核",
        Topic.VERIFIED,
        [
            (
                "验证通过后，备案进入管局审核",
                "驗證通過後，備案進入管局審核",
                "Once verified, the filing goes to the administration",
            )
        ],
    ),
    Row("您在 5 分钟左右即可收到验证短信", Topic.ARRIVAL, [("5分钟左右", "5 分鐘左右", "about 5 minutes")]),
    Row("系统会在第二天中午 12 点重发一次验证码", Topic.AUTO_RESEND, [NEXT_DAY_NOON]),
    Row("重发一次验证码", Topic.NOT_RECEIVED, [NEXT_DAY_NOON]),
    Row("手动重新发送验证短信", Topic.NOT_RECEIVED, ["【短信重发】", ("手动重新发送", "手動重新發送", "sent again")]),
    Row(
        "工信部将向备案主体负责人/网站负责人手机号码上发送短信验证码",
        Topic.SENDER,
        [("工信部", "工信部", "MIIT (工信部)")],
    ),
    Row(
        "向用户登记的手机号码发送",
        Topic.WHOSE_PHONE,
        [("备案信息里登记的", "備案信息裡登記的", "registered for that contact")],
    ),
    Row(
        "新增备案：主体负责人和网站负责人手机号码",
        Topic.TARGETS,
        [ENTITY, WEBSITE],
        {"filing_types": (FilingType.NEW_FILING,)},
    ),
    Row(
        "1. 需全部验证通过",
        Topic.TARGETS,
        [("都要验证", "都要驗證", "both have to verify"), ("全部通过", "全部通過", "All of them have to pass")],
        {"filing_types": (FilingType.NEW_FILING,)},
    ),
    Row(
        "2. 若主体负责人与网站负责人为同一人，只发送一个验证码",
        Topic.SAME_PERSON,
        [("只发一个验证码", "只發一個驗證碼", "Only one code is sent")],
    ),
    Row("新增网站：网站负责人手机号码", Topic.TARGETS, [WEBSITE], {"filing_types": (FilingType.NEW_WEBSITE,)}),
    Row("新增接入：网站负责人手机号码", Topic.TARGETS, [WEBSITE], {"filing_types": (FilingType.NEW_ACCESS,)}),
    Row(
        "现使用手机号与备案成功信息不符，需到原服务商变更负责人手机号，再进行转入备案",
        Topic.PHONE_CHANGED,
        [
            (
                "先到原接入商（原服务商）变更负责人手机号码",
                "先到原接入商（原服務商）變更負責人手機號碼",
                "have the original provider",
            ),
            ("再办理转入", "再辦理轉入", "then transfer the filing in"),
        ],
        {"filing_types": (FilingType.NEW_ACCESS,)},
    ),
    Row(
        "且无法联系原接入服务商进行变更，只能注销备案后重新提交新增网站",
        Topic.PHONE_CHANGED,
        [
            (
                "只能注销备案，再重新提交新增网站",
                "只能註銷備案，再重新提交新增網站",
                "submit it again as a new website (新增网站)",
            )
        ],
        {"filing_types": (FilingType.NEW_ACCESS,), "provider_unreachable": True},
    ),
    Row(
        "备案变更：主体负责人或网站负责人手机号码",
        Topic.TARGETS,
        [ENTITY, WEBSITE],
        {"filing_types": (FilingType.CHANGE,)},
    ),
    Row("1. 若变更主体信息，则验证主体负责人手机号码", Topic.TARGETS, [ENTITY], {"change": Change.ENTITY}),
    Row("2. 若变更网站信息，则验证网站负责人手机号码", Topic.TARGETS, [WEBSITE], {"change": Change.WEBSITE}),
    Row("主体负责人或网站负责人", Topic.TARGETS, [ENTITY, WEBSITE], {"change": Change.BOTH}),
    Row(
        "注销主体：主体负责人手机号码，暂不验证",
        Topic.TARGETS,
        [("暂不验证", "暫不驗證", "(暂不验证)"), ENTITY],
        {"filing_types": (FilingType.CANCEL_ENTITY,)},
    ),
    Row(
        "注销网站：主体负责人或网站负责人手机号码，暂不验证",
        Topic.TARGETS,
        [
            ("暂不验证", "暫不驗證", "(暂不验证)"),
            ("主体负责人或网站负责人", "主體負責人或網站負責人", "or the website contact (网站负责人)"),
        ],
        {"filing_types": (FilingType.CANCEL_WEBSITE,)},
    ),
    Row(
        "取消接入：网站负责人手机号码，暂不验证",
        Topic.TARGETS,
        [("暂不验证", "暫不驗證", "(暂不验证)"), WEBSITE],
        {"filing_types": (FilingType.CANCEL_ACCESS,)},
    ),
    Row(
        "注销主体、注销网站、取消接入：暂不验证",
        Topic.EXEMPT_TYPES,
        [
            (
                "注销主体、注销网站和取消接入暂不验证",
                "註銷主體、註銷網站和取消接入暫不驗證",
                "Cancel entity (注销主体), cancel website (注销网站), and cancel access (取消接入): no verification",
            )
        ],
    ),
    Row("1. 收到工信部发出的验证码后，访问所在省市通信管理局网站", Topic.STEPS, [("1. 打开", "1. 打開", "1. Open")]),
    Row("2. 单击管局网站页面【备案短信核验】按钮，进入核验页面", Topic.STEPS, [f"2. {{}}{BUTTON}"]),
    Row(
        "3. 依次填写验证信息（验证码、手机号码、证件号码后六位）并完成图形验证，单击【提交】按钮",
        Topic.STEPS,
        [FOUR_FIELDS, "【提交】"],
    ),
    Row("如果您的备案订单中，还有其他需验证的手机号，请继续完成", Topic.STEPS, [OTHER_PHONES]),
    Row("还有其他需验证的手机号，请继续完成", Topic.SEVERAL_PHONES, [OTHER_PHONES]),
    Row("短信验证码 手机号码 证件号码后六位 点击获取拼图验证 提交", Topic.FORM, [FOUR_FIELDS, "【提交】"]),
    Row("证件号码后六位", Topic.ID_DIGITS, [("证件号码后六位", "證件號碼後六位", "last six digits")]),
    Row("点击获取拼图验证", Topic.CAPTCHA, [("拼图", "拼圖", "picture puzzle")]),
    Row("负责人证件号码", Topic.WHOSE_ID, [("负责人本人", "負責人本人", "of the contact who receives the code")]),
    Row(
        "找回备案密码、修改备案密码、备案短信核验、公共查询、投诉建议",
        Topic.BUTTON,
        ["找回备案密码、修改备案密码、备案短信核验、公共查询、投诉建议"],
    ),
    Row("验证位置见下图红框处", Topic.BUTTON, [BUTTON]),
    Row(
        "输入的三条信息（证件号码、手机号码、验证码）不匹配，… 系统提示找不到记录。请核实信息后，重新输入",
        Topic.NOT_FOUND,
        [
            "找不到记录",
            ("不匹配", "不匹配", "do not match"),
            ("核实后重新输入", "核實後重新輸入", "Check them and enter them again"),
        ],
    ),
    Row("您的信息输入错误", Topic.NOT_FOUND, [("有信息输错", "有信息輸錯", "mistyped")]),
    Row("若负责人证件号码输错 5 次以后，系统提示短信核验失败", Topic.WRONG_ENTRIES, [FIVE_WRONG]),
    Row("您的备案申请信息将被工信部系统退回", Topic.FAILED, [FIVE_WRONG, AGAIN]),
    Row("1. … 单击管局网站页面【备案短信核验】按钮", Topic.RESEND, [f"2. {{}}{BUTTON}"]),
    Row("2. 单击【短信重发】进入短信重发验证页面", Topic.RESEND, ["3. {}【短信重发】"]),
    Row(
        "依次填写验证信息（手机号码、证件号码后六位）并完成图形验证，单击【提交】",
        Topic.RESEND,
        [
            (
                "手机号码和证件号码后六位，完成图形",
                "手機號碼和證件號碼後六位，完成圖形",
                "mobile number (手机号码) and last six digits",
            )
        ],
    ),
    Row("手机号码 证件号码后六位 点击完成拼图验证 提交", Topic.RESEND_FORM, [("拼图", "拼圖", "puzzle"), "【提交】"]),
    Row("系统提示发送成功：您的短信已发送成功", Topic.RESEND_RESULT, ["您的短信已发送成功"]),
    Row(
        "5. 查看手机获取验证码并在管局页面完成验证",
        Topic.RESEND,
        [
            (
                "查看手机上的验证码，回到管局网站完成验证",
                "查看手機上的驗證碼，回到管局網站完成驗證",
                "verify with it on the portal",
            )
        ],
    ),
    Row(
        "用户需在 48 小时内 … 完成验证后",
        Topic.WHAT_IS,
        [("48小时", "48 小時", "48 hours"), ("工信部", "工信部", "MIIT")],
    ),
    Row(
        "北京 不在试点",
        Topic.NEED,
        [("不需要短信核验", "不需要短信核驗", "no SMS verification")],
        {"provinces": ("beijing",)},
    ),
]

PRESS = {"zh_Hans": "单击", "zh_Hant": "點擊", "en": "Press "}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.topic}: {row.document}")
def test_answer_states_what_the_document_says(row: Row, locale: str) -> None:
    text = said(row.topic, locale, **row.slots)

    for held in row.holds:
        words = held if isinstance(held, str) else held[LOCALES.index(locale)]
        assert words.replace("{}", PRESS[locale]) in text


@pytest.mark.parametrize("locale", LOCALES)
def test_the_document_names_no_sender_number(locale: str) -> None:
    unsaid = {"zh_Hans": "没有说明", "zh_Hant": "沒有說明", "en": "does not say"}
    staff = {"zh_Hans": "人工客服", "zh_Hant": "人工客服", "en": "support staff"}

    text = said(Topic.SENDER_NUMBER, locale)

    assert unsaid[locale] in text
    assert staff[locale] in text
    assert not any(character.isdigit() for character in text)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    ("contacts", "denied"), [((Contact.ENTITY,), True), ((Contact.WEBSITE,), False), (tuple(Contact), False)]
)
def test_contact_that_a_new_website_does_not_ask_is_denied_first(
    locale: str, contacts: tuple[Contact, ...], denied: bool
) -> None:
    no = {"zh_Hans": "主体负责人不用验证", "zh_Hant": "主體負責人不用驗證", "en": "No, not the entity contact"}

    text = said(Topic.TARGETS, locale, filing_types=(FilingType.NEW_WEBSITE,), contacts=contacts)

    assert (len(text.splitlines()) == 2) is denied
    assert text.startswith(no[locale]) is denied
