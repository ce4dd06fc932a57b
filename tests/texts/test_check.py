"""The check of the catalogs finds each kind of fault."""

from pathlib import Path

import pytest

from tests.catalogs import FAMILIES, faults, formatted

WORDS = {f"{family}.{member}": "同文" for family, members in FAMILIES.items() for member in members}
CODE = 'texts("greeting", name="x")\n' + "".join(f'f"{family}.{{member}}"\n' for family in FAMILIES)
GREETING = {"zh_Hans": "你好，%(name)s", "zh_Hant": "你好，%(name)s", "en": "Hello, %(name)s"}


class Project:
    """A small project whose catalogs and code are in order, to be spoiled."""

    def __init__(self, folder: Path) -> None:
        self.locales = folder / "locales"
        self.code = folder / "bot"
        self.code.mkdir()
        (self.code / "main.py").write_text(CODE, encoding="utf-8")
        for locale, greeting in GREETING.items():
            self.write(locale, {"greeting": greeting, **self.words(locale)})

    def words(self, locale: str) -> dict[str, str]:
        return {id_: f"entity ({text})" if locale == "en" else text for id_, text in WORDS.items()}

    def write(self, locale: str, texts: dict[str, str], name: str = "words.po") -> None:
        path = self.locales / locale / "LC_MESSAGES" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        body = "\n".join(f'msgid "{id_}"\nmsgstr "{text}"\n' for id_, text in texts.items())
        path.write_text(f'msgid ""\nmsgstr ""\n"Language: {locale}\\n"\n\n{body}', encoding="utf-8")
        path.write_bytes(formatted(path))

    def faults(self) -> list[str]:
        return faults(self.locales, [self.code])


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_project_in_order_has_no_faults(project: Project) -> None:
    assert project.faults() == []


@pytest.mark.parametrize(
    ("locale", "greeting", "fault"),
    [
        ("en", "Hello, %(nome)s", "en: greeting: not the same placeholders: name, nome"),
        ("en", "Hello", "en: greeting: not the same placeholders: name"),
        ("en", "Hello, %(name)d", "en: greeting:"),
        ("en", "<b>Hello, %(name)s", "not Telegram's HTML"),
        ("en", "<p>Hello, %(name)s</p>", "not Telegram's HTML"),
        ("zh_Hant", "你们好，%(name)s", "Simplified characters: 们"),
    ],
)
def test_text_that_does_not_do(project: Project, locale: str, greeting: str, fault: str) -> None:
    project.write(locale, {"greeting": greeting, **project.words(locale)})

    assert any(fault in found for found in project.faults())


@pytest.mark.parametrize(
    "text", ["點擊【备案短信核验】，%(name)s", "提示「找不到记录」，%(name)s", "备案短信核验：%(name)s"]
)
def test_what_the_portal_prints_may_be_simplified(project: Project, text: str) -> None:
    project.write("zh_Hant", {"greeting": text, **project.words("zh_Hant")})

    assert project.faults() == []


def test_chinese_term_that_is_due_in_english(project: Project) -> None:
    for locale, greeting in {"zh_Hans": "同文，%(name)s", "en": "Entity, %(name)s"}.items():
        project.write(locale, {"greeting": greeting, **project.words(locale)})

    assert project.faults() == ["en: greeting: lacks (同文)"]


def test_name_without_its_chinese(project: Project) -> None:
    project.write("en", {"greeting": GREETING["en"], **project.words("en"), "province.gansu": "Gansu"})

    assert project.faults() == ["en: province.gansu: lacks (同文)"]


def test_text_that_one_locale_lacks(project: Project) -> None:
    project.write("zh_Hans", {"greeting": GREETING["zh_Hans"], "bye": "x", **project.words("zh_Hans")})
    (project.code / "main.py").write_text(CODE + 'texts("bye")\n', encoding="utf-8")

    assert project.faults() == ["en: lacks bye", "zh_Hant: lacks bye"]


def test_text_that_only_a_translation_has(project: Project) -> None:
    project.write("en", {"greeting": GREETING["en"], "bye": "x", **project.words("en")})

    assert project.faults() == ["en: has bye, which zh_Hans has not"]


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ('texts("no.such")', "no.such: is used, but in no catalog"),
        ('turn.texts("greeting" if late else "no.such")', "no.such: is used, but in no catalog"),
        ('texts.plural("no.such", 2)', "no.such: is used, but in no catalog"),
    ],
)
def test_id_that_the_code_asks_for_in_vain(project: Project, code: str, fault: str) -> None:
    (project.code / "more.py").write_text(code, encoding="utf-8")

    assert project.faults() == [fault]


def test_id_that_nobody_uses(project: Project) -> None:
    (project.code / "main.py").write_text(CODE.replace("greeting", ""), encoding="utf-8")

    assert "greeting: is not used" in project.faults()


def test_member_of_a_family_that_is_missing_or_made_up(project: Project) -> None:
    for locale, greeting in GREETING.items():
        words = project.words(locale)
        words["province.atlantis"] = words.pop("province.gansu")
        project.write(locale, {"greeting": greeting, **words})

    assert project.faults() == [
        "province.atlantis: there is no such province",
        "province.gansu: is not in the catalogs",
    ]


@pytest.mark.parametrize("text", ["48 小时，%(name)s", "http://x.cn，%(name)s"])
def test_fact_in_an_answer(project: Project, text: str) -> None:
    for locale, greeting in GREETING.items():
        project.write(locale, project.words(locale))
        project.write(locale, {"greeting": text if locale == "zh_Hans" else greeting}, "answers.po")

    assert any("have to come from the rulebook" in found for found in project.faults())


def test_file_that_babel_would_write_otherwise(project: Project) -> None:
    path = project.locales / "en" / "LC_MESSAGES" / "words.po"
    path.write_text(path.read_text(encoding="utf-8").replace('msgstr "Hello', 'msgstr  "Hello'), encoding="utf-8")

    assert project.faults() == [f"{path}: not as Babel writes it; run python -m tests.catalogs --format"]


def test_file_that_cannot_be_read(project: Project) -> None:
    path = project.locales / "en" / "LC_MESSAGES" / "words.po"
    path.write_text('nonsense "\n', encoding="utf-8")

    assert any(str(path) in found for found in project.faults())
