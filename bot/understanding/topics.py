"""Which topic a set of concepts asks about, and how surely."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.understanding.data import Data
from bot.understanding.model import Topic
from bot.understanding.words import Concept

PSEUDO_WEIGHTS: Mapping[str, float] = {
    "place": 0.5,
    "type": 1.0,
    "contact": 2.0,
    "changed_data": 1.5,
    "moment": 2.0,
    "day": 1.0,
    "hours": 1.0,
    "count": 1.0,
}
"""Concepts that are not words: what was recognised in the message."""
_SUPPORT = 0.5


@dataclass(frozen=True, slots=True)
class _Rule:
    topic: Topic
    wanted: int
    score: float
    parts: tuple[tuple[int, float], ...]
    """Each wanted concept with its weight."""

    def met(self, present: int) -> float:
        """Return how much weighs what is wanted and present."""
        return sum(weight for bit, weight in self.parts if bit & present) if self.wanted & present else 0.0


@dataclass(frozen=True, slots=True)
class Scored:
    """A topic and how much speaks for it."""

    topic: Topic
    score: float


class Topics:
    """The rules of all topics. Sets of concepts are the bits of a number."""

    def __init__(
        self,
        weights: Mapping[str, float],
        rules: Mapping[Topic, Iterable[Iterable[str]]],
        support: Mapping[Topic, Iterable[str]],
        unless: Mapping[Topic, Iterable[str]],
    ) -> None:
        self._bits = {name: 1 << number for number, name in enumerate(weights)}
        self._rules = [
            _Rule(topic, self._mask(rule), sum(map(weights.__getitem__, rule)), self._weighed(rule, weights))
            for topic, lines in rules.items()
            for rule in map(frozenset, lines)
        ]
        self._rules.sort(key=lambda rule: -rule.score)
        self._support = {
            topic: tuple((bit, weight * _SUPPORT) for bit, weight in self._weighed(names, weights))
            for topic, names in support.items()
        }
        self._unless = {topic: self._mask(names) for topic, names in unless.items()}

    @classmethod
    def load(cls, folder: Path, concepts: Mapping[str, Concept]) -> "Topics":
        """Read `topics.toml`."""
        data = Data(folder / "topics.toml")
        weights = {name: concept.weight for name, concept in concepts.items()} | dict(PSEUDO_WEIGHTS)
        rules: dict[Topic, list[list[str]]] = {}
        lists: dict[str, dict[Topic, list[str]]] = {"support": {}, "unless": {}}
        for name, value in data.tables.items():
            topic = data.member(Topic, name, name)
            table = data.as_table(value, name)
            rules[topic] = [line.split() for line in data.strings(table.get("rules"), f"{name}.rules")]
            for key, found in lists.items():
                found[topic] = list(dict.fromkeys(data.strings(table.get(key), f"{name}.{key}")))
            used = {word for rule in rules[topic] for word in rule}.union(*(found[topic] for found in lists.values()))
            if used - weights.keys():
                raise data.fault(name, f"no such concepts: {', '.join(sorted(used - weights.keys()))}")
        return cls(weights, rules, lists["support"], lists["unless"])

    def rank(self, concepts: Iterable[str]) -> list[Scored]:
        """Return the topics that the concepts speak for, the strongest first."""
        present = self._mask(name for name in concepts if name in self._bits)
        best: dict[Topic, float] = {}
        for rule in self._rules:
            if rule.wanted & present != rule.wanted or self._unless.get(rule.topic, 0) & present:
                continue
            extra = sum(worth for bit, worth in self._support.get(rule.topic, ()) if bit & present & ~rule.wanted)
            if rule.score + extra > best.get(rule.topic, 0):
                best[rule.topic] = rule.score + extra
        return sorted((Scored(topic, score) for topic, score in best.items()), key=lambda scored: -scored.score)

    def nearest(self, concepts: Iterable[str], count: int) -> tuple[Topic, ...]:
        """Return the topics whose rules the concepts come closest to, at most `count`."""
        present = self._mask(name for name in concepts if name in self._bits)
        shares: dict[Topic, float] = {}
        for rule in self._rules:
            met = rule.met(present)
            if met:
                shares[rule.topic] = max(shares.get(rule.topic, 0), met * met / max(rule.score, 1))
        return tuple(sorted(shares, key=lambda topic: -shares[topic])[:count])

    def _mask(self, names: Iterable[str]) -> int:
        mask = 0
        for name in names:
            mask |= self._bits[name]
        return mask

    def _weighed(self, names: Iterable[str], weights: Mapping[str, float]) -> tuple[tuple[int, float], ...]:
        return tuple((self._bits[name], weights[name]) for name in names)
