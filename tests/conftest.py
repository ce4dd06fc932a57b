"""What all tests share: Hypothesis without a clock of its own and without files."""

from hypothesis import HealthCheck, settings

settings.register_profile("suite", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
