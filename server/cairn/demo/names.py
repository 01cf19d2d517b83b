"""The words that invented customers' names, addresses and contacts are made of; none is a company that we know of."""

from dataclasses import dataclass

CHINESE_FIRST = "栎岫翎澜霁黛珩槿沅筠骊溟"
CHINESE_SECOND = "渡禾汐杉川野屿泊砚帆榆桥"

ENGLISH = (
    "Alderwick",
    "Brackenfold",
    "Corvane",
    "Dunmere",
    "Elmshaw",
    "Farrowby",
    "Glaskin",
    "Hathermoor",
    "Inglewray",
    "Juniper Quay",
    "Kestrelby",
    "Larkmoss",
    "Merrowdale",
    "Northwyke",
    "Ostermere",
    "Pellingford",
    "Quillbrook",
    "Rookhaven",
    "Saltermere",
    "Thornwhistle",
    "Ulverdean",
    "Vantrell",
    "Wexcombe",
    "Yarrowfield",
    "Zephyrine",
    "Ashgrove Pier",
    "Birchlode",
    "Cindermoor",
    "Dovetarn",
    "Emberley",
    "Foxglade",
    "Greyholt",
    "Harrowmint",
    "Ivorbeck",
    "Jasperwold",
    "Kelmarsh",
)


@dataclass(frozen=True)
class Trade:
    """What a customer does, in both languages, and what that makes of it for a maker of cooling."""

    chinese: str
    english: str
    tag: str


TRADES = (
    Trade("食品", "Foods", "冷库"),
    Trade("冷链物流", "Cold Chain", "冷库"),
    Trade("生物医药", "Biopharma", "洁净室"),
    Trade("精密塑胶", "Precision Plastics", "工业冷水"),
    Trade("乳业", "Dairy", "冷库"),
    Trade("酒店管理", "Hotels", "中央空调"),
    Trade("水产", "Seafood", "速冻"),
    Trade("数据科技", "Data Centres", "机房"),
    Trade("果蔬配送", "Fresh Produce", "冷库"),
    Trade("酿造", "Brewing", "工业冷水"),
    Trade("商业超市", "Markets", "冷柜"),
    Trade("电子材料", "Electronic Materials", "洁净室"),
)

FURTHER_TAGS = ("重点客户", "老客户", "保养合同", "年度框架", "新开发", "账期60天")

CHINESE_ROADS = ("青禾路", "栖霞弄", "望舒街", "云栎路", "长汀路", "白鹭街", "松屿路", "晴川路", "石桥弄", "新苇路")
ENGLISH_ROADS = ("Qinghe Road", "Egret Street", "Songyu Road", "Clear River Road", "Stone Bridge Lane")

SURNAMES = "赵钱孙李吴郑王冯陈蒋朱何吕张金范彭谢潘江"
GIVEN_NAMES = ("文博", "雨桐", "建国", "思远", "海燕", "子墨", "国强", "丽华", "俊杰", "晓峰", "静怡", "志刚", "欣然")
ENGLISH_CONTACTS = (
    "Ada Whitlow",
    "Ben Castell",
    "Clara Voss",
    "Daniel Orme",
    "Edith Lanyon",
    "Felix Tarrant",
    "Grace Ibbot",
    "Hugo Penrose",
    "Iris Calloway",
    "Jonas Wray",
    "Kate Ellery",
    "Leo Marchbank",
)
CHINESE_POSITIONS = ("设备主任", "采购经理", "厂长", "工程部主管", "仓储主管", "财务联系人")
ENGLISH_POSITIONS = ("Facilities manager", "Buyer", "Plant manager", "Head of engineering", "Warehouse lead")

CHINESE_SITES = ("二号厂区", "北区冷库", "分拨中心", "新厂房")
ENGLISH_SITES = ("Plant 2", "North cold store", "Distribution centre", "New hall")

CHINESE_NOTES = (
    "门卫登记后从3号门进，停车在西侧。\n送货时间：上午10点前。\n发票抬头与公司名一致。",
    "机房钥匙在仓储主管处。\n周五下午不接待。\n进车间要穿鞋套。",
    "两台螺杆机组，2019年投产。\n对能耗很在意。\n报价要附年耗电估算。",
    "老板重视响应速度。\n旺季前必须完成保养。\n付款周期45天。",
    "计划明年扩建，先谈方案。\n设备主任做技术决定。\n合同由总部签。",
)
ENGLISH_NOTES = (
    "Sign in at the gatehouse; park on the west side.\nDeliveries before 10:00.\nInvoices to head office.",
    "Ask for the plant room key at the warehouse office.\nNo visitors on Friday afternoons.\nSafety shoes needed.",
    "Two screw chillers, running since 2019.\nEnergy use decides.\nQuote with a yearly estimate.",
    "Plans an extension next year.\nTalk about the concept first.\nContracts are signed in Hong Kong.",
)
