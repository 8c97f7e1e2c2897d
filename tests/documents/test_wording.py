"""What documents say: the parts the law wants, in their order, and nothing that was not given."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onething.documents.kinds import TYPES, DocumentKind
from onething.documents.wording import Frame, compose, document_number, lacking
from onething.kit.documents import blocks_to_text, check_blocks
from onething.kit.hashing import hash_of

FRAME = Frame(
    number="市监局受〔2026〕7号",
    addressee="李梅",
    case_number="32120220260305000001A",
    what="营业执照",
    issuer="某市市场监督管理局",
    on=date(2026, 3, 5),
    item_number="32120220260305000001A-01",
)
words = st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=20)
kinds = st.sampled_from(list(DocumentKind))


@given(kind=kinds, data=st.data())
def test_every_part_is_said_in_its_order_and_what_is_lacking_is_named(kind: DocumentKind, data: st.DataObject) -> None:
    parts = TYPES[kind].parts
    given_ = {part.name: data.draw(st.one_of(words, st.lists(words, min_size=1, max_size=3))) for part in parts}
    left_out = data.draw(st.sets(st.sampled_from([part.name for part in parts])))
    said = {name: value for name, value in given_.items() if name not in left_out}
    wanted = {part.label for part in parts if part.name in left_out and not part.optional}
    assert set(lacking(kind, said)) == wanted
    content = compose(kind, said, FRAME)
    check_blocks(content["blocks"])
    text = blocks_to_text(content["blocks"])
    labels = [part.label for part in parts if part.name in said]
    places = [text.index(f"\n{label}：") for label in labels]
    assert places == sorted(places)
    for value in said.values():
        assert all(one in text for one in ([value] if isinstance(value, str) else value))
    assert "营业执照" in text
    assert FRAME.case_number in text


@given(kind=kinds, said=st.dictionaries(st.just("reason"), words))
def test_the_same_words_have_the_same_hash(kind: DocumentKind, said: dict[str, str]) -> None:
    assert hash_of(compose(kind, said, FRAME)) == hash_of(compose(kind, dict(said), FRAME))


@pytest.mark.parametrize("blank", ["", "  ", [], {"kind": "table", "columns": ["一"], "rows": []}])
def test_blank_is_lacking(blank: object) -> None:
    assert "理由" in lacking(DocumentKind.REFUSAL, {"reason": blank, "basis": "条例第一条", "remedies": "复议"})  # type: ignore[dict-item]


def test_the_licensing_law_is_not_claimed_for_what_is_no_licence() -> None:
    plain = Frame(**{name: getattr(FRAME, name) for name in FRAME.__slots__} | {"is_licence": False})
    for kind in DocumentKind:
        content = compose(kind, {}, plain)
        assert "行政许可" not in content["title"] + blocks_to_text(content["blocks"])
    assert "不予行政许可" in compose(DocumentKind.REFUSAL, {}, FRAME)["title"]


def test_the_number_is_written_as_the_standard_writes_it() -> None:
    assert document_number(body="市监局", kind=DocumentKind.ACCEPTANCE, year=2026, sequence=7) == "市监局受〔2026〕7号"
    assert len({one.word for one in TYPES.values()}) == len(DocumentKind)
