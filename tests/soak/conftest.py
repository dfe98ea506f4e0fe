"""The fixtures of a soak."""

from tests.e2e.conftest import postfix

__all__ = ["postfix"]
