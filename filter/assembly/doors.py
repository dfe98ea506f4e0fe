"""All doors of the settings, by their names."""

from collections.abc import Mapping

from filter.assembly.door import Door
from filter.assembly.house import House
from filter.assembly.milter import milter_door
from filter.assembly.smtp import smtp_door
from filter.assembly.spamd import spamd_door


def make_doors(house: House, before: Mapping[str, Door]) -> dict[str, Door]:
    """Make what nobody listens at yet; `before` are the doors whose places they take. Raises StartError."""
    settings = house.settings
    doors = {key: smtp_door(house, key, one, before.get(key)) for key, one in settings.listeners.items()}
    doors |= {key: milter_door(house, key, one, before.get(key)) for key, one in settings.milters.items()}
    doors |= {key: spamd_door(house, key, one, before.get(key)) for key, one in settings.spamd.items()}
    if settings.http:
        from filter.assembly.http import http_door  # noqa: PLC0415 - most servers have none: 20 MiB and 0.1 s less

        doors |= {key: http_door(house, key, one, before.get(key)) for key, one in settings.http.items()}
    return doors
