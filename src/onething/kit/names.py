"""Names of persons: rare characters, names of other peoples, and what keyboards do to both.

Names are kept in NFC. The interpunct of transliterated names is always U+00B7; its many look-alikes are folded into
it, because registries compare names byte by byte. Characters outside the basic plane (𬀩) are characters like any
other. Python's Unicode tables may be older than a character in a person's name, so planes 2 and 3, which hold only
ideographs, are accepted whole.
"""

import re
import unicodedata

from onething.kit.results import Checked

__all__ = ["INTERPUNCT", "MAX_NAME", "check_person_name", "mask_name"]

INTERPUNCT = "·"
MAX_NAME = 60
LOOKALIKES = "•‧・･∙⋅●․᛫⸱"
# A full stop counts as interpunct only between two ideographs: in "John F. Kennedy" it is a full stop.
_STOP_BETWEEN = "[.．。]"
_IDEOGRAPH = "[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]"
_RARE_PLANES = re.compile("[\U00020000-\U0003fffd]")
_DIGIT = re.compile("[0-9０-９]")
_JOINERS = " -'’.་"  # the last is Tibetan's mark between syllables


def check_person_name(text: str, *, label: str = "姓名") -> Checked:
    """A person's name in the form registries hold it. Spaces inside a Chinese name go, inside a Latin one they stay."""
    value = _normalised(text)
    if not value:
        return Checked("", "required", f"填写{label}")
    if len(value) > MAX_NAME:
        return Checked(value, "length", f"{label}最多{MAX_NAME}个字，现在是{len(value)}个")
    for character in value:
        if problem := _problem(character, label):
            return Checked(value, *problem)
    if value[0] in INTERPUNCT + _JOINERS or value[-1] in INTERPUNCT + "-":
        return Checked(value, "interpunct", f"{label}里的“{INTERPUNCT}”要写在两个字中间，请检查开头和结尾")
    if len(value) == 1 and re.match(_IDEOGRAPH, value):
        return Checked(value, "length", f"{label}要写全，现在只有1个字")
    return Checked(value)


def mask_name(name: str) -> str:
    """First character and, of three or more, the last: 李*, 王*兰. Of a Latin name the first letter of each word.

    A long name is hidden by three stars whatever its length, which would tell almost as much as the name.
    """
    if not name:
        return ""
    if not re.match(_IDEOGRAPH, name):
        return " ".join(word[0] + "***" for word in name.split())
    stars = {1: "", 2: "*", 3: "*", 4: "**"}.get(len(name), "***")
    return name[0] + stars + (name[-1] if len(name) > len("李梅") else "")


def _normalised(text: str) -> str:
    value = unicodedata.normalize("NFC", text)
    value = "".join(c for c in value if not _invisible(c))
    value = re.sub(r"\s+", " ", value).strip()
    value = re.sub(f"[{LOOKALIKES}]", INTERPUNCT, value)
    value = re.sub(f"(?<={_IDEOGRAPH}) ?{_STOP_BETWEEN} ?(?={_IDEOGRAPH})", INTERPUNCT, value)
    value = re.sub(f"(?<={_IDEOGRAPH}) (?={_IDEOGRAPH})", "", value)
    return re.sub(f" ?{INTERPUNCT}[{INTERPUNCT} ]*", INTERPUNCT, value)


def _invisible(character: str) -> bool:
    """Zero-width and direction marks come along when a name is copied; white space is dealt with apart."""
    return unicodedata.category(character) in {"Cf", "Cc"} and not character.isspace()


def _problem(character: str, label: str) -> tuple[str, str] | None:
    """Code and message if `character` cannot stand in a name."""
    if character in INTERPUNCT + _JOINERS + "〇" or _RARE_PLANES.match(character):
        return None
    category = unicodedata.category(character)
    if category == "Co":
        message = f"{label}里有一个自造字，别的电脑显示不出来。请换输入法重新输入这个字；打不出来就到窗口办"
        return "private_character", message
    if category[0] in "LM":
        return None
    if _DIGIT.match(character):
        return "characters", f"{label}里有数字“{character}”，请去掉"
    if character in "?？□�":
        return "lost_character", f"{label}里有一个字没有打出来，变成了“{character}”，请重新输入这个字"
    return "characters", f"{label}里有“{character}”，请只写{label}"
