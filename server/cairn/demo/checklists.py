"""Two forms of the demo company, and what its technicians found with them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from cairn.demo.calendar import local
from cairn.demo.customers import Customer
from cairn.demo.ids import id_at
from cairn.demo.story import Photo, Story

Json = dict[str, Any]
DESIGNED_DAYS_AGO = 60


def _point(point_id: str, kind: str, label: str, **fields: Any) -> Json:
    return {"id": point_id, "kind": kind, "label": label, **fields}


def _if(point_id: str, answer: str) -> Json:
    return {"shown_if": {"point_id": point_id, "answer": answer}}


INSPECTION: list[Json] = [
    _point("cooling", "section", "制冷系统", required=False),
    _point(
        "room", "number", "库温", unit="℃", least=-25, most=-18, follow_up=True, help="关门十分钟后，在库房中部测量"
    ),
    _point("suction", "number", "吸气压力", unit="bar", least=0.6, most=2.5),
    _point("discharge", "number", "排气压力", unit="bar", least=9, most=18),
    _point("noise", "check", "压缩机无异响、无剧烈振动", follow_up=True),
    _point("frost", "choice", "蒸发器结霜", choices=["无或薄霜", "中等", "严重"], failing=["严重"], follow_up=True),
    _point("frost_photo", "photo", "结霜部位", **_if("frost", "严重")),
    _point("leak", "check", "检漏仪未发现制冷剂泄漏", follow_up=True),
    _point("leak_place", "text", "泄漏位置", **_if("leak", "failed")),
    _point("power", "section", "电气", required=False),
    _point("current", "number", "压缩机运行电流", unit="A", least=6, most=14),
    _point("terminals", "check", "接线端子紧固、无过热痕迹"),
    _point("alarm", "check", "高温报警测试正常"),
    _point("room_part", "section", "库体与库门", required=False),
    _point("seal", "choice", "门封条", choices=["完好", "老化", "破损"], failing=["破损"]),
    _point("heater", "check", "门框加热丝工作正常"),
    _point("escape", "check", "库内逃生开关有效", follow_up=True, help="关门后从库内按下，库门应能打开"),
    _point("overview", "photo", "机组全景", required=False),
    _point("next", "date", "建议下次检查日期", required=False),
]
ACCEPTANCE: list[Json] = [
    _point("place", "section", "安装", required=False),
    _point("model", "text", "设备型号与出厂编号"),
    _point("level", "check", "设备水平、固定牢靠"),
    _point("drain", "check", "排水通畅、有存水弯"),
    _point("pipes", "check", "管路保温完整", follow_up=True),
    _point("pressure", "number", "保压试验 24 小时压降", unit="bar", most=0.2, follow_up=True),
    _point("running", "section", "试运行", required=False),
    _point("insulation", "number", "绝缘电阻", unit="MΩ", least=2),
    _point("cooling", "number", "降至设定温度用时", unit="min", most=180),
    _point("defrost", "choice", "化霜方式", choices=["电热化霜", "热气化霜", "自然化霜"]),
    _point("heater", "check", "化霜加热管电流正常", **_if("defrost", "电热化霜")),
    _point("trained", "check", "已向客户讲解操作与日常维护"),
    _point("customer", "signature", "客户验收签字"),
]
FORMS: dict[str, tuple[str, list[Json]]] = {
    "inspection": ("冷库年度检查", INSPECTION),
    "installation": ("设备安装验收", ACCEPTANCE),
}
"""The form of each type of ticket that has one."""


@dataclass(frozen=True)
class Looked:
    """A job on which a technician has looked at everything."""

    ticket_id: str
    type: str
    customer: Customer
    who: str
    at: datetime


def design_forms(story: Story) -> None:
    """The administrator's forms; their ids come from no chance of the story's."""
    at = _designed_at(story)
    for ticket_type, (name, points) in FORMS.items():
        form = {"id": str(_form_id(story, ticket_type)), "name": name, "ticket_types": [ticket_type], "points": points}
        story.add("admin", at, "checklists.create_form", form)
        at += timedelta(minutes=12)


def _designed_at(story: Story) -> datetime:
    return local(story.today - timedelta(days=DESIGNED_DAYS_AGO), 9)


def _form_id(story: Story, ticket_type: str) -> UUID:
    return id_at(_designed_at(story), Random(f"form {ticket_type}"))  # noqa: S311 - a story


def add_checklist(story: Story, job: Looked) -> None:
    """What was found, where the type of ticket has a form; its own chances leave those of the story as they were."""
    if job.type not in FORMS:
        return
    name, points = FORMS[job.type]
    random = Random(UUID(job.ticket_id).int + 1)  # noqa: S311 - a story
    place = job.customer.places[0].point
    photo = Photo(id_at(job.at, random), random.randrange(5), place.lat, place.lon, job.at - timedelta(minutes=3))
    is_first = not any(act.name == "checklists.submit" and act.args["form"]["name"] == name for act in story.acts)
    found = _inspected(random, photo, is_warm=is_first) if job.type == "inspection" else _accepted(random, job)
    filled = {
        "id": str(id_at(job.at, random)),
        "ticket_id": job.ticket_id,
        "form_id": str(_form_id(story, job.type)),
        "form": {"name": name, "version": 1, "points": points},
        "answers": found,
    }
    story.add(job.who, job.at, "checklists.submit", filled)
    if job.type == "inspection":
        story.add(job.who, job.at + timedelta(seconds=10), "", {}, photo=photo)


def _inspected(random: Random, photo: Photo, *, is_warm: bool) -> Json:
    room: Json = {"value": round(random.uniform(-24, -19), 1)}
    if is_warm:
        room = {"value": round(random.uniform(-14, -9), 1), "remark": "库门刚装完货，半小时后复测仍偏高"}
    return {
        "room": room,
        "suction": {"value": round(random.uniform(0.9, 1.8), 2)},
        "discharge": {"value": round(random.uniform(11, 15), 1)},
        "noise": {"value": "ok"},
        "frost": {"value": "中等" if is_warm else "无或薄霜"},
        "leak": {"value": "ok"},
        "current": {"value": round(random.uniform(8, 12), 1)},
        "terminals": {"value": "ok"},
        "alarm": {"value": "ok"},
        "seal": {"value": random.choice(("完好", "老化"))},
        "heater": {"value": random.choice(("ok", "not_applicable"))},
        "escape": {"value": "ok"},
        "overview": {"photo_ids": [str(photo.id)]},
        "next": {"value": f"{photo.taken_at.year + 1}-{photo.taken_at.month:02}-15"},
    }


def _accepted(random: Random, job: Looked) -> Json:
    return {
        "model": {"value": f"DD-30 / {random.randint(1_000, 9_999)}"},
        "level": {"value": "ok"},
        "drain": {"value": "ok"},
        "pipes": {"value": "ok"},
        "pressure": {"value": round(random.uniform(0, 0.15), 2)},
        "insulation": {"value": random.randint(20, 200)},
        "cooling": {"value": random.randint(70, 150)},
        "defrost": {"value": "电热化霜"},
        "heater": {"value": "ok"},
        "trained": {"value": "ok"},
        "customer": {
            "value": job.customer.contacts[0].args["name"],
            "strokes": [[[x, 180 + (x * 7) % 60] for x in range(150, 600, 25)]],
        },
    }
