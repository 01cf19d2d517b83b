"""Pushes of a hundred mutations through the whole application, as CPU per mutation over the floor of their rows."""

from bench.company import Company, Person, Scale
from bench.floor import difference
from bench.load import encode
from bench.mutations import Phones
from bench.processes import Stopwatch
from bench.report import Report, Row
from bench.stores import Store
from cairn.api.application import create_application
from cairn.kernel.settings import Settings
from cairn.services import build_services
from support.door import knock

BATCH = 100
WARM_UP = 3
ROUNDS = 5
NAMES = ("visits.check_in", "accounts.edit")


async def measure_push(report: Report, store: Store, company: Company, scale: Scale) -> None:
    """CPU of the batches of one mutation each, the application in this process and no sockets in between."""
    batches = min(len(company.sellers) - WARM_UP, 10 * scale.repeats)
    for name in NAMES:
        store.copy("company", "after")
        await _push(store, company, name, company.sellers[-WARM_UP:])  # compiled statements, caches, pools
        store.copy("after", "before")
        await _push(store, company, name, company.sellers[:batches])
        transactions = await difference(store, "before", "after", batches)
        rows = sum(len(part) for transaction in transactions for _, part in transaction)
        rounds = []
        for _ in range(ROUNDS):  # one after the other, so that what else the machine does disturbs both
            store.copy("before", "after")
            store.copy("before", "floor")
            ours_s = await _push(store, company, name, company.sellers[:batches])
            rounds.append((ours_s, await store.write("floor", transactions)))
        ours_s, floor_s = sorted(rounds, key=lambda each: each[0] / each[1])[ROUNDS // 2]
        count = batches * BATCH
        report.add(
            Row(
                f"push of {BATCH} {name}, {store.name}: CPU ÷ floor",
                ours_s / floor_s,
                "×",
                "≤",
                8,
                4,
                f"{ours_s / count * 1e6:,.0f} µs a mutation; floor {floor_s / count * 1e6:,.0f} µs "
                f"({rows / count:.1f} rows a mutation, {batches} batches)",
            )
        )


async def _push(store: Store, company: Company, name: str, sellers: list[Person]) -> float:
    settings = Settings(data=company.folder, database_url=store.url("after"))
    services = build_services(settings)
    application = create_application(settings)
    application.state.services = services
    phones = Phones(company.epoch)
    bodies = [(seller.token, encode(phones.push(seller, seller.devices[0], [name] * BATCH))) for seller in sellers]
    for token, _ in bodies:  # so that looking up who is signed in, kept for seconds, is not part of it
        await services.sessions.find(token)
    try:
        watch = Stopwatch(store.clocks)
        for token, body in bodies:
            status, answer = await knock(application, "POST", "/sync/push", token, body)
            assert status == 200 and answer.count(b'"status":"applied"') == BATCH, answer[:500]
        return watch.elapsed_s()
    finally:
        await services.close()
