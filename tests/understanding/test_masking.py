"""Digits that are masked, and those that mean something else."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.understanding.masking import MASK, is_sensitive, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    {
        "我的验证码是839204，帮我验证一下": "我的验证码是***，帮我验证一下",
        "驗證碼 716045": "驗證碼 ***",
        "839204": "***",
        "code:839204": "code:***",
        "my code is 4829": "my code is ***",
        "验证码 48291537": "验证码 ***",
        "我的码是 48 29 15": "我的码是 ***",
        "839 204 这个码": "*** 这个码",
        "８３９２０４": "***",
        "验证码八三九二零四": "验证码***",
        "手机号13900000067": "手机号***",
        "139 0000 0067 没收到": "*** 没收到",
        "139-0000-0067": "***",
        "139\u200b0000\u200b0067": "***",
        "+86 139 1234 5678": "***",
        "+852 9123 4567": "***",
        "0912 345 678": "***",
        "电话010-12345678": "电话***",
        "身份证620102199013320417，帮我查下": "身份证***，帮我查下",
        "62010219880707123X": "***",
        "620102880707123": "***",
        "后六位是 320849": "后六位是 ***",
        "后六位12345X": "后六位***",
        "护照 E12345678": "护照 ***",
        "手机 18600007712 码 570318": "手机 *** 码 ***",
    }.items(),
)
def test_masked(text: str, masked: str) -> None:
    assert mask(text) == masked
    assert is_sensitive(text)


@pytest.mark.parametrize(
    "text",
    [
        "输错5次",
        "48小时内验证",
        "2018-09-10",
        "2018年9月10日要验证吗",
        "20180910收到的验证码",
        "12381发的验证码",
        "工信管函〔2017〕2322号 短信核验",
        "10:30收到验证码",
        "2026-11-21T20:58+08:00 提交的",
        "11-23 14:00 收到短信",
        "example123456.com 去哪验证",
        "http://example.com:8080/verify",
        "错误码404，验证不了",
        "京ICP备12345678号",
        "6位验证码",
        "2018年的验证码",
        "订单号 12345678 要验证",
        "30 hours ago",
        "1-20个工作日",
        "",
    ],
)
def test_left_alone(text: str) -> None:
    assert mask(text) == text
    assert not is_sensitive(text)


@given(st.text(max_size=80), st.integers(100_000, 999_999), st.text(max_size=80))
def test_a_code_beside_its_word_is_never_left(before: str, code: int, after: str) -> None:
    assert str(code) not in mask(f"{before} 验证码是 {code} {after}").split("验证码是", 1)[1][:9]


@given(st.text())
@example(MASK)
def test_masking_twice_changes_nothing_more(text: str) -> None:
    masked = mask(text)
    assert is_sensitive(text) is (masked != text)
    assert mask(masked) == masked
