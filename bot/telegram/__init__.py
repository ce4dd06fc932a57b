"""The Telegram front end: the only place that imports the library."""
