"""`beian-bot`, also `python -m bot`."""

import sys

from bot.terminal.cli import main

if __name__ == "__main__":
    sys.exit(main())
