"""Provinces by every name that people use, and not where they are not meant."""

import tomllib
from typing import Any

import pytest

from bot.resources import resource
from bot.understanding import Understanding
from tests.understanding.conftest import NOW, ZONE, Talk

FILE: dict[str, Any] = tomllib.loads(resource("data", "provinces.toml").read_text("utf-8"))
PROVINCES: list[dict[str, Any]] = FILE["provinces"]
IDS = (
    *("beijing", "tianjin", "hebei", "shanxi", "inner_mongolia", "liaoning", "jilin", "heilongjiang", "shanghai"),
    *("jiangsu", "zhejiang", "anhui", "fujian", "jiangxi", "shandong", "henan", "hubei", "hunan", "guangdong"),
    *("guangxi", "hainan", "chongqing", "sichuan", "guizhou", "yunnan", "tibet", "shaanxi", "gansu", "qinghai"),
    *("ningxia", "xinjiang"),
)


def owners(name: str) -> set[str]:
    keys = ("names", "cities", "places", "english", "english_places", "typos")
    return {province["id"] for province in PROVINCES for key in keys if name in province.get(key, ())}


def test_there_are_31_provinces() -> None:
    assert [province["id"] for province in PROVINCES] == list(IDS)
    assert sum(len(province.get("cities", ())) for province in PROVINCES) >= 330


@pytest.mark.parametrize("province", PROVINCES, ids=IDS)
def test_every_name_in_the_file_is_found(understanding: Understanding, province: dict[str, Any]) -> None:
    keys = ("names", "cities", "places", "english", "english_places", "typos")
    for name in (name for key in keys for name in province.get(key, ())):
        for text in (
            name,
            f"我在{name}，去哪里验证" if not name.isascii() else f"Where do I verify for {name.title()}?",
        ):
            slots = understanding.read(text, NOW, ZONE).asks[0].slots
            expected = owners(name)
            assert set(slots.provinces or slots.unclear_city) == expected, text
            assert bool(slots.unclear_city) is (len(expected) > 1), text


@pytest.mark.parametrize(
    ("text", "provinces"),
    {
        # in full, in Traditional script, in English
        "广西壮族自治区": "guangxi",
        "新疆维吾尔自治区的网址": "xinjiang",
        "內蒙古自治區": "inner_mongolia",
        "陝西": "shaanxi",
        "寧夏要驗證嗎": "ningxia",
        "Tibet": "tibet",
        "Xizang portal": "tibet",
        "Neimenggu": "inner_mongolia",
        "inner mongolia": "inner_mongolia",
        "Shaanxi": "shaanxi",
        "Shanxi": "shanxi",
        # pinyin
        "gan su": "gansu",
        "gānsù": "gansu",
        "gan1su4 yanzheng wangzhi": "gansu",
        "shǎnxī": "shaanxi",
        "shānxī": "shanxi",
        "shan3xi1": "shaanxi",
        "nei meng gu yanzheng ma": "inner_mongolia",
        "hei long jiang": "heilongjiang",
        "xi'an de wangzhi": "shaanxi",
        "lanzhou de yanzheng wangzhi": "gansu",
        "wulumuqi yanzheng": "xinjiang",
        # slips
        "新僵的网址": "xinjiang",
        "内蒙谷": "inner_mongolia",
        "xinjang portal": "xinjiang",
        "Tianjing verification site": "tianjin",
        # towns
        "格尔木": "qinghai",
        "义乌的公司": "zhejiang",
        "滨海新区": "tianjin",
        "天津市河北区": "tianjin",
        "海南藏族自治州": "qinghai",
        "吉林市": "jilin",
        "四川 成都": "sichuan",
        "苏州": "jiangsu",
        "宿州": "anhui",
        "江西抚州": "jiangxi",
        "suzhou, anhui": "anhui",
        # abbreviations
        "津": "tianjin",
        "琼 网址": "hainan",
        "沪，需要验证吗": "shanghai",
        "甘、青、宁三个省": "gansu qinghai ningxia",
        "甘和青": "gansu qinghai",
        "陕甘宁": "shaanxi gansu ningxia",
        "江浙沪要验证吗": "jiangsu zhejiang shanghai",
        "甘 新 两省": "gansu xinjiang",
        # several, one denied
        "新疆和西藏": "xinjiang tibet",
        "Gansu and Qinghai": "gansu qinghai",
        "不是甘肃，是青海": "qinghai",
    }.items(),
)
def test_names(understanding: Understanding, text: str, provinces: str) -> None:
    assert understanding.find_provinces(text) == tuple(provinces.split())


@pytest.mark.parametrize(
    ("text", "provinces"),
    {
        "suzhou": "jiangsu anhui",
        "yichun": "heilongjiang jiangxi",
        "fuzhou yanzheng wangzhi": "fujian jiangxi",
        "taizhou": "jiangsu zhejiang",
        "朝阳": "beijing liaoning",
        "鼓楼区": "jiangsu fujian henan",
    }.items(),
)
def test_a_name_of_several_towns_is_left_open(say: Talk, text: str, provinces: str) -> None:
    slots = say(text).asks[0].slots
    assert slots.provinces == ()
    assert set(slots.unclear_city) == set(provinces.split())


@pytest.mark.parametrize(
    "text",
    [
        "新增接入验证谁",
        "云服务器哪家便宜",
        "阿里云的备案",
        "海外公司",
        "贵公司怎么收费",
        "重新发一下短信",
        "青年",
        "宁可不验证",
        "黑名单",
        "申请表",
        "今天进不去网站",
        "新 增 备 案",
        "老板说没收到",
        "通信管理局",
        "三条信息不匹配",
        "两个人都要吗",
        "东西填错了",
        "南方人",
        "手机丢了",
        "现在显示失败",
        "verify the naming of the site",
        "running late",
        "a handsome man",
        "xian zai zenme yanzheng",
        "beian hui zenyang",
    ],
)
def test_ordinary_words_are_no_provinces(understanding: Understanding, text: str) -> None:
    assert understanding.find_provinces(text) == ()


@pytest.mark.parametrize("beside", ["の", "Ж", "한국", "\u0662", "\ufadf", "𠀀"])
def test_letters_of_other_scripts_hide_no_name(understanding: Understanding, beside: str) -> None:
    for text in (f"{beside}兰州在哪验证", f"兰州{beside}要验证吗", f"{beside}兰州{beside}"):
        assert understanding.find_provinces(text) == ("gansu",)
