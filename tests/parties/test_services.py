"""Loading places and bodies from the catalogue's files, and making accounts of a demonstration."""

from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.cast import AT

from onething.parties.models import Account, Division, Organisation, Routing
from onething.parties.services import (
    AccountRefused,
    PlacesRefused,
    create_demonstration_account,
    load_places_and_bodies,
)

pytestmark = pytest.mark.django_db

DIVISIONS = """
divisions:
  - {code: '320000', name: 江苏省, level: province}
  - {code: '321200', name: 泰州市, level: city, parent: '320000'}
  - {code: '321202', name: 海陵区, level: county, parent: '321200'}
  - {code: '321202406', name: 海陵工业园区, level: town, parent: '321202', administrative: false}
  - {code: '321271', name: 医药高新区, level: zone, parent: '321200', valid_to: 2022-12-31, successor: '321202'}
"""
BODIES = """
organisations:
  - {key: hailing-health, name: 海陵区卫生健康委员会, short: 卫健委, division: '321202', provenance: derived}
  - {key: city-tax, name: 泰州市税务局, division: '321200', kind: department, provenance: official}
  - {key: city-office, name: 泰州市行政审批局, division: '321200'}
functions:
  - {key: health, name: 卫生健康, words: [卫生健康部门]}
  - {key: tax, name: 税务, organisation: city-tax}
routing:
  - {function: health, division: '321202', organisation: hailing-health}
  - {item: newborn/birth-certificate, division: '321200', organisation: city-office, valid_from: 2026-01-01}
"""


def folder(path: Path, divisions: str = DIVISIONS, bodies: str = BODIES) -> Path:
    (path / "divisions.yaml").write_text(divisions, encoding="utf-8")
    (path / "organisations.yaml").write_text(bodies, encoding="utf-8")
    return path


def test_the_files_become_rows(tmp_path: Path) -> None:
    loaded = load_places_and_bodies(folder(tmp_path))
    assert (loaded.divisions, loaded.organisations, loaded.functions, loaded.routings) == (5, 3, 2, 3)
    park = Division.objects.get(code="321202406000")
    assert (park.parent_id, park.is_administrative) == ("321202000000", False)
    assert Division.objects.get(code="321271000000").successor_id == "321202000000"
    assert Routing.objects.get(function_id="tax").division_id == "321200000000"


def test_twice_is_the_same_as_once_and_a_change_is_taken_over(
    tmp_path: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    load_places_and_bodies(folder(tmp_path))
    kept = list(Organisation.objects.order_by("pk").values_list("pk", "key"))
    with django_assert_num_queries(8):  # savepoint, four sets, one read, release
        load_places_and_bodies(folder(tmp_path, bodies=BODIES.replace("泰州市税务局", "国家税务总局泰州市税务局")))
    assert list(Organisation.objects.order_by("pk").values_list("pk", "key")) == kept
    assert Routing.objects.count() == 3
    assert Organisation.objects.get(key="city-tax").name == "国家税务总局泰州市税务局"


def test_what_the_files_no_longer_name_stays(tmp_path: Path) -> None:
    load_places_and_bodies(folder(tmp_path))
    load_places_and_bodies(folder(tmp_path, bodies="organisations: []"))
    assert Organisation.objects.filter(key="hailing-health").exists()


@pytest.mark.parametrize(
    ("divisions", "bodies", "told"),
    [
        (DIVISIONS.replace("level: city", "level: galaxy"), BODIES, "不认识的级别 galaxy"),
        (DIVISIONS.replace("parent: '320000'", "parent: '330000'"), BODIES, "没有的区划 330000000000"),
        (DIVISIONS.replace("code: '320000', ", ""), BODIES, "缺少 'code'"),
        (DIVISIONS, BODIES.replace("organisation: hailing-health", "organisation: nobody"), "没有的单位 nobody"),
        (DIVISIONS, BODIES.replace("{item: newborn", "{function: health, item: newborn"), "只能写一个"),
        (DIVISIONS, BODIES.replace("function: health, div", "function: magic, div"), "没有职能 magic"),
        (DIVISIONS, "organisations: {a: b}", "应为列表"),
        (DIVISIONS, "organisations: [", "不是正确的 YAML"),
        ("[" * 100_000, BODIES, "不是正确的 YAML"),
        (f"divisions: {'[' * 200}{']' * 200}", BODIES, "嵌套超过 24 层"),
    ],
)
def test_faults_are_named_and_nothing_is_written(tmp_path: Path, divisions: str, bodies: str, told: str) -> None:
    with pytest.raises(PlacesRefused) as refused:
        load_places_and_bodies(folder(tmp_path, divisions, bodies))
    assert told in refused.value.message
    assert not Division.objects.exists()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlacesRefused, match="没有这个文件"):
        load_places_and_bodies(tmp_path)


def test_a_new_resident_and_a_new_enterprise() -> None:
    resident = create_demonstration_account(display_name=" 阿依古丽·买买提 ", at=AT)
    firm = create_demonstration_account(
        display_name="䶮㛃", principal_name="小馆", principal_uscc="91321202ma00d01a71", at=AT
    )
    assert (resident.kind, resident.display_name, resident.principal) == (Account.Kind.RESIDENT, "阿依古丽·买买提", "")
    assert (firm.kind, firm.principal) == (Account.Kind.ENTERPRISE, "91321202MA00D01A71")
    assert not resident.has_usable_password()
    assert resident.username != firm.username


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"display_name": "  "}, "name_missing"),
        ({"display_name": "长" * 61}, "name_long"),
        ({"display_name": "李", "principal_uscc": "91321202MA00D01A71"}, "enterprise_missing"),
        ({"display_name": "李", "principal_name": "企" * 201}, "enterprise_long"),
        ({"display_name": "李", "principal_name": "小馆", "principal_uscc": "123"}, "uscc_shape"),
    ],
)
def test_what_cannot_be_an_account_is_refused(given: dict[str, str], code: str) -> None:
    with pytest.raises(AccountRefused) as refused:
        create_demonstration_account(**given, at=AT)
    assert refused.value.code == code


def test_a_body_that_is_gone_names_who_goes_on_with_its_work(tmp_path: Path) -> None:
    """R2.8.a/1: succession is data of the file; a successor that is not there, or no last day, is a fault."""
    gone = "division: '321202', provenance: derived, valid_to: 2026-11-30, successor: city-office}"
    ended = BODIES.replace("division: '321202', provenance: derived}", gone)
    load_places_and_bodies(folder(tmp_path, bodies=ended))
    heir = Organisation.objects.get(key="hailing-health").successor
    assert heir is not None
    assert heir.key == "city-office"
    for wrong, told in (
        (ended.replace("successor: city-office", "successor: nobody"), "承接单位 nobody 不在文件里"),
        (ended.replace(" valid_to: 2026-11-30,", ""), "要写 valid_to"),
    ):
        with pytest.raises(PlacesRefused, match=told):
            load_places_and_bodies(folder(tmp_path, bodies=wrong))
