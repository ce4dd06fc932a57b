"""What the manual and `.env.example` say of the settings, from their declarations: `python -m tests.setting_docs`."""

from bot.settings import declarations

PREAMBLE = """\
# The settings of beian-bot. Copy this file to .env and take away the # before what you set.
"""


def table() -> str:
    """Return the table of the manual, in Markdown."""
    lines = ["| variable | default | what it is for | example |", "| --- | --- | --- | --- |"]
    for setting in declarations():
        default = f"`{setting.default}`" if setting.default else ""
        lines.append(f"| `{setting.variable}` | {default} | {setting.purpose} | `{setting.example}` |")
    return "\n".join(lines) + "\n"


def env_example() -> str:
    """Return `.env.example`: the defaults where there are some, else the examples; all but the token commented out."""
    entries = [
        f"# {setting.purpose}\n"
        f"{'' if setting.variable == 'BOT_TOKEN' else '# '}{setting.variable}="
        f"{'' if setting.variable == 'BOT_TOKEN' else setting.default or setting.example}\n"
        for setting in declarations()
    ]
    return "\n".join([PREAMBLE, *entries])


if __name__ == "__main__":
    print(table())
    print(env_example())
