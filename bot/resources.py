"""Where the files that come with the code are: in a checkout beside the package, in an installed wheel inside it."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """Return the path of a shipped file or folder, e.g. `resource("data", "rulebooks")`.

    Raises `FileNotFoundError` naming the places looked at.
    """
    places = [_PACKAGE.joinpath(*parts), _PACKAGE.parent.joinpath(*parts)]
    for place in places:
        if place.exists():
            return place
    raise FileNotFoundError("not found: " + " or ".join(str(place) for place in places))
