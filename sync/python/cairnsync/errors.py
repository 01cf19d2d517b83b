"""Refusals of a whole request: it had no effect and gives no verdict on any mutation."""

from typing import Any, ClassVar


class ProtocolError(Exception):
    """A request that is refused as a whole; the phone keeps everything that it holds."""

    code: ClassVar[str]
    http_status: ClassVar[int]

    def __init__(self, **params: Any) -> None:
        super().__init__(f"{self.code} {params}")
        self.params = params


class SequenceGap(ProtocolError):
    """The mutations do not follow on the last one that has a receipt."""

    code = "sequence_gap"
    http_status = 409


class SequenceReused(ProtocolError):
    """A seq came again with another payload: the device's storage was cloned."""

    code = "sequence_reused"
    http_status = 409


class EpochChanged(ProtocolError):
    """The server's history is not the one that the device knows."""

    code = "epoch_changed"
    http_status = 409


class DeviceUnknown(ProtocolError):
    """The device has not said hello, or belongs to somebody else."""

    code = "device_unknown"
    http_status = 409


class DeviceRevoked(ProtocolError):
    """The device was shut out by its owner or an administrator."""

    code = "device_revoked"
    http_status = 403


class TooLarge(ProtocolError):
    """The request is over a limit that hello announced."""

    code = "too_large"
    http_status = 413


class Malformed(ProtocolError):
    """The envelope cannot be read."""

    code = "malformed"
    http_status = 422


class UpgradeRequired(ProtocolError):
    """The app is older than the oldest that the server still understands."""

    code = "upgrade_required"
    http_status = 426
