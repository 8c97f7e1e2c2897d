"""What the gallery shows: invented people, companies and cases, one set of data for every component and state."""

from typing import Any

from onething.web.ui.fields import errors_of

__all__ = ["everything"]

GENDERS = [{"value": "1", "label": "男"}, {"value": "2", "label": "女"}]
DIVISIONS = [
    {"label": name}
    for name in (
        "海陵区",
        "高港区",
        "姜堰区",
        "兴化市",
        "靖江市",
        "泰兴市",
        "医药高新区",
    )  # what a list of places looks like
]
SAMPLE = {
    "lines": ["出生医学证明", "新生儿姓名：张小满", "出生日期：2026年11月3日", "签发机构：某某医院（章）"],
    "look_for": ["四个角都在照片里", "编号和章看得清"],
    "mistakes": ["反光，字看不清", "只拍了上半页"],
}


def _simple_fields() -> list[dict[str, Any]]:
    return [
        {
            "name": "child",
            "type": "name",
            "label": "孩子的姓名",
            "hint": "和出生医学证明上一样",
            "value": "阿依古丽·买买提",
        },
        {"name": "mother-id", "type": "id_number", "label": "妈妈的身份证号", "hint": "18位，可以有空格"},
        {"name": "phone", "type": "phone", "label": "联系电话", "hint": "办理有进展时发短信到这个号码"},
        {"name": "uscc", "type": "uscc", "label": "统一社会信用代码", "hint": "营业执照上的18位代码"},
        {"name": "area", "type": "number", "label": "经营面积", "unit": "平方米", "value": "86"},
        {"name": "mail", "type": "text", "label": "电子邮箱", "required": False, "autocomplete": "email"},
        {"name": "note", "type": "long_text", "label": "还要告诉我们的", "required": False, "max_length": 200},
        {"name": "nation", "type": "select", "label": "民族", "options": _nations(), "value": "01", "width": "medium"},
        {
            "name": "trade",
            "type": "search_select",
            "label": "行业",
            "hint": "输入几个字，再从列表里选",
            "options": _trades(),
        },
    ]


def _nations() -> list[dict[str, str]]:
    names = ("汉族", "蒙古族", "回族", "藏族", "维吾尔族", "苗族", "彝族", "壮族")
    return [{"value": f"{number:02d}", "label": name} for number, name in enumerate(names, start=1)]


def _trades() -> list[dict[str, str]]:
    names = ("正餐服务", "快餐服务", "茶馆服务", "咖啡馆服务", "酒吧服务", "餐饮配送服务", "外卖送餐服务", "小吃服务")
    return [{"value": f"62{number}", "label": name} for number, name in enumerate(names)]


def _grouped_fields() -> list[dict[str, Any]]:
    return [
        {"name": "born", "type": "date", "label": "出生日期", "hint": "例如 2026年11月3日", "value": "2026-11-03"},
        {"name": "open-day", "type": "date", "native": True, "label": "打算哪天开业", "required": False},
        {"name": "visit", "type": "datetime", "label": "方便上门的时间", "value": "2026-12-01 14:30"},
        {"name": "since", "type": "month", "label": "从哪个月起参保", "value": "2026-12"},
        {"name": "home", "type": "address", "label": "户口所在地", "divisions": DIVISIONS, "value": "海陵区鼓楼路1号"},
        {"name": "sex", "type": "radio", "label": "孩子的性别", "options": GENDERS, "value": "2"},
        {"name": "dishes", "type": "checkbox", "label": "店里卖哪些？", "hint": "可以选几个", "options": _dishes()},
        {"name": "permit", "type": "boolean", "label": "要挂招牌吗？"},
    ]


def _dishes() -> list[dict[str, Any]]:
    return [
        {"value": "hot", "label": "热菜"},
        {"value": "cold", "label": "凉菜", "hint": "例如卤菜、凉拌菜"},
        {"value": "raw", "label": "生鱼片"},
        {"value": "none", "label": "都没有", "exclusive": True},
    ]


def _wrong_fields() -> list[dict[str, Any]]:
    return [
        {"name": "e-name", "type": "name", "label": "孩子的姓名", "error": "填写孩子的姓名"},
        {"name": "e-id", "type": "id_number", "label": "爸爸的身份证号", "value": "32120219900101123",
         "error": "身份证号要18位，现在是17位"},
        {"name": "e-born", "type": "date", "label": "出生日期", "value": "2026-13-03", "error": "月份要在1到12之间，现在是13"},
        {"name": "e-sex", "type": "radio", "label": "孩子的性别", "options": GENDERS, "error": "选择孩子的性别"},
        {"name": "e-file", "type": "file", "label": "出生医学证明",
         "error": "照片要小于20MB，这张是24MB。拍照时选“标准”再试"},
    ]  # fmt: skip


def _other_fields() -> dict[str, Any]:
    return {
        "question": {
            "name": "place", "type": "radio", "label": "孩子的户口落在谁那里？", "hide_label": True,
            "options": [
                {"value": "father", "label": "爸爸的户口本"},
                {"value": "mother", "label": "妈妈的户口本"},
                {"value": "unsure", "label": "不确定", "hint": "我们告诉您怎么看", "or": True},
            ],
        },
        "upload": {
            "name": "birth-cert", "type": "file", "label": "出生医学证明", "sample": SAMPLE, "multiple": True,
            "files": [{"name": "出生证明正面.jpg", "size_text": "1.8MB", "url": "#upload", "acts": [{"name": "remove", "value": "1", "label": "删除", "sending": "正在删除…"}]}],
        },
        "fixed": {"name": "fixed", "type": "id_number", "label": "妈妈的身份证号", "readonly": True,
                  "value": "3212**********1234", "source": "来自公安人口信息，今天10:21"},
        "declared": {"name": "declared", "type": "checkbox", "label": "声明", "hide_label": True,
                     "options": [{"value": "yes", "label": "我已看过以上内容，保证属实"}]},
    }  # fmt: skip


def _journey() -> dict[str, Any]:
    return {
        "crumbs": [{"label": "首页", "url": "#top"}, {"label": "个人", "url": "#top"}, {"label": "新生儿出生"}],
        "links": [{"label": "我的申请", "url": "#top"}],
        "facts": ["6件要办的事", "5个部门", "5个工作日"],
        "tasks": [
            {"title": "孩子的信息", "url": "#tasks", "state": "done"},
            {"title": "爸爸妈妈的信息", "url": "#tasks", "state": "doing", "hint": "还有3处没填"},
            {"title": "上传材料", "url": "#tasks", "state": "todo", "hint": "要拍照1份"},
            {"title": "领取方式", "url": "#tasks", "state": "trouble"},
            {"title": "检查和提交", "state": "locked", "hint": "前面都填好后才能提交"},
        ],
        "answers": [
            {"label": "孩子的姓名", "value": "张小满", "url": "#answers"},
            {"label": "出生日期", "value": "2026年11月3日", "url": "#answers"},
            {"label": "妈妈的身份证号", "value": "3212**********1234", "source": "来自公安人口信息，今天10:21"},
            {"label": "上传的材料", "lines": ["出生医学证明，2页", "户口本，1页"], "url": "#answers"},
            {"label": "电子邮箱", "value": "", "url": "#answers"},
        ],
        "entries": [
            {"who": "市卫健委", "what": "出生医学证明", "state": "done", "state_text": "已办完（办结）", "since": "11月20日",
             "url": "#timeline", "url_label": "看出生医学证明"},
            {"who": "市公安局", "what": "出生登记", "state": "doing", "state_text": "正在审核", "since": "11月23日开始",
             "due": "11月27日前办好", "next": "办好后，市医保局接着办参保登记"},
            {"who": "市医保局", "what": "居民参保登记", "state": "waiting", "state_text": "等出生登记办好后开始"},
            {"who": "市人社局", "what": "社会保障卡申领", "state": "attention", "state_text": "需要您补充（补正）",
             "due": "12月1日前交", "next": "在等您补一张照片"},
        ],
        "figures": [
            {"value": "6", "label": "件要办的事", "url": "#figures"},
            {"value": "5", "label": "份不用交", "url": "#figures"},
            {"value": "1", "label": "份需要拍照", "url": "#figures"},
        ],
        "lines": ["我提交的内容和照片都是真的。", "内容不真实的，我愿意承担责任。"],
        "consequences": ["填好的内容和照片会全部删除。", "删除后不能找回。"],
        "steps": [
            {"label": "检查填写的内容", "state": "done"},
            {"label": "生成申请书", "state": "doing"},
            {"label": "分给5个部门", "state": "todo"},
        ],
        "holder": [
            {"label": "编号", "value": "泰食药（2026）000123"},
            {"label": "持有人", "value": "王*兰"},
            {"label": "发证机关", "value": "泰州市市场监督管理局"},
            {"label": "有效期", "value": "2026-11-25 至 2031-11-24"},
        ],
    }  # fmt: skip


def _staff() -> dict[str, Any]:
    return {
        "nav": [
            {"label": "我的待办", "url": "#top", "current": True, "count": 23},
            {"label": "已办", "url": "#top"},
            {"label": "牵头总览", "url": "#top"},
        ],
        "tabs": [
            {"label": "全部", "url": "#tabs", "current": True, "count": 23},
            {"label": "超期", "url": "#tabs", "count": 1},
            {"label": "今天到期", "url": "#tabs", "count": 2},
            {"label": "暂停计时", "url": "#tabs", "count": 0},
        ],
        "columns": [
            {"label": "申请编号", "sort_url": "#table", "sorted": "ascending"},
            {"label": "要办的事"},
            {"label": "申请人"},
            {"label": "期限"},
            {"label": "状态"},
            {"label": "费用", "numeric": True},
        ],
        "rows": [
            _row("321200-20261123-000017-K", "出生登记", "王*兰", ("over", "已超期1个工作日"), ("审查中", "info")),
            _row("321200-20261124-000102-P", "食品经营许可", "泰州市某某面馆", ("near", "今天到期"), ("待受理", "")),
            _row("321200-20261125-000003-A", "户外招牌设置", "泰州市某某面馆", ("normal", "还剩5个工作日"), ("待受理", "")),
            _row("321200-20261120-000044-F", "死亡户口注销", "李*", ("paused", "从11月24日起"), ("特别程序", "warning")),
        ],
        "filters": [
            {"name": "thing", "type": "select", "label": "一件事", "required": False, "optional_mark": False,
             "empty_label": "全部", "options": [{"value": "newborn", "label": "新生儿出生"}]},
            {"name": "words", "type": "text", "label": "编号或申请人", "required": False, "optional_mark": False},
        ],
        "documents": [
            {"key": "birth", "name": "出生医学证明", "url": "#viewer", "current": True},
            {"key": "household", "name": "户口本", "url": "#viewer"},
        ],
        "shown": {"name": "出生医学证明", "kind": "none", "note": "这份材料由市卫健委的数据代替，没有图片。", "pages_text": "共1页"},
        "points": [
            {"name": "p1", "id": "p1", "title": "父母一方户口在本地", "value": "yes",
             "basis": "依据：《中华人民共和国户口登记条例》第七条", "data": "公安人口信息：王*兰，户口在海陵区"},
            {"name": "p2", "id": "p2", "title": "姓名用字规范", "error": "第2点还没有判断", "note_name": "p2-note"},
        ],
        "templates": [{"value": "grant", "label": "准予登记"}, {"value": "refuse", "label": "不予登记"}],
        "opinion": {"name": "opinion", "type": "long_text", "label": "审查意见", "max_length": 500,
                    "value": "经审查，符合登记条件，准予登记。"},
        "case_facts": [
            {"label": "申请编号", "value": "321200-20261123-000017-K"},
            {"label": "申请人", "value": "王*兰"},
            {"label": "一件事", "value": "新生儿出生"},
        ],
        "lanes": _lanes(),
    }  # fmt: skip


def _row(number: str, thing: str, who: str, light: tuple[str, str], tag: tuple[str, str]) -> dict[str, Any]:
    return {
        "cells": [
            {"text": number, "url": "#table", "nowrap": True},
            {"text": thing},
            {"text": who},
            {"light": light[0], "text": light[1]},
            {"tag": tag[0], "tone": tag[1]},
            {"text": "0.00元", "numeric": True},
        ]
    }


def _lanes() -> list[dict[str, Any]]:
    return [
        {"name": "市公安局", "person": "陈静",
         "silent": "这个单位的系统从11月23日09:00起没有消息；可以请它的人员在待办里直接办理", "rows": [
            {"title": "出生登记", "url": "#lanes", "state": "审查中", "tone": "info", "light": "over",
             "light_text": "已超期1个工作日", "since": "11月23日收到",
             "notes": ["红牌：过了承诺的日子", "牵头部门催办1次，最近一次11-25 10:00"],
             "remind_url": "#lanes", "escalate_url": "#lanes"}]},
        {"name": "市医保局", "rows": [
            {"title": "居民参保登记", "state": "等前一件", "light": "", "waiting": "市公安局办好出生登记"}]},
        {"name": "市卫健委", "rows": []},
    ]  # fmt: skip


def everything() -> dict[str, Any]:
    """All sample data, under the names the gallery's templates use."""
    wrong = _wrong_fields()
    return {
        "simple_fields": _simple_fields(),
        "grouped_fields": _grouped_fields(),
        "wrong_fields": wrong,
        "wrong_errors": errors_of(wrong),
        **_other_fields(),
        **_journey(),
        **_staff(),
        "qr_src": QR,
    }


# A small invented pattern, not a readable code: the gallery needs no QR library.
QR = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'%3E%3Crect width='9' height='9' fill='%23fff'/%3E"
    "%3Cpath d='M1 1h3v3H1zM5 1h3v3H5zM1 5h3v3H1zM6 5h1v1H6zM5 6h1v2H5zM7 7h1v1H7z'/%3E%3C/svg%3E"
)
