"""Why a file is not taken."""

from cairn.kernel.errors import DomainError


class FileEmpty(DomainError):
    """No byte arrived."""

    code = "file_empty"
    http_status = 422


class FileTooLarge(DomainError):
    """Params: `bytes` and the `limit` in bytes."""

    code = "file_too_large"
    http_status = 413


class NotAnImage(DomainError):
    """The content is none of the picture formats that are taken, whatever the name says."""

    code = "not_an_image"
    http_status = 415


class ImageTooManyPixels(DomainError):
    """Params: the `limit` in pixels; a small file may unpack to a picture that no server could hold."""

    code = "image_too_many_pixels"
    http_status = 413


class ImageTruncated(DomainError):
    """The picture begins well but its end is missing."""

    code = "image_truncated"
    http_status = 422


class ImageDamaged(DomainError):
    """The content calls itself a picture but cannot be decoded as one."""

    code = "image_damaged"
    http_status = 422


class UploadOffsetMismatch(DomainError):
    """Params: `offset`, where the upload really stands and goes on from."""

    code = "upload_offset_mismatch"
    http_status = 409


class UploadBusy(DomainError):
    """Another request is writing to this upload just now."""

    code = "upload_busy"
    http_status = 423


class ChecksumMismatch(DomainError):
    """What arrived is not what was promised; it is thrown away, so that the upload can begin anew."""

    code = "checksum_mismatch"
    http_status = 460  # as tus 1.0 has it


class FileNotStored(DomainError):
    """The bytes are not here (yet)."""

    code = "file_not_stored"
    http_status = 404


class VirusFound(DomainError):
    """The scanner found something in it; nobody gets it, and it is not kept."""

    code = "virus_found"
    http_status = 422


class FileNotChecked(DomainError):
    """The server could not look at it, however often it tried; it may be sent again."""

    code = "file_not_checked"
    http_status = 503


class TusVersionUnknown(DomainError):
    """Only tus 1.0.0 is spoken here."""

    code = "tus_version_unknown"
    http_status = 412
