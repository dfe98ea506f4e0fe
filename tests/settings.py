"""Settings of a small server, as `hamgate serve` makes them from its options."""

from pathlib import Path

from filter.cli.serve import parse_relay
from filter.config.settings import ListenerSettings, PolicySettings, Settings, WorkerSettings


def small(
    relay: str | Path,
    listen: str = "127.0.0.1:0",
    *,
    reject_at: str = "off",
    trust: bool = False,
    seconds: float = 20.0,
) -> Settings:
    """One listener, one worker, and `relay`: HOST:PORT, or the folder of a maildir."""
    return Settings(
        listeners={"inbound": ListenerSettings(address=listen, trust_clients=trust)},
        relays={"relay": parse_relay(f"maildir:{relay}" if isinstance(relay, Path) else relay)},
        policy=PolicySettings(tag_at=5.0, reject_at="off" if reject_at == "off" else float(reject_at)),
        workers=WorkerSettings(count=1, seconds=seconds),
    )
