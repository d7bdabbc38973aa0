"""What onboarding tells people; the kinds are declared by subject in ``onboarding.telling``."""

from importlib import import_module
from pkgutil import iter_modules

from . import telling

for _module in iter_modules(telling.__path__, f"{telling.__name__}."):
    import_module(_module.name)
