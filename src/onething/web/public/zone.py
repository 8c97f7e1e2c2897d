"""The zone (一件事专区): what there is, found by subject, stage or everyday words, and the guide of each one-thing.

Everything here can be read without signing in (R2.2.b/3) and comes from the edition in force (R2.1.c).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onething.catalogue.edition_items import cite
from onething.catalogue.models import ReleaseEntry
from onething.catalogue.plan_items import effective_limit
from onething.catalogue.search import Hit
from onething.catalogue.services import Current, current_edition, current_entries, edition_documents, find_things
from onething.kit.workdays import legal_date
from onething.notice.rules import fee_words, limit_words
from onething.web.public.draft_pages import page
from onething.web.public.savings import local_rules, savings_of
from onething.web.ui.addresses import link_to
from onething.web.ui.spoken import is_foreign, listed, said, spoken
from onething.web.ui.views import reason_of

POPULAR = (gettext_lazy("新生儿"), gettext_lazy("户口"), gettext_lazy("开饭店"), gettext_lazy("去世"))
MOST_ITEMS = 10
SUBJECTS = {"person": gettext_lazy("个人"), "organization": gettext_lazy("企业"), "project": gettext_lazy("工程项目")}


def home(request: HttpRequest) -> HttpResponse:
    """The front page: search, and the one-things of persons and of businesses by stage of life."""
    at = timezone.now()
    chosen = request.GET.get("subject", "")
    cards = _cards([entry for entry in current_entries(at=at) if not entry.retired])
    groups = [
        {"key": key, "name": str(name), "stages": _by_stage([card for card in cards if card["subject"] == key])}
        for key, name in SUBJECTS.items()
        if (not chosen or chosen == key) and any(card["subject"] == key for card in cards)
    ]
    tabs = [{"label": _("全部"), "url": link_to("public:home"), "current": not chosen}]
    tabs += [
        {"label": str(name), "url": f"{link_to('public:home')}?subject={key}", "current": chosen == key}
        for key, name in SUBJECTS.items()
        if any(card["subject"] == key for card in cards)
    ]
    return page(
        request,
        "public/home.html",
        {
            "groups": groups,
            "tabs": tabs,
            "cards": cards,
            "count": len(cards),
            "section": "home",
            "popular": [str(words) for words in POPULAR],
        },
    )


def search(request: HttpRequest) -> HttpResponse:
    """One-things by everyday words, pinyin initials, or with typing errors (a1)."""
    query = request.GET.get("q", "").strip()[:60]
    at = timezone.now()
    hits = find_things(query, at=at) if query else []
    cards = _cards([entry for entry, _hit in hits]) or _cards_in_words(query, at)
    singly = _items_named(query, hits)
    context = {
        "query": query,
        "cards": cards,
        "singly": singly,
        "section": "zone",
        "popular": [str(words) for words in POPULAR],
    }
    return page(request, "public/search.html", context)


def _cards_in_words(query: str, at: datetime) -> list[dict[str, Any]]:
    """What is found in the words of the reader's language: the search itself knows Chinese and pinyin."""
    words = query.lower().split()
    if not words or not is_foreign():
        return []
    cards = _cards([entry for entry in current_entries(at=at) if not entry.retired])
    return [card for card in cards if all(word in f"{card['title']} {card['text']}".lower() for word in words)]


def _items_named(query: str, hits: Sequence[tuple[ReleaseEntry, Hit]]) -> list[dict[str, str]]:
    """Items of the one-things found whose own name is meant: for whoever wants just that one."""
    documents = edition_documents([entry.edition.edition_hash for entry, _hit in hits])
    named: dict[str, dict[str, str]] = {}
    for entry, hit in hits:
        document = documents[entry.edition.edition_hash]
        for item in document["items"]:
            if query in item["name"] or hit.matched == item["name"]:
                url = link_to("public:single_item", document["key"], item["key"])
                named.setdefault(item["id"], {"name": said(item["name"]), "thing": said(document["name"]), "url": url})
    return list(named.values())[:MOST_ITEMS]


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
        {"label": _("要多久"), "value": said(limit_words(effective_limit(item["limits"])))},
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
        "subject": document["subject"],
        "stage": document["stages"][0] if document["stages"] else "",
    }


def _by_stage(cards: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Group cards by stage of life, in the order of the national list; a stage without one-things is not shown."""
    names = stage_names()
    stages = [stage for stage in names if any(card["stage"] == stage for card in cards)]
    stages += sorted({card["stage"] for card in cards} - set(stages))
    return [{"name": names.get(s, s), "cards": [card for card in cards if card["stage"] == s]} for s in stages]


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
