"""A brake on guessing: counts unknown links per network, never locks a valid one; also asking."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

UNKNOWN_LINKS_PER_MINUTE = 60
LINKS_ASKED_PER_MINUTE = 10  # on the page for lost links
PREFIX = {4: 24, 6: 56}  # what one subscriber or one company usually has


class GuessingBrake:
    """Per process and in memory: who asked for what is written nowhere."""

    def __init__(self, per_minute: int = UNKNOWN_LINKS_PER_MINUTE) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(per_minute)

    def allows(self, address: str | None) -> bool:
        """Count one try from this address; False when its network had too many."""
        return self._limiter.hit(self._limit, network_of(address))


def network_of(address: str | None) -> str:
    """The network an address lies in; all that are no addresses count as one."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "unknown"
    return str(ip_network((parsed, PREFIX[parsed.version]), strict=False))
