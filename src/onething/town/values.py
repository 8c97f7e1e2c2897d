"""A value for any field of any form: by whose it is, by the element's type, else by what its own check takes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final

from onething.oneform.checks import DOCUMENT, DOCUMENT_NUMBER, check_value
from onething.oneform.rules import Field
from onething.town.patterns import sample_of
from onething.town.people import Firm, Person, invent_firm, invent_person

__all__ = ["NoSample", "Writer"]

# Tried one after the other where nothing else fits an element's own pattern.
TYPED: Final = (
    "示例文字", "示例", "1", "2", "50", "3200", "10.5", "2026", "123456", "A123456789", "J321202-2026-000001",
    "abc@example.test", "225300", "16000001234", "2026-03-05", "2026-03", "91321202MA00000007", "示例路1号", "100000",
    "321202", "1234567890", "苏M12345", "12345678", "AB123456", "https://town.example",
)  # fmt: skip
# What a number of some unit usually is; anything else is a small number.
USUAL: Final = {
    "元": (800, 9000), "万元": (20, 600), "平方米": (40, 400), "%": (5, 12), "厘米": (45, 55), "克": (2600, 4100),
    "周": (37, 41), "年": (1, 5), "米": (6, 60), "毫米": (50, 300), "周岁": (60, 95),
}  # fmt: skip
SMALL: Final = (1, 4)
MOST_TICKS: Final = 3
# What these words in a party's key say about the age of its people.
AGES: Final = {"baby": (0, 0), "child": (0, 6), "deceased": (62, 95), "retiree": (58, 63)}
LATER: Final = ("end", "deadline", "planned", "wanted", "promise", "delay", "handover", "appointment")
ORGANISATION: Final = "organization"
IDENTITY_CARD: Final = "居民身份证"
FIRM_NAMES: Final = frozenset({"company_name", "organization_name", "party_name", "premises_owner", "shop_name"})


class NoSample(LookupError):
    """No value that is known here fits a field. The message names the field and what it asks."""


@dataclass
class Writer:
    """Fills in for one applicant: the same person has the same name and number wherever somebody asks.

    `introduce` says who a subject of the form is; whoever else the form asks for is invented on the way.
    """

    chance: Random
    division: str
    place: str
    on: date
    # How often somebody names another place than the own one, where a place is asked (R3.1.g).
    elsewhere: float = 0
    _people: dict[str, Person] = field(default_factory=dict)
    _firms: dict[str, Firm] = field(default_factory=dict)

    def introduce(self, subject: str, *, person: Person | None = None, firm: Firm | None = None) -> None:
        """Say who somebody of the form is."""
        if person is not None:
            self._people[subject] = person
        if firm is not None:
            self._firms[subject] = firm

    def person(self, subject: str) -> Person:
        """Who stands behind a subject, or for it."""
        if subject not in self._people:
            party = subject.rstrip("0123456789").rstrip("-")
            ages = next((ages for word, ages in AGES.items() if word in party), (20, 60))
            self._people[subject] = invent_person(
                self.chance, division=self.division, place=self.place, on=self.on, ages=ages
            )
        return self._people[subject]

    def firm(self, subject: str) -> Firm:
        """The firm a subject is."""
        if subject not in self._firms:
            self._firms[subject] = invent_firm(self.chance, division=self.division, place=self.place)
        return self._firms[subject]

    def typed(self, asked: Field, kind: str = "person") -> str | list[str]:
        """What somebody might type into one field. `kind` is that of the party. Raises NoSample."""
        if asked.options:
            return self._chosen(asked)
        for text in self._candidates(asked, kind):
            value, fault = check_value(asked, text, today=self.on, demonstration=True)
            if value and fault is None:
                return text
        said = ", ".join(part for part in (asked.type, asked.pattern, f"{asked.minimum}..{asked.maximum}") if part)
        msg = f"no sample fits the field {asked.key} “{asked.label}” ({said}): give its element an example, or add one to TYPED"
        raise NoSample(msg)

    def _chosen(self, asked: Field) -> str | list[str]:
        values = [value for value, _ in asked.options]
        if asked.element == DOCUMENT and IDENTITY_CARD in values:
            return IDENTITY_CARD
        if asked.multiple:
            return self.chance.sample(values, k=min(len(values), self.chance.randint(1, MOST_TICKS)))
        if asked.element == "sex":
            sex = self.person(asked.subject).sex
            values = [value for value, label in asked.options if label.startswith(sex)] or values
        own = [value for value, label in asked.options if label == self.place]
        if own and self.chance.random() >= self.elsewhere:
            return own[0]
        return self.chance.choice(values)

    def _candidates(self, asked: Field, kind: str) -> Iterator[str]:
        yield from self._own(asked, kind)
        yield from self._of_type(asked)
        if asked.example:
            yield asked.example
        if asked.type in {"text", "long_text"} and not asked.pattern:
            yield f"示例{asked.name}"[: asked.max_length or 200]
        if asked.pattern and (sample := sample_of(asked.pattern, self.chance)):
            yield sample
        yield from (str(asked.minimum or ""), str(asked.maximum or ""), *TYPED)

    def _own(self, asked: Field, kind: str) -> Iterator[str]:
        """What follows from whose field it is."""
        person = self.person(asked.subject)
        if asked.type == "id_number" or (asked.element == DOCUMENT_NUMBER and asked.type == "text"):
            yield person.identity_number
        elif asked.type == "phone":
            yield person.phone
        elif asked.element == "birth_date":
            yield person.born.isoformat()
        elif asked.element == "birth_datetime":
            yield f"{person.born.isoformat()} {self.chance.randint(0, 23):02d}:{self.chance.randint(0, 59):02d}"
        elif kind == ORGANISATION and asked.element in FIRM_NAMES:
            yield self.firm(asked.subject).name
        elif asked.type == "uscc":
            yield self.firm(asked.subject).uscc
        elif asked.element == "region_code":
            yield self.place
        elif asked.type == "address":
            yield self.firm(asked.subject).address if kind == ORGANISATION else person.address
        yield from self._named(asked, person, kind)

    def _named(self, asked: Field, person: Person, kind: str) -> Iterator[str]:
        if asked.element in {"person_name", "bank_account_holder"} or asked.name == "姓名":
            yield person.name
        elif asked.element in FIRM_NAMES:
            yield person.name if kind == "person" else self.firm(asked.subject).name

    def _of_type(self, asked: Field) -> Iterator[str]:
        day = self._day(asked)
        if asked.type == "number":
            low, high = USUAL.get(asked.unit, SMALL)
            least = low if asked.minimum is None else max(low, asked.minimum)
            most = high if asked.maximum is None else min(high, asked.maximum)
            yield str(self.chance.randint(min(least, most), max(least, most)))
        elif asked.type == "date":
            yield day.isoformat()
        elif asked.type == "datetime":
            yield f"{day.isoformat()} {self.chance.randint(9, 16):02d}:30"
        elif asked.type == "month":
            yield f"{day:%Y-%m}"
        elif asked.type == "boolean":
            yield self.chance.choice(("yes", "no"))
        elif asked.type == "bank_account":
            yield f"99990000000{self.chance.randint(0, 99999999):08d}"
        elif asked.element == "email":
            yield "town@example.test"

    def _day(self, asked: Field) -> date:
        """A day soon to come where a plan or an end is asked, else one that is over."""
        if any(word in asked.element for word in LATER):
            return self.on + timedelta(days=self.chance.randint(20, 400))
        return self.on - timedelta(days=self.chance.randint(2, 300))
