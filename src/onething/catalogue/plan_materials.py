"""One set of materials (R2.5.a, R2.5.c): every paper once, who asks it on what basis, and how it is obtained.

How: `produced` by an earlier item of this plan, `licence` (an electronic licence is fetched), `data` (checked against
a register), `commitment` (a written promise stands for the proof) or `submit`. Of several askers the strictest way
holds. Where any one of several papers will do, one that need not be brought makes the others unnecessary.
What the answers of one of several persons spare him is `not_of` him.
"""

from collections.abc import Mapping
from typing import Any

from onething.catalogue.conditions import evaluate
from onething.catalogue.plan_items import Item, Selection, resolve
from onething.catalogue.plan_parties import Parties, spared

STRICTNESS = ("produced", "licence", "data", "commitment", "submit")
FREE = ("produced", "licence", "data")  # comes without the applicant's doing
NECESSITY = ("非必要", "容缺", "必要")
ALTERNATIVE = " | "  # no author writes this inside a name
FORMS = ("电子文件", "电子证照", "复印件", "原件")


def materials_of(
    document: Mapping[str, Any], selection: Selection, situation: Mapping[str, Any], parties: Parties
) -> list[dict[str, Any]]:
    """Return the material list of the plan in the order of the items that ask first."""
    result: dict[tuple[str, str | None, str | None], dict[str, Any]] = {}
    for item in selection.ordered():
        for material in item["materials"]:
            party = parties.get(material["party"] or "")
            if (party and not party["asks"]) or evaluate(material["when"], situation) is not True:
                continue
            entry = _entry(document, selection, item, material, parties)
            entry["not_of"] = spared(party, material["when"], situation)
            known = result.setdefault((entry["key"], entry["party"], entry["any_of"]), entry)
            if known is not entry:
                _tighten(known, entry)
    entries = _once(_settle_alternatives(list(result.values())))
    for entry in entries:
        entry["why_not_needed"] = _why_not(entry, selection)
    return entries


def _once(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """List a paper once that stands in several any-of groups: as a choice to be made, or else as it comes by itself.

    Where it is one of several to bring, nobody minds that elsewhere it comes by itself or another paper stands for it.
    """
    same: dict[tuple[str, str | None], list[dict[str, Any]]] = {}
    for entry in entries:
        same.setdefault((entry["key"], entry["party"]), []).append(entry)
    result = []
    for several in same.values():
        most = max(_burden(entry) for entry in several)
        shown = next(entry for entry in several if _burden(entry) == most)
        alike = [entry for entry in several if _burden(entry) == most]
        shown["groups"] = [entry["any_of"] for entry in alike if entry["any_of"]]
        for entry in several:
            if entry is shown:
                continue
            if any(entry is other for other in alike):
                _tighten(shown, entry)
            else:
                _join(shown, entry)
        result.append(shown)
    return result


def _burden(entry: Mapping[str, Any]) -> int:
    """Return 2 for what is to be brought, 1 for what comes by itself, 0 for what another paper stands for."""
    return 0 if entry["not_needed"] else 1 if entry["obtained"] in FREE else 2


def _entry(
    document: Mapping[str, Any], selection: Selection, item: Item, material: Mapping[str, Any], parties: Parties
) -> dict[str, Any]:
    subject = resolve(material["party"], parties) if material["party"] else None
    group = _group(item, material, selection.situation, parties)
    maker = selection.producers.get((item["key"], (material["key"], material["party"])))
    known = document["documents"].get(material["key"], {})
    return {
        "key": material["key"], "name": known.get("name", material["name"]) if subject is None else material["name"],
        "party": subject, "party_name": parties[subject]["name"] if subject is not None and subject in parties else subject,
        "kind": material["kind"] or known.get("kind"), "form": material["form"], "copies": material["copies"],
        "asked_by": [{"item": item["key"], "basis": "；".join(material["basis"])}],
        "obtained": "produced" if maker else material["obtained"], "produced_by": maker,
        "required": material["necessity"] == "必要", "necessity": material["necessity"], "any_of": group,
        "original": material["original"], "issued_by": material["issued_by"], "signed_by": material["signed_by"],
        "origin": material["origin"], "pages": material["pages"], "note": material["note"],
        "sample": known.get("sample") or ({"lines": [material["sample"]]} if material["sample"] else None),
        "from_form": material["from_form"], "not_needed": False, "names": [material["name"]],
    }  # fmt: skip


def _group(item: Item, material: Mapping[str, Any], situation: Mapping[str, Any], parties: Parties) -> str | None:
    """Name an any-of group by the papers in it, so that two items asking for the same choice ask once."""
    if not material["any_of"]:
        return None
    members = [
        m
        for m in item["materials"]
        if m["any_of"] == material["any_of"]
        and evaluate(m["when"], situation) is True
        and parties.get(m["party"] or "", {"asks": True})["asks"]
    ]
    names = {f"{m['key']}@{resolve(m['party'], parties)}" if m["party"] else m["key"] for m in members}
    return ALTERNATIVE.join(sorted(names)) if len(names) > 1 else None  # one paper alone is no choice


def _join(known: dict[str, Any], other: dict[str, Any]) -> None:
    known["asked_by"] += [asker for asker in other["asked_by"] if asker not in known["asked_by"]]
    known["names"] += [name for name in other["names"] if name not in known["names"]]
    known["not_of"] = [instance for instance in known["not_of"] if instance in other["not_of"]]


def _tighten(known: dict[str, Any], other: dict[str, Any]) -> None:
    _join(known, other)
    if STRICTNESS.index(other["obtained"]) > STRICTNESS.index(known["obtained"]):
        known["obtained"], known["produced_by"] = other["obtained"], other["produced_by"]
    if NECESSITY.index(other["necessity"]) > NECESSITY.index(known["necessity"]):
        known["necessity"], known["required"] = other["necessity"], other["required"]
    if _rank(other["form"]) > _rank(known["form"]):
        known["form"] = other["form"]
    known["copies"] = max(known["copies"], other["copies"])
    known["original"] = "surrender" if "surrender" in (known["original"], other["original"]) else (
        known["original"] or other["original"]
    )  # fmt: skip


def _rank(form: str | None) -> int:
    return FORMS.index(form) if form in FORMS else -1


def _settle_alternatives(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Within an any-of group one paper that comes by itself, or is wanted anyway, frees the applicant from the others.

    A paper is not listed both by itself and as one of several: the stricter of the two demands stays.
    """
    alone = {(entry["key"], entry["party"]): entry for entry in entries if not entry["any_of"]}
    members = [entry for entry in entries if entry["any_of"]]
    settled = {entry["any_of"]: entry for entry in members if entry["obtained"] in FREE}
    gone: list[dict[str, Any]] = []
    for entry in members:
        single = alone.get((entry["key"], entry["party"]))
        if single is None:
            continue
        stays, goes = (single, entry) if _weight(single) >= _weight(entry) else (entry, single)
        stays["asked_by"] += [asker for asker in goes["asked_by"] if asker not in stays["asked_by"]]
        gone.append(goes)
        if stays is single:
            settled.setdefault(entry["any_of"], single)
    for entry in members:
        if entry["any_of"] in settled and entry is not settled[entry["any_of"]]:
            entry["not_needed"], entry["required"] = True, False
    return [entry for entry in entries if not any(entry is other for other in gone)]


def _weight(entry: Mapping[str, Any]) -> int:
    return NECESSITY.index(entry["necessity"])


def _why_not(entry: Mapping[str, Any], selection: Selection) -> str | None:
    """Say in plain words why a paper need not be brought; None when it must be handed in or promised."""
    if entry["from_form"] and entry["obtained"] == "data":
        return "按您填的表自动生成，不用您交"
    if entry["not_needed"]:
        return "有其他材料可以代替，不用交"
    match entry["obtained"]:
        case "produced":
            return f"“{selection.items[entry['produced_by']]['name']}”办好后就有，不用您交"
        case "licence":
            return f"由{entry['issued_by'] or '发证部门'}的电子证照提供，不用您交"
        case "data":
            return f"由{entry['issued_by'] or '有关部门'}的数据核对，不用您交"
        case _:
            return None
