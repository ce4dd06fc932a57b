"""Who has to verify what, where and until when: rulebooks as data, and their state on any day."""

from bot.rules.load import load_rulebook, province_ids
from bot.rules.model import Change, Contact, FilingType, RuleState
from bot.rules.rulebook import Rulebook

__all__ = ["Change", "Contact", "FilingType", "RuleState", "Rulebook", "load_rulebook", "province_ids"]
