"""What reps write: why they call, what they found, what comes next. By language of the customer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """One language's sentences."""

    purposes: tuple[str, ...]
    check_in_notes: tuple[str, ...]
    reports: tuple[str, ...]
    next_steps: tuple[str, ...]
    notes: tuple[str, ...]


CHINESE = Words(
    purposes=("季度回访", "新项目方案沟通", "报价说明", "验收前检查", "维保合同续签", "了解扩建需求", "催收尾款"),
    check_in_notes=("前台登记后等候。", "设备主任在现场。", "先看机房，再谈报价。", "客户在开会，稍等十分钟。"),
    reports=(
        "与设备主任看了两台机组，运行平稳，排气温度略高，建议清洗冷凝器。",
        "客户对能效对比表感兴趣，希望本周内收到正式报价。",
        "采购经理反馈竞争对手报价低约8%，我方强调维保响应与备件库存。",
        "确认了新冷库尺寸：18×24×6米，库温-18℃，要求双机组备用。",
        "年度保养已排期，客户要求避开月底盘点。",
        "现场噪声投诉，测得机房外1米72分贝，考虑加隔音罩。",
        "验收资料已交，客户签收，尾款走流程。",
        "负责人临时外出，与仓储主管交流了货量变化，改约下周。",
        "讨论了更换R22机组的时间表，客户倾向分两期实施。",
        "巡检时发现蒸发器结霜不均，已拍照，转服务部处理。",
    ),
    next_steps=("发送正式报价", "安排技术员现场测量", "寄送备件清单", "约总经理当面谈", "提交维保方案", "跟进合同盖章"),
    notes=(
        "客户下月要换采购负责人，注意维护关系。",
        "停车要提前一天报车牌。",
        "对方财务只收电子发票。",
        "听说隔壁厂也在找冷水机组。",
        "夏季高峰期用电受限，宜推蓄冷方案。",
    ),
)

ENGLISH = Words(
    purposes=("Quarterly call", "Talk through the new project", "Explain the quote", "Check before acceptance"),
    check_in_notes=("Signed in at the gatehouse.", "Facilities manager is on site.", "Plant room first, then prices."),
    reports=(
        "Went through both chillers with the facilities manager; discharge temperature a little high, condenser needs "
        "cleaning.",
        "They like the efficiency comparison and want a formal quote this week.",
        "A competitor is about 8 % cheaper; we stressed response times and spare parts in stock.",
        "Confirmed the new cold store: 18 × 24 × 6 m at -18 °C, two units for redundancy.",
        "Yearly service is scheduled; they ask us to keep clear of stocktaking at the end of the month.",
        "Noise complaint: 72 dB at one metre from the plant room; an enclosure may be needed.",
        "Handed over the acceptance papers; the last instalment is on its way.",
    ),
    next_steps=("Send the formal quote", "Have a technician measure on site", "Send the list of spare parts"),
    notes=(
        "The buyer changes next month; keep in touch with both.",
        "Number plates have to be announced a day ahead.",
        "Summer peaks are capped; thermal storage may interest them.",
    ),
)
