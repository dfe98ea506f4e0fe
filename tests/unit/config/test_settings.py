"""The settings as a whole."""

from pathlib import Path

from filter.config.settings import HistorySettings, ListenerSettings, ModelSettings, Settings
from filter.milter.settings import MilterDoor

SETTINGS = Settings(
    listeners={"inbound": ListenerSettings(address="127.0.0.1:10025")},
    milters={"mta": MilterDoor(address="unix:/run/hamgate/milter")},
)


def test_every_door_has_an_address() -> None:
    assert SETTINGS.addresses() == {"inbound": "127.0.0.1:10025", "mta": "unix:/run/hamgate/milter"}
    assert list(SETTINGS.tables()) == ["mta"]


def test_doors_can_be_at_other_addresses() -> None:
    assert SETTINGS.at({"inbound": "127.0.0.1:25"}).addresses() == {
        "inbound": "127.0.0.1:25",
        "mta": "unix:/run/hamgate/milter",
    }


def test_relative_paths_are_taken_from_a_folder_absolute_ones_are_kept() -> None:
    settings = Settings(history=HistorySettings(file=Path("h.sqlite")), model=ModelSettings(rules=Path("/etc/r.toml")))
    below = settings.below(Path("/srv"))
    assert (below.history.file, below.model.rules, below.model.state) == (
        Path("/srv/h.sqlite"),
        Path("/etc/r.toml"),
        None,
    )
