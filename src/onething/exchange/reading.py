"""How the exchange stands: per task for the system, per case for the lead. Each function says how many queries it makes."""

from onething.cases.models import ItemCase
from onething.exchange.models import CaseExchange

__all__ = ["place_of"]


def place_of(organisation: int, item: ItemCase) -> tuple[int, str | None]:
    """The last number a body's system used in a case, and the last status it reported of an item. One query."""
    row = CaseExchange.objects.filter(organisation_id=organisation, case_id=item.case_id).first()
    if row is None:
        return 0, None
    status = row.statuses.get(item.number)
    return row.sequence, status[0] if status else None
