"""`python -m onething.bench.inside`: hands in drafts without a web server, when told how many.

Reads lines `FIRST COUNT` (numbers of persons), answers each with the seconds its submissions took; an empty line ends it.
"""

import sys
import time

import django

__all__ = ["main"]


def main() -> int:
    """Work until there are no more lines."""
    django.setup()
    from django.db import connection  # noqa: PLC0415  # Django is set up only now
    from django.utils import timezone  # noqa: PLC0415  # only when Django is set up

    from onething.parties.models import Account  # noqa: PLC0415  # only when Django is set up
    from onething.submission.services import Owner, submit  # noqa: PLC0415  # only when Django is set up

    for line in sys.stdin:
        if not line.strip():
            break
        first, size = (int(word) for word in line.split())
        numbers = range(first, first + size)
        accounts = Account.objects.in_bulk(numbers)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        began = time.perf_counter()
        for number in numbers:
            submit(
                draft_id=number,
                owner=Owner(accounts[number]),
                idempotency_key=f"draft-{number}",
                declaration=True,
                at=timezone.now(),
            )
        print(f"{time.perf_counter() - began:.6f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
