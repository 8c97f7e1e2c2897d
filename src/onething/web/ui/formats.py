"""How dates, money, numbers and masked names are written (ux 3.4), in the language of the page. No clock, no settings."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import get_language

__all__ = [
    "due_text",
    "file_size",
    "mask_id",
    "mask_mail",
    "mask_name",
    "mask_phone",
    "money",
    "prose_date",
    "table_date",
    "time_of_day",
    "working_days_left",
]

PLACE: Final = ZoneInfo("Asia/Shanghai")
WEEKDAYS: Final = "一二三四五六日"
FEN: Final = 100
KILO: Final = 1024
INTERPUNCT: Final = "·"
SHORT_NAME: Final = 2
CITIZEN_NUMBER: Final = 18
MOBILE_NUMBER: Final = 11


def _local(value: date | datetime) -> date | datetime:
    """A moment as the clock in Taizhou shows it; a plain date stays."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(PLACE)
    return value


def _in_english() -> bool:
    return get_language() == "en"


def _english(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def prose_date(value: date | datetime) -> str:
    """2026年3月5日（星期四）14:30; without the time for a plain date."""
    local = _local(value)
    if _in_english():
        return f"{local:%A}, {_english(local)}" + (f", {local:%H:%M}" if isinstance(local, datetime) else "")
    day = f"{local.year}年{local.month}月{local.day}日（星期{WEEKDAYS[local.weekday()]}）"
    return f"{day}{local:%H:%M}" if isinstance(local, datetime) else day


def table_date(value: date | datetime) -> str:
    """2026-03-05 14:30; without the time for a plain date."""
    local = _local(value)
    return f"{local:%Y-%m-%d %H:%M}" if isinstance(local, datetime) else local.isoformat()


def time_of_day(value: datetime) -> str:
    """14:32, as beside 「已保存」."""
    return f"{_local(value):%H:%M}"


def money(fen: int) -> str:
    """1280.00元 from whole fen."""
    yuan, rest = divmod(abs(fen), FEN)
    amount = f"{'-' if fen < 0 else ''}{yuan}.{rest:02d}"
    return f"CNY {amount}" if _in_english() else f"{amount}元"


def mask_id(number: str) -> str:
    """3212**********1234; a number of another length keeps a quarter at each end, at most four characters."""
    kept = 4 if len(number) >= CITIZEN_NUMBER else len(number) // 4
    return _masked(number, head=kept, tail=kept)


def mask_phone(number: str) -> str:
    """138****1234; a number of another length keeps its last three digits."""
    if len(number) == MOBILE_NUMBER:
        return _masked(number, head=3, tail=4)
    return _masked(number, head=0, tail=min(3, len(number) // 2))


def mask_mail(address: str) -> str:
    """l***@example.com: the first character and the domain, whatever the length."""
    name, sign, domain = address.rpartition("@")
    return f"{name[:1]}***{sign}{domain}"


def mask_name(name: str) -> str:
    """王*兰, 王*, 阿******提: first character, stars, and the last one of three or more. Interpuncts stay."""
    name = name.strip()
    if not name:
        return ""
    if len(name) <= SHORT_NAME:
        return name[0] + "*" * (len(name) - 1)
    middle = "".join(INTERPUNCT if sign == INTERPUNCT else "*" for sign in name[1:-1])
    return name[0] + middle + name[-1]


def _masked(text: str, *, head: int, tail: int) -> str:
    end = text[len(text) - tail :]
    return text[:head] + "*" * (len(text) - head - tail) + end


def working_days_left(days: int) -> str:
    """还剩3个工作日, 今天到期, 已超期2个工作日."""
    if _in_english():
        return _days_in_english(days)
    if days < 0:
        return f"已超期{-days}个工作日"
    return f"还剩{days}个工作日" if days else "今天到期"


def _days_in_english(days: int) -> str:
    counted = f"{abs(days)} working day{'' if abs(days) == 1 else 's'}"
    if days < 0:
        return f"{counted} overdue"
    return f"{counted} left" if days else "due today"


def due_text(due: date | datetime, days: int | None) -> str:
    """3月12日前，还剩3个工作日. The count comes from the calendar; without one only the date is said."""
    local = _local(due)
    if _in_english():
        day = f"by {local.day} {local:%B}"
        return day if days is None else f"{day}, {working_days_left(days)}"
    day = f"{local.month}月{local.day}日前"
    return day if days is None else f"{day}，{working_days_left(days)}"


def file_size(size: int) -> str:
    """340KB or 14MB: whole units, never zero, because people compare it with a limit."""
    if size < KILO * KILO:
        return f"{max(1, round(size / KILO))}KB"
    value = size / (KILO * KILO)
    return f"{value:.1f}MB".replace(".0MB", "MB")
