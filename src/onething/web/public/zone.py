"""The zone (一件事专区): what there is, found by subject, stage or everyday words, and the guide of each one-thing.

Everything here can be read without signing in (R2.2.b/3) and comes from the edition in force (R2.1.c).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onething.catalogue.edition_items import cite
from onething.catalogue.models import ReleaseEntry
from onething.catalogue.plan_items import effective_limit
from onething.catalogue.search import ItemHit
from onething.catalogue.services import Current, current_edition, current_entries, edition_documents, find_things
from onething.kit.workdays import legal_date
from onething.notice.rules import fee_words, limit_words
from onething.web.public.draft_pages import page
from onething.web.public.savings import local_rules, savings_of, target_of
from onething.web.ui.addresses import link_to
from onething.web.ui.spoken import is_foreign, listed, said, spoken
from onething.web.ui.views import reason_of

POPULAR = (gettext_lazy("新生儿"), gettext_lazy("户口"), gettext_lazy("开饭店"), gettext_lazy("去世"))
# What one page shows at most. Of a list cut short the whole number is told, with ways to narrow it.
MOST_FOUND, MOST_ITEMS = 20, 10
# A catalogue of up to so many one-things is shown whole; a larger one by its stages, some of each and a link to the rest.
SHOWN_WHOLE, OF_A_STAGE, OF_A_PAGE = 24, 3, 30
SUBJECTS = {"person": gettext_lazy("个人"), "organization": gettext_lazy("企业"), "project": gettext_lazy("工程项目")}


def home(request: HttpRequest) -> HttpResponse:
    """The front page: search, and the one-things of persons and of businesses by stage of life.

    `subject` and `stage` narrow it; `after` names the one-thing behind which a page of a long stage begins.
    """
    offered = [entry for entry in current_entries(at=timezone.now()) if not entry.retired]
    subject, stage = request.GET.get("subject", ""), request.GET.get("stage", "")
    wanted = _narrowed(offered, subject=subject, stage=stage)
    more = ""
    if stage:
        rest = [entry for entry in wanted if entry.onething > request.GET.get("after", "")]
        wanted = rest[:OF_A_PAGE]
        more = _address(subject=subject, stage=stage, after=wanted[-1].onething) if len(rest) > len(wanted) else ""
    groups = _groups(wanted, whole=bool(stage) or len(wanted) <= SHOWN_WHOLE)
    return page(
        request,
        "public/home.html",
        {
            "groups": groups,
            "cards": [card for group in groups for part in group["stages"] for card in part["cards"]],
            "tabs": _tabs(offered, subject),
            "stage": stage_names().get(stage, stage),
            "more": more,
            "section": "home",
            "popular": [str(words) for words in POPULAR],
        },
    )


def search(request: HttpRequest) -> HttpResponse:
    """One-things and items by everyday words, pinyin initials, or with typing errors (a1). `subject` narrows what was found."""
    query, subject = request.GET.get("q", "").strip()[:60], request.GET.get("subject", "")
    at = timezone.now()
    found = find_things(query, at=at)
    every = [entry for entry, _hit in found.things] or _entries_in_words(query, at)
    entries = _narrowed(every, subject=subject)
    items = _items_of(found.items, entries)
    context = {
        "query": query,
        "cards": _cards(entries[:MOST_FOUND]),
        "count": len(entries),
        "tabs": _tabs(every, subject, query=query) if subject or len(every) > MOST_FOUND else [],
        "singly": _singly(items[:MOST_ITEMS], {entry.onething: entry for entry in every}),
        "item_count": len(items),
        "section": "zone",
        "popular": [str(words) for words in POPULAR],
    }
    return page(request, "public/search.html", context)


def _address(view: str = "public:home", **narrowed: str) -> str:
    told = {key: value for key, value in narrowed.items() if value}
    return link_to(view) + (f"?{urlencode(told)}" if told else "")


def _narrowed(entries: Sequence[ReleaseEntry], *, subject: str, stage: str = "") -> list[ReleaseEntry]:
    return [
        entry
        for entry in entries
        if subject in ("", entry.edition.subject) and (not stage or _stage_of(entry) == stage)
    ]


def _stage_of(entry: ReleaseEntry) -> str:
    """The first of its stages is where a one-thing is shown."""
    return entry.edition.stages[0] if entry.edition.stages else ""


def _tabs(entries: Sequence[ReleaseEntry], chosen: str, *, query: str = "") -> list[dict[str, Any]]:
    """Links by who it is for, those alone that lead to something."""
    view = "public:search" if query else "public:home"
    there = {entry.edition.subject for entry in entries}
    tabs = [{"label": _("全部"), "url": _address(view, q=query), "current": not chosen}]
    return tabs + [
        {"label": str(name), "url": _address(view, q=query, subject=key), "current": chosen == key}
        for key, name in SUBJECTS.items()
        if key in there
    ]


def _entries_in_words(query: str, at: datetime) -> list[ReleaseEntry]:
    """What is found in the words of the reader's language: the search itself knows Chinese and pinyin."""
    words = query.lower().split()
    if not words or not is_foreign():
        return []
    entries = [entry for entry in current_entries(at=at) if not entry.retired]
    told = [f"{card['title']} {card['text']}".lower() for card in _cards(entries)]
    return [entry for entry, text in zip(entries, told, strict=True) if all(word in text for word in words)]


def _items_of(items: Sequence[ItemHit], entries: Sequence[ReleaseEntry]) -> list[ItemHit]:
    keys = {entry.onething for entry in entries}
    return [item for item in items if item.onething in keys]


def _singly(items: Sequence[ItemHit], entries: Mapping[str, ReleaseEntry]) -> list[dict[str, str]]:
    """Items whose own name is meant, with the one-thing that offers them together: for whoever wants just that one."""
    return [
        {
            "name": said(item.name),
            "thing": said(entries[item.onething].edition.name),
            "url": link_to("public:single_item", item.onething, item.key),
        }
        for item in items
    ]


def guide(request: HttpRequest, key: str) -> HttpResponse:
    """What a one-thing gives, to whom, what to have at hand, how long and how much, before anything is asked."""
    current = current_edition(key, at=timezone.now())
    if current is None:
        raise Http404(_("没有这件事"))
    document = spoken(current.document)
    context = {
        "thing": document,
        "version": current.edition.version,
        "short_hash": current.edition.edition_hash[:8],
        "published_at": current.edition.published_at,
        "retired": current.retired,
        "bodies": _bodies(document),
        "crumbs": [{"label": _("首页"), "url": link_to("public:home")}, {"label": document["name"]}],
        "is_free": _is_free(document),
        "savings": savings_of(current.edition.edition_hash, on=legal_date(timezone.now())),
        "local_rules": local_rules(current.document),
        "target": target_of(current.document),
        "section": "zone",
    }
    return page(request, "public/guide.html", context, status=410 if current.retired else 200)


def single_item(request: HttpRequest, key: str, item_key: str) -> HttpResponse:
    """One item by itself, for whoever cannot use the bundle or wants to read first."""
    current = current_edition(key, at=timezone.now())
    document = spoken(current.document) if current else {"items": []}
    item = next((one for one in document["items"] if one["key"] == item_key), None)
    if current is None or item is None:
        raise Http404(_("没有这件事"))
    department = document["functions"].get(item["function"] or "", item["department"] or _("承办单位待定"))
    context = {
        "item": item,
        "department": department,
        "bundle": _bundle(current),
        "rows": _item_rows(item, department),
        "version": current.edition.version,
        "short_hash": current.edition.edition_hash[:8],
        "crumbs": [
            {"label": _("首页"), "url": link_to("public:home")},
            {"label": document["name"], "url": link_to("public:guide", key)},
            {"label": item["name"]},
        ],
        "section": "zone",
    }
    return page(request, "public/single_item.html", context)


def _bundle(current: Current) -> dict[str, Any]:
    """The one-thing an item belongs to, and what it saves: offered to whoever comes for the item alone (R4.3.b)."""
    saved = savings_of(current.edition.edition_hash, on=legal_date(timezone.now()))
    best = [row for row in (saved[0]["rows"] if saved else ()) if row["after"] < row["before"] and not row["derived"]]
    return {
        "name": said(current.document["name"]),
        "url": link_to("public:guide", current.document["key"]),
        "example": saved[0]["name"] if saved else "",
        "saves": best,
        "retired": current.retired,
    }


def _item_rows(item: dict[str, Any], department: str) -> list[dict[str, Any]]:
    papers = list(dict.fromkeys(material["name"] for material in item["materials"]))
    return [
        {"label": _("谁来办"), "value": department},
        {"label": _("依据"), "lines": [cite(one) for one in item["basis"]] or [_("依据待补")]},
        {"label": _("条件"), "lines": item["conditions"] or [_("没有另外的条件")]},
        {"label": _("可能要交的材料"), "lines": papers or [_("不用材料")]},
        {
            "label": _("要多久"),
            "value": said(limit_words(effective_limit(item["limits"], item.get("waiting_periods", ())))),
        },
        {"label": _("要多少钱"), "value": said(fee_words(item["fees"]))},
        {"label": _("办好后得到"), "lines": [one["name"] for one in item["results"]] or [_("没有另外的文书")]},
    ]


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: what was looked for is not here; search, popular things, hotline (ux 3.8)."""
    return page(
        request,
        "public/not_found.html",
        {"reason": reason_of(exception), "popular": [str(words) for words in POPULAR]},
        status=404,
    )


def _cards(entries: Sequence[ReleaseEntry]) -> list[dict[str, Any]]:
    hashes = [entry.edition.edition_hash for entry in entries]
    documents = edition_documents(hashes)
    return [_card(documents[edition_hash]) for edition_hash in hashes]


def _card(document: dict[str, Any]) -> dict[str, Any]:
    bodies = {item["function"] for item in document["items"]}
    items = len(document["items"])
    return {
        "title": said(document["name"]),
        "url": link_to("public:guide", document["key"]),
        "text": said(document["summary"]) or listed(said(item["name"]) for item in document["items"][:4]),
        "facts": [
            ngettext("%(n)s个部门", "%(n)s个部门", len(bodies)) % {"n": len(bodies)},
            ngettext("最多%(n)s件要办的事", "最多%(n)s件要办的事", items) % {"n": items},
        ],
    }


def _groups(entries: Sequence[ReleaseEntry], *, whole: bool) -> list[dict[str, Any]]:
    """One-things by whom they are for and by stage of life; of each stage all, or the first ones and how many there are."""
    staged = [
        (key, stage, [entry for entry in entries if (entry.edition.subject, _stage_of(entry)) == (key, stage)])
        for key in SUBJECTS
        for stage in _stages(entries, key)
    ]
    shown = [entry for _key, _stage, members in staged for entry in (members if whole else members[:OF_A_STAGE])]
    cards = dict(zip((entry.onething for entry in shown), _cards(shown), strict=True))
    names = stage_names()
    groups: dict[str, dict[str, Any]] = {}
    for key, stage, members in staged:
        group = groups.setdefault(key, {"key": key, "name": str(SUBJECTS[key]), "stages": []})
        here = [cards[entry.onething] for entry in members if entry.onething in cards]
        rest = _address(subject=key, stage=stage) if len(here) < len(members) else ""
        group["stages"].append({"name": names.get(stage, stage), "cards": here, "count": len(members), "url": rest})
    return list(groups.values())


def _stages(entries: Sequence[ReleaseEntry], subject: str) -> list[str]:
    """Stages that one-things of a subject stand in, in the order of the national list; others come behind."""
    there = {_stage_of(entry) for entry in entries if entry.edition.subject == subject}
    known = [stage for stage in stage_names() if stage in there]
    return known + sorted(there - set(known))


def stage_names() -> dict[str, str]:
    """The controlled list of life stages: six of a business, ten of a person (R1.0.a/3)."""
    return {
        "birth": _("出生"), "education": _("教育"), "employment": _("就业"), "living": _("生活"), "home": _("置业"),
        "travel": _("出行"), "medical": _("就医"), "relief": _("救助"), "old_age": _("养老"), "afterlife": _("身后"),
        "market_entry": _("准入准营"), "hiring": _("招聘用工"), "taxation": _("纳税缴费"), "operation": _("经营发展"),
        "construction": _("工程建设"), "exit": _("注销退出"),
    }  # fmt: skip


def _bodies(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the items by the body that handles them."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for item in document["items"]:
        name = document["functions"].get(item["function"] or "", item["department"] or _("承办单位待定"))
        groups.setdefault(name, []).append(item)
    return [{"name": name, "entries": entries} for name, entries in groups.items()]


def _is_free(document: dict[str, Any]) -> bool:
    fees = [fee["amount_fen"] for item in document["items"] for fee in item["fees"]]
    return bool(fees) and not any(fees)
