"""Why a backup or a restore does not begin, or does not end well."""


class BackupRefused(SystemExit):
    """Nothing was written, or nothing was changed; the message is the sentence for the operator."""
