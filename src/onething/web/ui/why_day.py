"""Why the whole is expected on its day: a sentence for each item, for applicants and for who leads. Facts in, words out."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onething.cases.expected import Cause, Line, Shift
from onething.web.ui.formats import prose_date
from onething.web.ui.spoken import listed, said

__all__ = ["PROCEDURE_WORDS", "why_this_day"]

PROCEDURE_WORDS: Final[Mapping[str, Any]] = {
    "correction": gettext_lazy("补正"),
    "hearing": gettext_lazy("听证"),
    "tender": gettext_lazy("招标"),
    "auction": gettext_lazy("拍卖"),
    "inspection": gettext_lazy("检验"),
    "testing": gettext_lazy("检测"),
    "quarantine": gettext_lazy("检疫"),
    "appraisal": gettext_lazy("鉴定"),
    "expert_review": gettext_lazy("专家评审"),
    "own_law": gettext_lazy("法律规定的程序"),
}


def why_this_day(
    told: date | None, expected: date | None, lines: Sequence[Line], names: Mapping[str, str], keys: Mapping[str, str],
    *, today: date,
) -> dict[str, str] | None:  # fmt: skip
    """Title and text of the disclosure; None when nothing was promised. `names` by item number, `keys` by item key."""
    if told is None or expected is None:
        return None
    head = _("告诉您的日子：%(told)s前办好。") % {"told": prose_date(told)}
    if expected != told:
        head += _("照现在的情况，预计%(day)s前办好。") % {"day": prose_date(expected)}
    text = [head, *(_line(line, names, keys, today) for line in lines if line.told is not None)]
    return {"title": _("为什么是这一天"), "text": "\n".join(text)}


def _line(line: Line, names: Mapping[str, str], keys: Mapping[str, str], today: date) -> str:
    values = {"name": said(names.get(line.number, "")), "told": _day(line.told), "now": _day(line.now)}
    if line.done:
        return _("%(name)s：原定%(told)s，%(now)s办好了") % values
    if line.now is not None and line.now < today:
        first = _("%(name)s：应该%(now)s办好，已经超期，还没有办好") % values
    elif line.now == line.told:
        first = _("%(name)s：%(told)s，没有变") % values
    else:
        first = _("%(name)s：原定%(told)s，现在%(now)s") % values
    return _("；").join([first, *(_shift(shift, keys) for shift in line.shifts)])


def _shift(shift: Shift, keys: Mapping[str, str]) -> str:
    if shift.cause == Cause.WAITED:
        names = listed(said(keys.get(key, key)) for key in shift.keys)
        if not names:
            return _("晚开始%(n)s个工作日") % {"n": shift.days}
        return _("等“%(names)s”，晚开始%(n)s个工作日") % {"names": names, "n": shift.days}
    if shift.cause == Cause.EXTENDED:
        return _("经批准延长%(n)s个工作日") % {"n": shift.days}
    values = {"what": PROCEDURE_WORDS.get(shift.cause, ""), "n": shift.days}
    if shift.ongoing:
        return _("正在%(what)s，预计%(n)s个工作日不计时") % values
    return _("%(what)s%(n)s个工作日不计时") % values


def _day(day: date | None) -> str:
    return prose_date(day) if day is not None else ""
