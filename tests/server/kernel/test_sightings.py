"""Sightings are noted in memory: once an hour for each device, and never more than there is room for."""

from datetime import UTC, datetime, timedelta
from typing import Any

from cairn.kernel import sightings
from cairn.kernel.ids import new_id
from cairn.kernel.sightings import Sighting, Sightings

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_a_device_is_noted_once_an_hour_and_a_clock_set_back_hides_none() -> None:
    noted, organization, device = Sightings(), new_id(), new_id()
    for minutes in (0, 59, 60, -120):
        noted.note(organization, device, NOW + timedelta(minutes=minutes))
    times = [NOW + timedelta(minutes=minutes) for minutes in (0, 60, -120)]
    assert noted.take() == {organization: [Sighting(organization, device, each) for each in times]}
    assert noted.take() == {}


def test_what_there_is_no_room_for_is_left_to_the_next_pull(monkeypatch: Any) -> None:
    monkeypatch.setattr(sightings, "MOST_NOTED", 3)
    noted, organization, devices = Sightings(), new_id(), [new_id() for _ in range(5)]
    for device in devices:
        noted.note(organization, device, NOW)
    assert [each.device_id for each in noted.take()[organization]] == devices[:3]
    noted.note(organization, devices[3], NOW)
    assert [each.device_id for each in noted.take()[organization]] == [devices[3]]
    assert len(noted._noted) == 3
