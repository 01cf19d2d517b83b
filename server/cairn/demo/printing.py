"""What `cairn demo` says at its start: where to go and who to be."""

from cairn.demo.people import DOMAIN, PASSWORD
from cairn.kernel.settings import Settings

SIGN_INS = (
    ("manager@", "sales supervisor of rep1–rep3: sees their customers, visits and conflicts"),
    ("rep1@ … rep6@", "sales reps, each with some 18 customers and stops for today"),
    ("manager2@", "sales supervisor of rep4–rep6"),
    ("gm@ vp@", "general manager and vice-president: see everything"),
    ("admin@", "administrator"),
    ("service@ tech1@ … tech4@", "service supervisor and technicians"),
    ("finance@ marketing@ agent@", "finance, marketing, an agent from outside"),
)


def print_welcome(settings: Settings, host: str, port: int, *, tls: bool) -> None:
    """Addresses and sign-ins, in a form that one can read across a desk."""
    scheme = "https" if tls else "http"
    print(f"\n  澄湖制冷设备 · Chenghu Cooling\n\n    {scheme}://localhost:{port}")
    if tls:
        from cairn.certificates import lan_addresses

        for address in lan_addresses():
            print(f"    {scheme}://{address}:{port}   for a phone on the same network")
    print(f"\n  Sign in as …@{DOMAIN}, password {PASSWORD}\n")
    for names, words in SIGN_INS:
        print(f"    {names:28}{words}")
    print(f"    {'admin@other.example.com':28}another company: nothing of one is seen in the other")
    print(f"\n  Data: {settings.data.resolve()}   Stop with Ctrl+C\n", flush=True)
