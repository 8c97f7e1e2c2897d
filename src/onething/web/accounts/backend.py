"""Who is signed in, read once for each page together with what the frame of every page says of them."""

from typing import Final

from django.contrib.auth.backends import ModelBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, OuterRef

from onething.kit.statements import Parameter, Statement
from onething.messages.models import Message
from onething.parties.models import Account

__all__ = ["MOST_COUNTED", "AccountBackend", "unread_of"]

# Nobody needs to know more exactly; and however many there are, the page reads so many entries of an index.
MOST_COUNTED: Final = 100
NEW = Message.objects.unread().filter(account=OuterRef("pk")).order_by().values("pk")[:MOST_COUNTED]
SIGNED_IN = Statement(
    lambda: Account.objects.annotate(
        unread=Func(ArraySubquery(NEW), function="cardinality", output_field=IntegerField())
    ).filter(pk=Parameter("pk"))
)


class AccountBackend(ModelBackend):
    """Django's own, but the person comes with `unread`: how many messages they have not looked at, at most MOST_COUNTED."""

    def get_user(self, user_id: int) -> Account | None:
        """One query, the one that is made for every page of somebody signed in anyway."""
        found = SIGNED_IN(pk=user_id)
        return found[0] if found and self.user_can_authenticate(found[0]) else None


def unread_of(account: Account) -> int:
    """How many messages a signed-in person has not looked at. No query."""
    return int(getattr(account, "unread", 0))
