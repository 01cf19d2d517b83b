"""What `cairn demo` says at its start: where to go and who to be."""

from collections.abc import Sequence
from pathlib import Path

from cairn.demo.people import DOMAIN, OTHER_EMAIL, PASSWORD

SIGN_INS = (
    ("manager@", "sales supervisor of rep1–rep3: sees their customers, visits and conflicts"),
    ("rep1@ … rep6@", "sales reps, each with some 18 customers and stops for today"),
    ("manager2@", "sales supervisor of rep4–rep6"),
    ("gm@ vp@", "general manager and vice-president: see everything"),
    ("admin@", "administrator"),
    ("service@ tech1@ … tech4@", "service supervisor and technicians"),
    ("finance@ marketing@ agent@", "finance, marketing, an agent from outside"),
)


def print_welcome(data: Path, addresses: Sequence[str], trust: Sequence[str]) -> None:
    """Addresses and sign-ins, in a form that one can read across a desk."""
    print("\n  澄湖制冷设备 · Chenghu Cooling\n")
    for address in addresses:
        print(f"    {address}")
    if trust:
        print("\n  A phone on the same network first has to trust this machine. Open there")
        for address in trust:
            print(f"    {address}")
        print(
            "  and install the file as a CA certificate (Android: Settings, Security, Encryption & credentials;\n"
            "  iPhone: Settings, Profile Downloaded, then General, About, Certificate Trust Settings)."
        )
    print(f"\n  Sign in as …@{DOMAIN}, password {PASSWORD}\n")
    for names, words in SIGN_INS:
        print(f"    {names:28}{words}")
    print(f"    {OTHER_EMAIL:28}another company: nothing of one is seen in the other")
    print(f"\n  Data: {data.resolve()}   Stop with Ctrl+C\n", flush=True)
