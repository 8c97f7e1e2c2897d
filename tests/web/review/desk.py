"""A desk for tests of the departments' pages: who sits there, and a client for each."""

from dataclasses import dataclass, field

from django.test import Client
from tests.cast import Name
from tests.factories.cases import World, make_world
from tests.factories.parties import make_account, make_officer

from onething.cases.models import OneThingCase
from onething.parties.models import Account, Officer

__all__ = ["Desk", "make_desk", "signed_in"]


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


def enterprise() -> Client:
    """王大勇 with his firm."""
    return signed_in(make_account(Name.OWNER))
