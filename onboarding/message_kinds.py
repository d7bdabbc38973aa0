"""What onboarding tells people; the kinds are declared by subject in ``onboarding.telling``."""

from importlib import import_module
from pkgutil import iter_modules

from notifications.outcomes import report_outcomes_to
from notifications.resolving import check_before_telling

from . import telling
from .mail_record import record_mails
from .preboarding import may_be_told

for _module in iter_modules(telling.__path__, f"{telling.__name__}."):
    import_module(_module.name)

check_before_telling(may_be_told)
report_outcomes_to(record_mails)
