"""What a browser calls itself, in two words, so that people know their own sessions again."""

from __future__ import annotations

# The first that matches: most browsers also name those they descend from.
PROGRAMS = (("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("OPR/", "Opera"),
            ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
           ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip


def device_of(user_agent: str) -> str:
    """Such as "Firefox, Linux"; empty where nothing is known."""
    found = [
        next((word for mark, word in table if mark in user_agent), "")
        for table in (PROGRAMS, SYSTEMS)
    ]
    return ", ".join(filter(None, found))
