"""Searching one-things by the words people use (ux a1), over the names and items of all sixteen."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.catalogue.search import SearchIndex, build_index, normalise, search

# Name, aliases, keywords, items: as an author writes them. The others stand in the way as in the real catalogue.
THINGS: dict[str, tuple[str, list[str], list[str], list[str]]] = {
    "newborn": (
        "新生儿出生一件事",
        ["出生一件事", "生孩子"],
        ["上户口", "出生证", "宝宝", "医保", "打疫苗", "报户口"],
        [
            "生育登记",
            "出生医学证明首次签发",
            "预防接种证办理",
            "出生登记",
            "城乡居民参保登记",
            "社会保障卡申领",
            "生育医疗待遇支付",
        ],
    ),
    "death": (
        "公民身后一件事",
        ["身后事", "去世"],
        ["火化", "销户口", "丧葬费", "抚恤金", "遗产"],
        ["死亡证办理（正常）", "遗体火化证明开具", "死亡人员户口注销", "遗属待遇申领", "驾驶证注销", "残疾人证注销"],
    ),
    "restaurant-start": (
        "开办餐饮店一件事",
        ["开饭店", "开餐馆"],
        ["小吃店", "奶茶店", "食品经营许可证"],
        ["食品经营许可新办", "户外招牌设施设置", "公众聚集场所投入使用、营业前消防安全检查", "烟草专卖零售许可证核发"],
    ),
    "company-start": ("企业开办一件事", ["开公司"], ["营业执照", "刻章"], ["企业设立登记", "公章刻制", "社保登记"]),
    "company-deregistration": (
        "企业注销登记一件事",
        ["注销公司"],
        [],
        ["企业注销登记", "税务注销", "社会保险登记注销"],
    ),
    "retirement": ("企业职工退休一件事", ["退休"], ["养老金"], ["企业职工正常退休", "社会保障卡申领"]),
    "social-security-card": ("社会保障卡居民服务一件事", ["社保卡"], [], ["社会保障卡申领", "社会保障卡挂失"]),
    "second-hand-home": ("二手房转移登记及水电气联动过户一件事", ["二手房过户"], [], ["不动产转移登记", "水表过户"]),
    "employee-hire": ("员工录用一件事", ["招工"], ["社保"], ["就业登记", "职工参保登记"]),
    "utilities-connection": ("水电气网联合报装一件事", [], ["通水", "通电"], ["用水报装", "用电报装"]),
    "construction-permit": ("工程建设项目施工许可一件事", [], [], ["建筑工程施工许可证核发", "建设工程消防设计审查"]),
    "disability-services": ("扶残助困（残疾人服务）一件事", ["残疾证"], [], ["残疾人证新办", "困难残疾人生活补贴"]),
}


def document(key: str) -> dict[str, Any]:
    name, aliases, keywords, items = THINGS[key]
    return {
        "key": key, "name": name, "aliases": aliases, "keywords": keywords, "outcome": [], "summary": None,
        "items": [{"key": f"item-{number}", "name": item} for number, item in enumerate(items)],
    }  # fmt: skip


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    return build_index(document(key) for key in THINGS)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("上户口", "newborn"),
        ("出生证", "newborn"),
        ("宝宝医保", "newborn"),
        ("csyjs", "newborn"),
        ("CSYJS", "newborn"),
        ("出生一件是", "newborn"),
        ("初生一件事", "newborn"),
        ("新生儿", "newborn"),
        ("xinshenger", "newborn"),
        ("xinshengre", "newborn"),
        ("出生医学证明", "newborn"),
        ("给孩子上户口", "newborn"),
        ("生孩孑", "newborn"),
        ("xsecs", "newborn"),
        ("开饭店", "restaurant-start"),
        ("开餐馆", "restaurant-start"),
        ("我想开个饭店", "restaurant-start"),
        ("kaifandian", "restaurant-start"),
        ("食品许可证", "restaurant-start"),
        ("餐饮", "restaurant-start"),
        ("开饭殿", "restaurant-start"),
        ("奶茶", "restaurant-start"),
        ("老人去世", "death"),
        ("注销户口", "death"),
        ("shs", "death"),
        ("开公司", "company-start"),
        ("二手房", "second-hand-home"),
        ("社保卡", "social-security-card"),
        (" 退 休！", "retirement"),
    ],
)
def test_everyday_words_find_the_thing_first(index: SearchIndex, text: str, key: str) -> None:
    hits = search(index, text)
    assert hits, text
    assert hits[0].key == key, hits


@pytest.mark.parametrize("text", ["", "   ", "！？", "qqqqq", "量子力学", "火星移民"])
def test_what_is_nowhere_finds_nothing(index: SearchIndex, text: str) -> None:
    assert search(index, text) == []


def test_the_word_that_matched_is_told(index: SearchIndex) -> None:
    assert search(index, "上户口")[0].matched == "上户口"


def test_a_tie_is_broken_by_key(index: SearchIndex) -> None:
    hits = search(index, "社会保障卡申领")
    same = [hit.key for hit in hits if hit.score == hits[1].score]
    assert same == sorted(same)


def test_full_width_and_capitals_count_as_the_same() -> None:
    assert normalise("ＣＳ ＹＪＳ。") == "csyjs"


@given(st.text(max_size=60))
def test_any_text_is_answered_the_same_twice(text: str) -> None:
    index = build_index(document(key) for key in ("newborn", "restaurant-start"))
    first = search(index, text)
    assert first == search(index, text)
    assert all(0 < hit.score <= 1.2 for hit in first)


@given(st.permutations(list(THINGS)))
def test_the_order_of_things_changes_nothing(order: list[str]) -> None:
    assert search(build_index(document(key) for key in order), "户口") == search(
        build_index(document(key) for key in THINGS), "户口"
    )


def test_only_the_beginning_of_an_endless_query_is_compared(index: SearchIndex) -> None:
    assert search(index, "户" * 100_000) == search(index, "户" * 40)
