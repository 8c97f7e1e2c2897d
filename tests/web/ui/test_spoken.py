"""Texts kept in Chinese, said in the reader's language: whole, by sentence, by piece; and every sentence of the rules is known."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from onething.web.ui.spoken import (
    has_chinese,
    listed,
    listed_or_counted,
    said,
    said_all,
    spoken,
    whose_paper,
    with_unit,
)

ONETHING = Path(__file__).resolve().parents[3] / "src" / "onething"
# The modules below the web whose sentences reach residents and businesses.
SPEAKING = (
    "oneform/checks.py", "oneform/rules.py", "kit/identity.py", "kit/names.py", "materials/rules.py", "notice/rules.py",
    "catalogue/plan_materials.py", "catalogue/plan_promise.py", "delivery/rules.py", "documents/rules.py", "files/inspection.py",
    "submission/access.py", "submission/services/drafts.py", "submission/services/later.py",
    "activities/services/choose.py", "submission/services/materials.py", "submission/services/sections.py", "submission/services/submit.py",
)  # fmt: skip
IN_BRACKETS = re.compile(r"\([^()]*\)")  # official words that people must recognise
# Values of data, and pieces that are no sentence.
NO_SENTENCES = frozenset({
    "姓名", "男", "女", "年", "月", "日", "时", "分", "一二三四五六日", "必要", "非必要", "容缺", "给付", "登记", "邮寄",
    "企业", "李梅", "填写", "选择", "X的", "X后第XX起", "X：X", "X年X月X日（星期X）", "这件事有X处X，以办理单位答复为准", "只有数字和大写字母，请改第X位", "里没有字母X，看看是不是X", "X只写数字X", "X和要求的写法不一样，请检查X", "，例如 X",
    "X已于X失效，不再X", "没有公布收费标准（X）", "，第XX为止", "，到第XX为止", "元", "的", "个工作日", "天", "办理", "要求", "《", "》", "意见", "办理事项", "办理结论", "同意", "申请人", "申请编号",
})  # fmt: skip


@pytest.fixture
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def sentences(module: str) -> set[str]:
    """Every Chinese text a module makes, with X where something is filled in. Docstrings, patterns and pieces are left out."""
    tree = ast.parse((ONETHING / module).read_text())
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if part is not node
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            text = node.value
        else:
            continue
        if has_chinese(text) and text not in NO_SENTENCES and "[" not in text and "\\" not in text and "\n" not in text:
            found.add(text)
    docs = {
        ast.get_docstring(node, clean=False)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
    }
    return found - docs


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize("module", SPEAKING)
def test_every_sentence_of_the_rules_has_english(module: str) -> None:
    lacking = sorted(text for text in sentences(module) if has_chinese(IN_BRACKETS.sub("", said(text))))
    assert lacking == [], "add them to web/ui/phrases.py, run `make messages`, translate"


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("填写母亲的姓名", None),
        ("母亲姓名最多60个字，现在是70个", "Mother's name: at most 60 characters, now 70"),
        ("监护人2", "Guardian 2"),
        ("上传：母亲的出生医学证明", "Upload: Medical certificate of birth (出生医学证明) (Mother)"),
        ("海陵区公安部门（演示）", "Public security department (police) (demonstration), Hailing District"),
        ("2026年3月5日（星期四）前", "by Thursday, 5 March 2026"),
        ("法律规定最长30个工作日", "by law at most 30 working days"),
        ("《中华人民共和国消防法》第十五条", "《中华人民共和国消防法》第十五条"),
        ("ABC", "ABC"),
        ("", ""),
    ],
)
def test_a_text_is_said_in_english(chinese: str, english: str | None) -> None:
    if english is None:
        assert said(chinese).startswith("Enter ")
    else:
        assert said(chinese) == english


@pytest.mark.usefixtures("in_english")
def test_words_typed_by_nobody_stay_chinese() -> None:
    assert said("没有人翻译过的一句话") == "没有人翻译过的一句话"


def test_on_a_chinese_page_everything_stays_the_very_same() -> None:
    plan = {"name": "新生儿出生一件事", "items": [{"name": "出生登记"}]}
    with translation.override("zh-hans"):
        assert spoken(plan) is plan
        assert said_all(plan) is plan
        assert said("出生登记") == "出生登记"
        assert listed(["一", "二"]) == "一、二"
        assert with_unit(86, "平方米") == "86平方米"
        assert whose_paper("母亲", "身份证") == "母亲的身份证"


@pytest.mark.usefixtures("in_english")
def test_a_plan_keeps_its_data() -> None:
    plan = {
        "answers": {"place": "中国"},
        "form": [{"label": "国籍", "options": ["中国"], "element": "nationality"}],
        "basis": [{"title": "中华人民共和国消防法", "cited": "《消防法》"}],
        "parties": [{"key": "child", "name": "新生儿"}],
    }
    made = spoken(plan)
    assert made["answers"] == {"place": "中国"}
    assert made["form"][0]["label"] == "Nationality"
    assert made["form"][0]["options"] == [{"value": "中国", "label": "China"}]
    assert made["basis"] == plan["basis"]
    assert made["parties"] == [{"key": "child", "name": "Newborn"}]
    assert plan["parties"] == [{"key": "child", "name": "新生儿"}]


def test_a_few_names_stand_by_themselves_and_a_dozen_are_counted() -> None:
    names = ["燃气接入", "供水接入", "供电接入", "通信接入"]
    assert listed_or_counted(names[:3]) == "燃气接入、供水接入、供电接入"
    assert listed_or_counted(names) == "有4件事"
    with translation.override("en"):
        assert listed_or_counted(names) == "4 of them"
