"""English words: contractions taken apart, inflections taken off."""

from functools import lru_cache

_REMEMBERED = 4096
"""Words whose stems are kept: those of the data, and what people write most."""
_NEGATED = {"can't": "can", "cant": "can", "won't": "will", "wont": "will", "shan't": "shall", "cannot": "can"}
_NEGATED_WITHOUT_MARK = frozenset(
    {
        *("dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent", "havent", "hasnt", "hadnt"),
        *("couldnt", "shouldnt", "wouldnt", "neednt", "mustnt"),
    }
)
_ENDINGS = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would"}
_BEFORE_IS = frozenset(["what", "who", "where", "how", "when", "why", "it", "that", "there", "here", "this"])
_KEPT_WITH_S = ("ss", "us", "is")


@lru_cache(maxsize=_REMEMBERED)
def words_of(token: str) -> tuple[str, ...]:
    """Return the words that a token stands for.

    >>> words_of("didn't"), words_of("what's"), words_of("company's")
    (('did', 'not'), ('what', 'is'), ('company',))
    """
    token = token.strip("'")
    if token in _NEGATED:
        return _NEGATED[token], "not"
    if token.endswith("n't") or token in _NEGATED_WITHOUT_MARK:
        return token.removesuffix("n't") if "'" in token else token[:-2], "not"
    if token in {"whats", "wheres", "hows", "whos"}:
        return token[:-1], "is"
    head, mark, ending = token.partition("'")
    if not mark:
        return (token,)
    if ending == "s":
        return (head, "is") if head in _BEFORE_IS else (head,)
    return tuple(word for word in (head, _ENDINGS.get(ending, ending)) if word)


@lru_cache(maxsize=_REMEMBERED)
def stem(word: str) -> str:
    """Return what the inflections of a word have in common; it need not be a word.

    >>> [stem(word) for word in ("verify", "verifies", "submitted", "submits", "code", "codes", "expiring")]
    ['verify', 'verify', 'submit', 'submit', 'cod', 'cod', 'expir']
    """
    if len(word) > 3 and word.endswith("s") and not word.endswith(_KEPT_WITH_S):
        word = word[:-1]
    if len(word) > 5 and word.endswith("ing"):
        word = _single(word[:-3])
    elif len(word) > 4 and word.endswith("ed") and not word.endswith("eed"):
        word = _single(word[:-2])
    if len(word) > 3 and word.endswith("e"):
        word = word[:-1]
    return word[:-1] + "y" if len(word) > 3 and word.endswith("i") else word


def _single(word: str) -> str:
    """Return the word without the doubling of its last letter (submitt, cancell)."""
    doubled = len(word) > 3 and word[-1] == word[-2] and word[-1] in ("bdgmnprt" if len(word) < 6 else "bdglmnprt")
    return word[:-1] if doubled else word
