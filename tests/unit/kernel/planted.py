"""A plugin of pytest: tests get the compiled kernel that HAMGATE_PLANTED_KERNEL names, not the installed one."""

import os
import sys
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_loader

from hypothesis import HealthCheck, settings

_NAME = "filter.kernel.native"
_spec = spec_from_loader(_NAME, ExtensionFileLoader(_NAME, os.environ["HAMGATE_PLANTED_KERNEL"]))
if _spec is None or _spec.loader is None:
    raise ImportError(_NAME)
sys.modules[_NAME] = module_from_spec(_spec)
_spec.loader.exec_module(sys.modules[_NAME])
settings.register_profile("planted", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("planted")
