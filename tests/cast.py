"""The people of the tests: the same as in the demonstration, the manual and the screenshots.

李梅 applies, 王大勇 applies for his restaurant, 王磊 stands at the counter, 陈静 reviews, 徐明 coordinates, 周航 must never see it.
"""

from datetime import UTC, datetime

from onething.parties.demo import PLACE, RESIDENTS

__all__ = ["AT", "PLACE", "RESIDENT", "Name"]

# Wednesday, 2026-11-25, 10:00 in China.
AT = datetime(2026, 11, 25, 2, tzinfo=UTC)


class Name:
    """Who does what in the tests; see the module."""

    APPLICANT = "李梅"
    OWNER = "王大勇"
    CLERK = "王磊"
    REVIEWER = "陈静"
    LEAD = "刘芸"
    COORDINATOR = "徐明"
    STRANGER = "周航"


RESIDENT = {one.name: one for one in RESIDENTS}
