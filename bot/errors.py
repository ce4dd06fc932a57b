"""The errors of this project, in one tree.

* `BeianBotError`: a fault with a sentence for the person who can mend it
  * `SettingsError`: a setting is missing or wrong
  * `RulebookError`: a rulebook cannot be read or does not hold together
  * `CatalogError`: a catalog of texts is missing or incomplete
  * `DataError`: another data file is unreadable or invalid
  * `StoreError`: the database cannot be used
    * `StoreLockedError`: another process holds it for too long
    * `StoreReadOnlyError`: it cannot be written
    * `StoreTooNewError`: a later version of this project wrote it
  * `FilingError`: something was asked of a filing that its state or the rules do not allow
  * `TelegramError`: the Bot API refuses to work with this process
    * `TokenRefusedError`: the token is wrong or was revoked (401, 404)
    * `SecondPollerError`: another process polls with the same token (409)
  * `bot.reminders.sending.SendError`: one message was not delivered; its kinds say what to do about it
"""


class BeianBotError(Exception):
    """Base of all; `exit_code` is what the process returns when it ends with this error.

    The codes are those of `sysexits.h`, so that a service manager can tell what will mend itself by a restart
    (75, EX_TEMPFAIL) from what a person has to mend.
    """

    exit_code = 70  # EX_SOFTWARE


class SettingsError(BeianBotError):
    """A setting is missing or wrong."""

    exit_code = 78  # EX_CONFIG


class RulebookError(BeianBotError):
    """A rulebook cannot be read or does not hold together: file, entry, reason."""

    exit_code = 65  # EX_DATAERR

    def __init__(self, file: str, entry: str, reason: str) -> None:
        super().__init__(f"{file}: {entry}: {reason}" if entry else f"{file}: {reason}")
        self.file = file
        self.entry = entry
        self.reason = reason

    def __reduce__(self) -> tuple[type["RulebookError"], tuple[str, str, str]]:
        return type(self), (self.file, self.entry, self.reason)  # as another process gives it back


class CatalogError(BeianBotError):
    """A catalog of texts is missing or incomplete."""

    exit_code = 65


class DataError(BeianBotError):
    """A data file is unreadable or invalid."""

    exit_code = 65


class StoreError(BeianBotError):
    """The database cannot be used."""

    exit_code = 74  # EX_IOERR


class StoreLockedError(StoreError):
    """Another process holds the database for too long."""

    exit_code = 75  # EX_TEMPFAIL


class StoreReadOnlyError(StoreError):
    """The database cannot be written."""


class StoreTooNewError(StoreError):
    """A later version of this project wrote the database."""

    exit_code = 65


class FilingError(BeianBotError):
    """Something was asked of a filing that its state or the rules do not allow."""


class TelegramError(BeianBotError):
    """The Bot API refuses to work with this process."""

    exit_code = 69  # EX_UNAVAILABLE


class TokenRefusedError(TelegramError):
    """The token is wrong or was revoked."""

    exit_code = 78


class SecondPollerError(TelegramError):
    """Another process polls with the same token."""

    exit_code = 75
