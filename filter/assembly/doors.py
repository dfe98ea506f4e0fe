"""All doors of the settings, by their names."""

from collections.abc import Mapping

from filter.assembly.door import Door
from filter.assembly.house import House
from filter.assembly.smtp import smtp_door


def make_doors(house: House, before: Mapping[str, Door]) -> dict[str, Door]:
    """Make what nobody listens at yet; `before` are the doors whose places they take. Raises StartError."""
    listeners = house.settings.listeners.items()
    return {key: smtp_door(house, key, listener, before.get(key)) for key, listener in listeners}
