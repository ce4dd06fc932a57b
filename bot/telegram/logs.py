"""The library's logging, without what people write."""

import logging

_WITH_CONTENT = ("Can not load invalid JSON data", "Something went wrong processing the data received from Telegram")
"""How the library's messages begin whose arguments are what a server has sent, updates included."""


class WithoutContent(logging.Filter):
    """Leaves out of the library's records what was received; that it could not be read is still told."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean the record in place; it always passes."""
        if record.args and str(record.msg).startswith(_WITH_CONTENT):
            record.args = ("left out",)
        return True


def quiet_library() -> None:
    """Let the library log what went wrong and nothing else: its debug records hold whole messages."""
    logging.getLogger("telegram").setLevel(logging.WARNING)
    for name in ("telegram.request.BaseRequest", "telegram.ext.Updater"):
        logger = logging.getLogger(name)
        if not any(isinstance(known, WithoutContent) for known in logger.filters):
            logger.addFilter(WithoutContent())
