"""A difference is told in words, complete and only when there is one."""

import copy
from typing import Any

from hypothesis import given
from tests.catalogue.generated import compiled, things
from tests.catalogue.test_check import SOUND

from onething.catalogue.diff import differences


def changed(change: Any) -> list[str]:
    thing = copy.deepcopy(SOUND)
    change(thing)
    return differences(compiled(copy.deepcopy(SOUND)), compiled(thing))


@given(things())
def test_nothing_changed_says_nothing(thing: dict[str, Any]) -> None:
    assert differences(compiled(copy.deepcopy(thing)), compiled(thing)) == []


def test_a_shorter_promise() -> None:
    rows = changed(lambda thing: thing["items"][0].update(promised_working_days=2))
    assert rows == ["事项 › “先办的” › 时限 › 承诺时限：从3个工作日改为2个工作日"]


def test_a_new_material_and_a_dropped_item() -> None:
    rows = changed(lambda thing: (thing["items"][0]["materials"].append({"name": "收据"}), thing["items"].pop()))
    assert "事项：去掉了“后办的”" in rows
    assert "事项 › “先办的” › 材料：新增“收据”" in rows


def test_another_wording_of_a_question() -> None:
    rows = changed(lambda thing: thing["scenarios"][0].update(question="在哪儿？"))
    assert rows == ["问题 › “在哪儿？” › 问法：从“在哪里？”改为“在哪儿？”"]
