"""Compile what holds for the whole one-thing: the gate, exclusive choices, what law couples, what is looked at once."""

from typing import TYPE_CHECKING, Any

from onething.catalogue.edition_items import plain

if TYPE_CHECKING:
    from onething.catalogue.edition import Compiler


def gates(compiler: "Compiler") -> list[dict[str, Any]]:
    """Return who may use the bundle, and where others are led."""
    result = []
    for index, gate in enumerate(compiler.thing.get("gate", [])):
        at = f"gate.{gate.get('key', index)}"
        line = compiler.line(gate, at)
        result.append(
            {
                "key": gate.get("key", f"gate-{index + 1}"), "when": compiler.condition(gate, at),
                "message": gate["message"], "leads_to": compiler.known(gate.get("leads_to", []), at, line),
                "source": gate.get("source"),
            }
        )  # fmt: skip
    return result


def choices(compiler: "Compiler") -> list[dict[str, Any]]:
    """Return the groups of items of which one at most is done."""
    result = []
    for index, choice in enumerate(compiler.thing.get("choose_one", [])):
        at = f"choose_one.{choice.get('key', index)}"
        line = compiler.line(choice, at)
        result.append(
            {
                "key": choice.get("key", f"choice-{index + 1}"),
                "items": compiler.known(choice["items"], at, line),
                "required": choice.get("required", False),
                "source": choice.get("source"),
            }
        )
    return result


def groups_together(compiler: "Compiler") -> list[dict[str, Any]]:
    """Return the items that an article forces together (R2.6.b/1)."""
    result = []
    for index, group in enumerate(compiler.thing.get("together", [])):
        at = f"together.{index}"
        line = compiler.line(group, at)
        if "basis" not in group:
            compiler.findings.error(
                at, "no-basis", "必须一起办，却没有写依据", "写明法律法规的条款（basis）", line=line
            )
        basis = group.get("basis", {})
        ends = compiler.repealed([basis["title"]]) if basis else {}
        if "valid_to" in basis:
            ends[basis["title"]] = basis["valid_to"]
        result.append(
            {"items": compiler.known(group["items"], at, line), "basis": plain(group.get("basis")), "repealed": ends}
        )
    return result


# How long a joint act takes when the author does not say: a choice, to be changed by the city.
USUAL_MINUTES = 90


def joint_acts(compiler: "Compiler") -> list[dict[str, Any]]:
    """Return what several bodies look at once, together: assessment, drawings, survey, completion (R2.8.d)."""
    result = []
    for index, act in enumerate(compiler.thing.get("joint", [])):
        at = f"joint.{index}"
        line = compiler.line(act, at)
        result.append(
            {
                "kind": act["kind"], "items": sorted(set(compiler.known(act["items"], f"{at}.items", line))),
                "valid_with": act.get("valid_with", "all"), "quorum": act.get("quorum"),
                "photo_recheck": act.get("photo_recheck", False), "minutes": act.get("minutes", USUAL_MINUTES),
                "basis": plain(act.get("basis")), "source": act.get("source"),
                "repealed": compiler.repealed([act["basis"]["title"]]) if "basis" in act else {},
            }
        )  # fmt: skip
    return result
