"""How the Bot API says no: a status, a sentence, perhaps parameters for the program."""

from collections.abc import Mapping

BLOCKED = "Forbidden: bot was blocked by the user"
DEACTIVATED = "Forbidden: user is deactivated"
NOT_STARTED = "Forbidden: bot can't initiate conversation with a user"
KICKED_FROM_GROUP = "Forbidden: bot was kicked from the group chat"
KICKED_FROM_SUPERGROUP = "Forbidden: bot was kicked from the supergroup chat"

OTHER_POLLER = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"  # as printed
)
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
WEBHOOK_TAKES_OVER = "Conflict: terminated by setWebhook request"

CHAT_NOT_FOUND = "chat not found"
TEXT_EMPTY = "message text is empty"
NOTHING_LEFT = "text must be non-empty"
TOO_LONG = "message is too long"
EDIT_TOO_LONG = "MESSAGE_TOO_LONG"
CAPTION_TOO_LONG = "message caption is too long"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
EDIT_NOT_FOUND = "message to edit not found"
CANNOT_EDIT = "message can't be edited"
DELETE_NOT_FOUND = "message to delete not found"
REPLY_NOT_FOUND = "message to be replied not found"
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
UPGRADED = "group chat was upgraded to a supergroup chat"
WRONG_FILE_ID = "wrong file_id or the file is temporarily unavailable"


class ApiError(Exception):
    """An answer with `ok: false`."""

    def __init__(self, code: int, description: str, parameters: Mapping[str, int] | None = None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(reason: str, parameters: Mapping[str, int] | None = None) -> ApiError:
    """Return the 400 for `reason`."""
    return ApiError(400, f"Bad Request: {reason}", parameters)


def forbidden(description: str) -> ApiError:
    """Return the 403 with this whole sentence."""
    return ApiError(403, description)


def conflict(description: str) -> ApiError:
    """Return the 409 with this whole sentence."""
    return ApiError(409, description)
