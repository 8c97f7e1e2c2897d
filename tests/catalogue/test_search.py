"""Searching one-things by the words people use (ux a1), over the names and items of all sixteen."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.catalogue.search import Found, search
from onething.catalogue.search_index import SearchIndex, Term, build_index, normalise

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
    hits = search(index, text).things
    assert hits, text
    assert hits[0].key == key, hits


@pytest.mark.parametrize("text", ["", "   ", "！？", "qqqqq", "量子力学", "火星移民"])
def test_what_is_nowhere_finds_nothing(index: SearchIndex, text: str) -> None:
    assert search(index, text) == Found([], [])


@pytest.mark.parametrize("text", ["婴儿", "开酒楼", "新开酒楼", "开馆子手续"])
def test_a_synonym_finds_what_the_other_words_find(index: SearchIndex, text: str) -> None:
    groups = [["宝宝", "婴儿", "娃娃"], ["酒楼", "饭店", "馆子"]]
    with_synonyms = build_index((document(key) for key in THINGS), groups)
    wanted = "newborn" if text == "婴儿" else "restaurant-start"
    assert wanted not in [hit.key for hit in search(index, text).things], "or this shows nothing"
    assert search(with_synonyms, text).things[0].key == wanted


def test_what_was_typed_counts_more_than_its_synonym() -> None:
    index = build_index((document(key) for key in THINGS), [["开饭店", "退休"]])
    assert [hit.key for hit in search(index, "退休").things][:2] == ["retirement", "restaurant-start"]


def test_an_item_is_found_by_its_own_name_and_once(index: SearchIndex) -> None:
    found = search(index, "社会保障卡申领").items
    assert found[0].onething == search(index, "社会保障卡申领").things[0].key
    assert found[0].name == "社会保障卡申领"
    shared = [{**document(key), "items": [{"key": "card", "id": "card", "name": "社保卡申领"}]} for key in THINGS]
    assert len(search(build_index(shared), "社保卡申领").items) == 1


class Counted(Sequence[Term]):
    """The terms of an index, counting how often one is looked at."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self.terms, self.looks = terms, 0

    def __len__(self) -> int:
        return len(self.terms)

    def __getitem__(self, number: Any) -> Any:
        self.looks += 1
        return self.terms[number]


def test_ten_thousand_items_are_not_compared_one_by_one() -> None:
    """The words of a large city: only those that share something with the query are looked at."""
    signs = [chr(0x4E00 + number) for number in range(0, 20_000, 97)]
    names = (first + second for first in signs for second in signs)
    crowd = [
        {**document("newborn"), "key": f"city-{number}", "name": f"{next(names)}业务", "aliases": [], "keywords": [],
         "items": [{"key": f"item-{item}", "id": f"{number}/{item}", "name": next(names)} for item in range(50)]}
        for number in range(200)
    ]  # fmt: skip
    index = build_index([*(document(key) for key in THINGS), *crowd])
    assert len(index.items) > 10_000
    for text in ("上户口", "csyjs", "初生一件事", "出生一件是", "开饭殿"):
        terms = Counted(index.terms)
        found = search(dataclasses.replace(index, terms=terms), text)
        assert any(hit.key in THINGS for hit in found.things), text
        assert terms.looks < 2_000, text


def test_the_word_that_matched_is_told(index: SearchIndex) -> None:
    assert search(index, "上户口").things[0].matched == "上户口"


def test_a_tie_is_broken_by_key(index: SearchIndex) -> None:
    hits = search(index, "社会保障卡申领").things
    same = [hit.key for hit in hits if hit.score == hits[1].score]
    assert same == sorted(same)


def test_full_width_and_capitals_count_as_the_same() -> None:
    assert normalise("ＣＳ ＹＪＳ。") == "csyjs"


@given(st.text(max_size=60))
def test_any_text_is_answered_the_same_twice(text: str) -> None:
    index = build_index(document(key) for key in ("newborn", "restaurant-start"))
    first = search(index, text)
    assert first == search(index, text)
    assert all(0 < hit.score <= 1.2 for hit in first.things)


@given(st.permutations(list(THINGS)))
def test_the_order_of_things_changes_nothing(order: list[str]) -> None:
    assert search(build_index(document(key) for key in order), "户口") == search(
        build_index(document(key) for key in THINGS), "户口"
    )


def test_only_the_beginning_of_an_endless_query_is_compared(index: SearchIndex) -> None:
    assert search(index, "户" * 100_000) == search(index, "户" * 40)
