"""beian-bot: a Telegram chatbot for the SMS verification of ICP filings (备案短信核验)."""

__version__ = "0.1.0"
