"""The story depends on nothing but the day."""

from datetime import UTC, date, datetime, timedelta

from cairn.demo.chapters import tell
from cairn.demo.story import Act, Offline, with_sending

A_TUESDAY = date(2026, 11, 24)


def test_the_same_day_tells_the_same_story() -> None:
    assert tell(A_TUESDAY)[0].in_order() == tell(A_TUESDAY)[0].in_order()


def test_every_day_of_the_week_has_a_story_that_ended_the_evening_before() -> None:
    for offset in range(7):
        today = A_TUESDAY + timedelta(days=offset)
        acts = tell(today)[0].in_order()
        midnight = datetime(today.year, today.month, today.day, tzinfo=UTC) - timedelta(hours=8)
        assert sum(act.name == "visits.check_in" for act in acts) == 420
        assert all(act.sent_at is not None and act.sent_at < midnight for act in acts)
        assert all(act.sent_at >= act.at for act in acts if act.sent_at is not None)


def test_nobody_touches_what_has_not_arrived() -> None:
    for offset in range(10):
        acts = tell(A_TUESDAY + timedelta(days=offset))[0].in_order()
        made = {act.args["id"]: act for act in acts if act.name.endswith((".create", ".request")) and act.photo is None}
        for act in acts:
            origin = made.get(act.args.get("id"), act)
            assert act.who == origin.who or _sent(origin) < _sent(act), (offset, origin, act)


def _sent(act: Act) -> datetime:
    assert act.sent_at is not None
    return act.sent_at


def test_whoever_is_offline_sends_when_that_ends_and_nothing_overtakes() -> None:
    noon = datetime(2026, 11, 24, 4, tzinfo=UTC)
    hour = timedelta(hours=1)
    acts = [Act("rep1", noon + n * hour, f"n{n}") for n in range(4)] + [Act("rep2", noon + hour, "other")]
    sent = with_sending(acts, [Offline("rep1", noon + hour / 2, noon + 2.5 * hour)])
    times = {act.name: act.sent_at for act in sent}
    assert times["n1"] == times["n2"] == noon + 2.5 * hour
    assert times["other"] == noon + hour + timedelta(seconds=2)
    assert times["n3"] == noon + 3 * hour + timedelta(seconds=2)
