"""What customers buy, and what is said about what they give back."""

from collections.abc import Mapping

PRODUCTS = (
    ("冷风机 DD-30", "Air cooler DD-30", "DD-30", 1_280_000),
    ("轴流风扇", "Axial fan", "FN-350", 86_500),
    ("铜管 φ19（米）", "Copper pipe 19 mm (m)", "CP-19", 6_850),
    ("温控器 EC-2", "Controller EC-2", "EC-2", 158_000),
    ("库门密封条（米）", "Door gasket (m)", "DG-8", 4_200),
    ("膨胀阀", "Expansion valve", "TX-5", 43_900),
)
"""Name in Chinese and in English, code, price in fen."""

NOTES: Mapping[str, tuple[str, str]] = {
    "damage": ("开箱时外壳已变形，客户拍照留存。", "The casing was bent when it was unpacked; see the photo."),
    "wrong": ("型号与订单不符，客户要求调换。", "Not the model that was ordered; they ask for the right one."),
    "surplus": ("施工剩余，包装完好。", "Left over from the installation, still in its box."),
    "other": ("客户改用其他方案。", "They chose another solution."),
}
REJECTED = ("已安装使用三个月，不符合退货条件。", "In use for three months; that is beyond what we take back.")
WITHDRAWN = ("客户决定留用。", "They keep it after all.")
CAME = ("包装破损，货品清点无误。", "The box is torn, the count is right.")
