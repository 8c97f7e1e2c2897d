"""A desk for tests of the departments' pages: who sits there, and a client for each."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.test import Client
from tests.cast import Name
from tests.factories.cases import World, make_world
from tests.factories.parties import make_officer

from onething.cases.models import ItemCase, OneThingCase
from onething.parties.models import Account, Officer

__all__ = ["Desk", "lead_case", "make_desk", "marks", "more_tasks", "signed_in", "text_of"]


def signed_in(account: Account) -> Client:
    """A browser in which the account has signed in."""
    client = Client()
    client.force_login(account)
    return client


@dataclass
class Desk:
    """The small town's people at their browsers."""

    world: World
    lead: Officer
    clients: dict[str, Client] = field(default_factory=dict)

    def reviewer(self, body: str = "market") -> Client:
        """The browser of the first reviewer of a body."""
        return self._client(self.world.officers[body])

    def colleague(self, body: str = "market") -> Client:
        """The browser of the second one."""
        return self._client(self.world.colleagues[body])

    def of(self, officer: Officer | None) -> Client:
        """The browser of any officer."""
        assert officer is not None
        return self._client(officer)

    def _client(self, officer: Officer) -> Client:
        key = officer.account.username
        if key not in self.clients:
            self.clients[key] = signed_in(officer.account)
        return self.clients[key]


def make_desk() -> Desk:
    """The small town, with a lead in the market bureau."""
    world = make_world()
    lead = make_officer(world.town.bodies["market"], name=Name.LEAD, role=Officer.Role.LEAD)
    return Desk(world, lead)


def lead_case(desk: Desk, case: OneThingCase) -> None:
    """Let the market bureau lead a case."""
    OneThingCase.objects.filter(pk=case.pk).update(lead_organisation=desk.lead.organisation)


def marks(page: str, mark: str = "ok") -> dict[str, str]:
    """The same mark for every point on a page."""
    return dict.fromkeys(re.findall(r'name="(check\.[^"]+)"', page), mark)


def text_of(page: str) -> str:
    """The words of a page without its markup, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def more_tasks(item: ItemCase, count: int, *, due: date | None = None) -> list[ItemCase]:
    """Copies of an item beside it in its case, for lists of many."""
    rows = [
        ItemCase(
            **{
                field.attname: getattr(item, field.attname)
                for field in ItemCase._meta.concrete_fields  # Django's documented Meta API
                if not field.primary_key and not field.generated
            }
            | {
                "instance": f"copy-{place}",
                "ordinal": 100 + place,
                "number": f"{item.case.number}-C{place:03d}",
                "promised_due": due or item.promised_due,
            }
        )
        for place in range(count)
    ]
    return ItemCase.objects.bulk_create(rows)
