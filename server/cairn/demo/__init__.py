"""The demo company 澄湖制冷设备 / Chenghu Cooling: invented people, customers and twenty working days of visits.

Everything passes the doors that real people use: what a rep does is recorded on a phone and pushed, photos are
uploaded, and a clock is moved through the days so that every time in the history is one that could have been.
"""
