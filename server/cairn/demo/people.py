"""Who works at the demo company, and in which team."""

from dataclasses import dataclass

from cairn.modules.identity.roles import Role

PASSWORD = "cairn-demo"  # noqa: S105 - printed at every start, for a company that does not exist
COMPANY = "澄湖制冷设备 Chenghu Cooling"
DOMAIN = "chenghu.example.com"
OTHER_COMPANY = "北岭冷链 Northridge Cold Chain"
OTHER_EMAIL = "admin@other.example.com"
TIME_ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Person:
    """`key` is also what stands before the @ of the sign-in."""

    key: str
    name: str
    title: str
    role: Role
    team: str | None

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


@dataclass(frozen=True)
class TeamOf:
    """A team of the tree; leads are named by their keys."""

    key: str
    name: str
    parent: str | None
    leads: tuple[str, ...]


TEAMS = (
    TeamOf("sales", "销售部", None, ("vp",)),
    TeamOf("sales1", "销售一组", "sales", ("manager",)),
    TeamOf("sales2", "销售二组", "sales", ("manager2",)),
    TeamOf("agents", "代理商", "sales", ("vp",)),
    TeamOf("service", "服务部", None, ("service",)),
)

PEOPLE = (
    Person("gm", "顾澄远", "总经理", "executive", None),
    Person("vp", "沈汀兰", "副总经理", "executive", None),
    Person("manager", "陆知行", "销售主管", "sales_manager", "sales1"),
    Person("manager2", "韩予安", "销售主管", "sales_manager", "sales2"),
    Person("rep1", "林晓舟", "销售代表", "salesperson", "sales1"),
    Person("rep2", "周一苇", "销售代表", "salesperson", "sales1"),
    Person("rep3", "许青岚", "销售代表", "salesperson", "sales1"),
    Person("rep4", "叶闻溪", "销售代表", "salesperson", "sales2"),
    Person("rep5", "秦望舒", "销售代表", "salesperson", "sales2"),
    Person("rep6", "贺南星", "销售代表", "salesperson", "sales2"),
    Person("marketing", "苏念真", "市场专员", "marketing", None),
    Person("finance", "方静和", "财务", "finance", None),
    Person("service", "魏长川", "服务主管", "service_manager", "service"),
    Person("tech1", "丁越", "维修技师", "technician", "service"),
    Person("tech2", "毛一鸣", "维修技师", "technician", "service"),
    Person("tech3", "孔令山", "维修技师", "technician", "service"),
    Person("tech4", "邹平野", "维修技师", "technician", "service"),
    Person("admin", "程亦然", "系统管理员", "administrator", None),
    Person("agent", "白石贸易 石磊", "外部代理", "agent", "agents"),
)

REPS = ("rep1", "rep2", "rep3", "rep4", "rep5", "rep6")
LEAD_OF = {"rep1": "manager", "rep2": "manager", "rep3": "manager"} | {
    "rep4": "manager2",
    "rep5": "manager2",
    "rep6": "manager2",
}
