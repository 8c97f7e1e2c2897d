"""The keys a catalogue file may use, and the kind of value each takes.

This is the format, said once: the loader refuses what is not here (a stray comma makes an unknown key), and the
authors' manual lists the same tables. Kinds: `text`, `word` (text or number, kept as text), `flag`, `count` (whole
number), `amount` (number), `days` (number of days, a fraction means working hours), `day` (a date, 2026-03-05),
`key` (a word without spaces, commas or slashes), `slug` (a key of Latin letters and digits, for addresses), `condition`, `any`; `[kind]` is a list, where one value may stand without brackets;
a name of another shape in capitals is a nested mapping.
"""

from typing import Final

Kind = str | list[str]

SHAPES: Final[dict[str, dict[str, Kind]]] = {
    "THING": {
        "key": "slug", "name": "text", "subject": "text", "stage": ["text"], "aliases": ["text"], "keywords": ["text"],
        "summary": "text", "audience": "text", "outcome": ["text"], "listed_in": ["LISTING"], "lead": "text",
        "cooperating": ["text"], "promised_working_days": "days", "promised_source": "text", "reductions": "REDUCTIONS",
        "scenarios": ["QUESTION"], "parties": ["PARTY"], "gate": ["GATE"], "choose_one": ["CHOICE"],
        "together": ["TOGETHER"], "joint": ["JOINT"], "items": ["ITEM"], "sources": "any", "unsourced": ["text"], "provenance": "text",
        "note": "text", "local": ["LOCAL"], "examples": ["EXAMPLE"],
    },
    # What differs in a place: only what neither law nor the questions forbid to differ has a key here.
    "LOCAL": {
        "place": "word", "name": "text", "valid_from": "day", "valid_to": "day", "says": "text", "source": "text",
        "promised_working_days": "days", "gate": ["GATE"], "items": ["LOCAL_ITEM"], "note": "text",
    },
    "LOCAL_ITEM": {
        "key": "key", "offered": "flag", "promised_working_days": "days", "legal_basis": ["BASIS"],
        "conditions": ["text"], "fee": "FEE", "fees": ["FEE"], "commitment": "flag", "when": "condition",
        "materials": ["LOCAL_MATERIAL"], "fields": ["LOCAL_FIELD"], "note": "text",
    },
    "EXAMPLE": {"name": "text", "answers": "any", "note": "text"},
    "LISTING": {"document": "text", "position": "text", "source": "text", "note": "text"},
    "REDUCTIONS": {"before": "FIGURES", "after": "FIGURES", "source": "text", "note": "text"},
    "FIGURES": {
        "departments": "count", "items": "count", "forms": "count", "fields": "count", "materials": "count",
        "steps": "count", "working_days": "count", "trips": "count",
    },
    "QUESTION": {
        "key": "key", "question": "text", "why": "text", "unsure": "text", "type": "text", "multiple": "flag",
        "unit": "text", "min": "count", "max": "count", "per": "text", "when": "condition", "options": ["OPTION"],
        "fills": ["FILL"], "source": "text", "note": "text",
    },
    "OPTION": {"value": "word", "label": "text", "hint": "text", "exclusive": "flag"},
    "FILL": {"of": "text", "element": "text", "map": "any"},
    "PARTY": {
        "key": "key", "name": "text", "kind": "text", "cardinality": "text", "min": "count", "max": "count",
        "when": "condition", "parent": "text", "subject": "flag", "applicant": "flag", "signs": "flag",
        "count": "text", "same_as": ["SAME"], "aliases": ["text"], "note": "text",
    },
    "SAME": {"party": "text", "when": "condition"},
    "GATE": {
        "key": "text", "when": "condition", "message": "text", "leads_to": ["text"], "source": "text", "note": "text",
    },
    "CHOICE": {"key": "text", "items": ["text"], "required": "flag", "source": "text", "note": "text"},
    "TOGETHER": {"items": ["text"], "basis": "BASIS", "note": "text"},
    "JOINT": {
        "kind": "text", "items": ["text"], "valid_with": "text", "quorum": "count", "photo_recheck": "flag",
        "minutes": "count", "basis": "BASIS", "source": "text", "note": "text",
    },
    "ITEM": {
        "key": "key", "id": "text", "code": "word", "name": "text", "department": "text", "function": "text",
        "kind": "text", "body": "text", "legal_basis": ["BASIS"], "conditions": ["text"], "optional": "flag",
        "when": "condition", "after": ["EDGE"], "joint_with": ["text"], "statutory_working_days": "days",
        "promised_working_days": "days", "limits": "LIMITS", "fee": "FEE", "fees": ["FEE"], "commitment": "flag",
        "trigger": "text", "starts_on": "text", "counts_towards_promise": "flag", "per": "text", "routes": ["ROUTE"],
        "special_procedures": ["PROCEDURE"], "application_periods": ["APPLICATION_PERIOD"],
        "waiting_periods": ["WAITING_PERIOD"], "deadlines": ["DEADLINE"],
        "materials": ["MATERIAL"], "fields": ["FIELD"], "result": "RESULT", "results": ["RESULT"],
        "produces": "PRODUCES", "needs": ["text"], "sources": ["text"], "unsourced": ["text"], "note": "text",
        "offered": "flag", "second_person": "SECOND", "jurisdiction": "JURISDICTION",
        "joint_handling": "JOINT_HANDLING",
    },
    "SECOND": {"basis": "text", "source": "text", "note": "text"},
    "JOINT_HANDLING": {"mode": "text", "basis": "text", "source": "text", "note": "text"},
    "JURISDICTION": {"of": "text", "element": "text", "source": "text", "note": "text"},
    "BASIS": {
        "title": "text", "article": "text", "place": "text", "source": "text", "text": "text", "valid_to": "day",
        "note": "text",
    },
    "EDGE": {"item": "text", "needs": "text", "if_refused": "text", "note": "text"},
    "LIMITS": {"statutory": "LIMIT", "promised": "LIMIT"},
    "LIMIT": {"value": "days", "unit": "text", "basis": "text", "source": "text", "note": "text"},
    "FEE": {
        "amount": "amount", "unit": "text", "basis": "text", "when": "condition", "text": "text", "source": "text",
        "note": "text",
    },
    "ROUTE": {
        "key": "text", "name": "text", "when": "condition", "commitment": "flag", "statutory_working_days": "days",
        "promised_working_days": "days", "limits": "LIMITS", "steps": ["STEP"], "note": "text", "source": "text",
    },
    "STEP": {"name": "text", "working_days": "count", "kind": "text", "after_decision": "flag", "source": "text",
             "note": "text"},
    "PROCEDURE": {
        "name": "text", "working_days": "count", "joint": "flag", "stops_clock": "flag", "basis": "text",
        "source": "text", "when": "condition", "note": "text",
    },
    "APPLICATION_PERIOD": {
        "name": "text", "unit": "text", "opens_after": "count", "closes_after": "count", "start_event": "text",
        "when": "condition", "source": "text", "note": "text",
    },
    "WAITING_PERIOD": {
        "name": "text", "value": "count", "unit": "text", "start_event": "text", "start_field": "key", "basis": "text",
        "when": "condition", "source": "text", "note": "text",
    },
    "DEADLINE": {"limit": "text", "basis": "text", "where": "text", "source": "text", "note": "text"},
    "MATERIAL": {
        "name": "text", "document": "text", "of": "text", "kind": "text", "form": "text", "copies": "count",
        "required": "text", "origin": "text", "obtainable_by": "text", "issued_by": "text", "when": "condition",
        "legal_basis": ["text"], "any_of": "text", "original": "text", "signed_by": "text", "sample": "text",
        "pages": "text", "source": "text", "note": "text",
    },
    "FIELD": {
        "key": "key", "label": "text", "type": "text", "required": "flag", "element": "text", "of": "text",
        "options": ["word"], "shared_from": "text", "group": "text", "when": "condition", "hint": "text",
        "unit": "text", "example": "text", "multiple": "flag", "derived_from": ["text"], "old_value": "flag",
        "source": "text", "note": "text",
    },
    "RESULT": {
        "name": "text", "document": "text", "of": "text", "kind": "text", "electronic": "flag", "delivery": ["text"],
        "validity": "text", "elements": ["DATUM"], "when": "condition", "source": "text", "note": "text",
    },
    "PRODUCES": {"documents": ["text"], "elements": ["DATUM"]},
    "DATUM": {"of": "text", "element": "text"},
    # dictionaries
    "ELEMENT": {
        "key": "text", "name": "text", "aliases": ["text"], "type": "text", "format": "text", "pattern": "text",
        "max_length": "count", "min": "count", "max": "count", "unit": "text", "code_list": "text",
        "multiple": "flag", "derived_from": ["text"], "sensitive": "flag", "standard": "text", "registry": "text",
        "note": "text", "sources": ["text"], "unsourced": "flag",
        # written by older dictionaries
        "english_name": "text", "rule": "text", "of": ["text"],
    },
    "DOCUMENT": {
        "key": "text", "name": "text", "aliases": ["ALIAS"], "kind": "text", "has_expiry": "flag",
        "sample": "SAMPLE", "note": "text", "provenance": "text", "sources": ["text"],
    },
    "ALIAS": {"name": "text", "of": "text"},
    "SAMPLE": {"lines": ["text"], "look_for": ["text"], "mistakes": ["text"], "provenance": "text"},
    "CODELIST": {
        "key": "text", "name": "text", "standard": "text", "codes": ["CODE"], "complete": "flag",
        "sources": ["text"], "unsourced": "flag", "note": "text", "provenance": "text",
    },
    "CODE": {"code": "word", "name": "text", "note": "text"},
    "NORM": {
        "title": "text", "aliases": ["text"], "kind": "text", "place": "text", "valid_from": "day",
        "valid_to": "day", "replaced_by": "text", "source": "text", "provenance": "text", "note": "text",
    },
    "STAGE": {"key": "text", "name": "text", "subject": "text", "words": ["text"], "note": "text", "source": "text"},
    # files of dictionaries, and what stands in them beside the dictionaries
    "DICTIONARY": {
        "elements": "any", "document_types": "any", "code_lists": "any", "norms": "any", "stages": "any",
        "functions": "any", "organisations": ["ORGANISATION"], "routing": ["ROUTING"], "divisions": ["DIVISION"],
        "synonyms": ["SYNONYMS"], "joins": ["JOIN"], "sources": "any", "note": "text",
    },
    "SYNONYMS": {"words": ["text"], "provenance": "text", "note": "text"},
    "JOIN": {"keys": ["text"], "names": ["text"], "into": ["text"], "reason": "text"},
    "ORGANISATION": {
        "key": "text", "name": "text", "short": "text", "division": "text", "kind": "text", "provenance": "text",
        "valid_from": "day", "valid_to": "day", "successor": "text", "sources": ["text"], "note": "text",
    },
    "ROUTING": {
        "function": "text", "item": "text", "division": "text", "organisation": "text", "valid_from": "day",
        "valid_to": "day", "note": "text",
    },
    "DIVISION": {
        "code": "text", "name": "text", "level": "text", "parent": "text", "valid_from": "day", "valid_to": "day",
        "aliases": ["text"], "administrative": "flag", "successor": "text", "sources": ["text"], "note": "text",
    },
    "CALENDAR": {
        "title": "text", "published_from": "day", "published_through": "day", "years": "any", "sources": "any",
        "note": "text",
    },
    "YEAR": {"notice": ["text"], "off": ["HOLIDAY"], "make_up_workdays": ["HOLIDAY"], "note": "text"},
    "HOLIDAY": {"date": "day", "name": "text"},
    "FUNCTION": {
        "key": "text", "name": "text", "words": ["text"], "organisation": "text", "kind": "text",
        "provenance": "text", "note": "text", "source": "text", "sources": ["text"],
    },
}  # fmt: skip

SHAPES["LOCAL_MATERIAL"] = {**dict(SHAPES["MATERIAL"]), "drop": "flag"}
SHAPES["LOCAL_FIELD"] = {**dict(SHAPES["FIELD"]), "drop": "flag"}

# A list of mappings in which one entry may be written as plain text, and the key that text then fills.
SHORTHAND: Final = {"EDGE": "item", "ALIAS": "name", "SAME": "party", "BASIS": "title"}

# Values that a key may take; everything else is an error that lists them.
WORDS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("THING", "subject"): ("person", "organization", "project"),
    ("THING", "provenance"): ("official", "derived", "invented"),
    ("QUESTION", "type"): ("choice", "number", "date"),
    ("PARTY", "kind"): ("person", "organization", "thing"),
    ("PARTY", "cardinality"): ("one", "many"),
    ("ITEM", "body"): ("department", "institution", "enterprise"),
    ("ITEM", "trigger"): ("application", "event", "check"),
    ("EDGE", "needs"): ("result", "acceptance", "signal"),
    ("EDGE", "if_refused"): ("end", "go_on", "wait", "ask"),
    ("APPLICATION_PERIOD", "unit"): ("working_day", "natural_day"),
    ("WAITING_PERIOD", "unit"): ("working_day", "natural_day"),
    ("JOINT", "kind"): ("assessment", "drawing_review", "survey", "completion_inspection"),
    ("JOINT", "valid_with"): ("all", "quorum"),
    ("LIMIT", "unit"): ("instant", "working_hour", "working_day", "natural_day"),
    ("STEP", "kind"): ("decision", "inspection", "test", "other"),
    ("MATERIAL", "required"): ("必要", "非必要", "容缺"),
    ("MATERIAL", "obtainable_by"): ("提交", "电子证照共享", "数据核验", "告知承诺", "表单生成"),
    ("MATERIAL", "original"): ("show", "surrender"),
    ("FIELD", "type"): (
        "text", "long_text", "choice", "number", "date", "datetime", "month", "boolean", "phone", "id_number",
        "uscc", "address", "bank_account", "file",
    ),
    ("ELEMENT", "type"): (
        "text", "long_text", "choice", "number", "date", "datetime", "month", "boolean", "phone", "id_number",
        "uscc", "address", "bank_account", "file",
    ),
    ("ORGANISATION", "kind"): ("department", "institution", "enterprise"),
    ("ORGANISATION", "provenance"): ("official", "derived", "invented"),
    ("SYNONYMS", "provenance"): ("official", "derived", "invented"),
    ("DIVISION", "level"): ("province", "city", "county", "town", "zone"),
    ("NORM", "kind"): ("law", "regulation", "rule", "local", "normative"),
}  # fmt: skip

for _shape in ("MATERIAL", "FIELD"):
    WORDS.update({(f"LOCAL_{_shape}", key): words for (shape, key), words in list(WORDS.items()) if shape == _shape})

# Keys without which a mapping means nothing.
NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "THING": ("key", "name"), "QUESTION": ("key", "question"), "OPTION": ("value",), "ITEM": ("key", "name"),
    "FIELD": ("key", "label"), "MATERIAL": ("name",), "PARTY": ("key",), "GATE": ("when", "message"),
    "CHOICE": ("items",), "TOGETHER": ("items",), "EDGE": ("item",), "ROUTE": ("key", "name"), "RESULT": ("name",),
    "ELEMENT": ("name",), "DOCUMENT": ("key", "name"), "CODELIST": ("key", "codes"), "JURISDICTION": ("element", "source"), "NORM": ("title",),
    "LOCAL": ("place", "name", "says"), "EXAMPLE": ("name", "answers"), "LOCAL_ITEM": ("key",), "LOCAL_MATERIAL": ("name",), "LOCAL_FIELD": ("key",),
    "JOINT": ("kind", "items"),
    "STAGE": ("key", "name"), "FUNCTION": ("key", "name"), "FILL": ("element",), "DATUM": ("element",),
    "ORGANISATION": ("key", "name", "division"), "ROUTING": ("division", "organisation"),
    "DIVISION": ("code", "name", "level"), "JOIN": ("reason",), "SYNONYMS": ("words", "provenance"), "YEAR": ("notice",), "HOLIDAY": ("date",),
    "CALENDAR": ("years", "published_through"), "BASIS": ("title",), "APPLICATION_PERIOD": ("name", "unit", "start_event"),
    "WAITING_PERIOD": ("name", "value", "unit", "start_event"), "LIMIT": ("unit",), "SAME": ("party",), "ALIAS": ("name",), "CODE": ("code", "name"),
}  # fmt: skip
