"""`python -m bot.learning [topics] [types]`: learn the weights anew and write them."""

import argparse
import sys
from random import Random

import msgspec

from bot.learning.phrases import LABELS, fingerprint, load_phrases
from bot.learning.samples import Sampler
from bot.learning.training import learn
from bot.resources import resource
from bot.understanding.reader import Reader


def main() -> int:
    """Write `data/understanding/NAME.weights`."""
    parser = argparse.ArgumentParser(prog="python -m bot.learning", description="Learn weights from data/phrases.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these; both by default")
    data = resource("data")
    reader = Reader.load(data)
    for name in parser.parse_args().names or LABELS:
        folder = data / "phrases" / name
        phrases = load_phrases(folder, LABELS[name])
        sampler = Sampler(reader, Random(0))  # noqa: S311 - the same samples every time
        file = learn(sampler.plain(phrases), sampler.with_background(phrases), fingerprint(folder))
        path = data / "understanding" / f"{name}.weights"
        path.write_bytes(msgspec.msgpack.encode(file))
        size = path.stat().st_size
        print(f"{name}: {len(phrases)} phrases, {len(file.signs) // 4} features, {size} bytes")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
