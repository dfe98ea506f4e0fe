"""The fixtures of a soak."""

from tests.e2e.conftest import may_run_postfix, postfix

__all__ = ["may_run_postfix", "postfix"]
