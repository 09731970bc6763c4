"""Guessing links is slow; valid links are never locked."""

import pytest

from surveyapp import create_app
from surveyapp.config import from_environment
from surveyapp.errors import Refused
from surveyapp.guessing import UNKNOWN_LINKS_PER_MINUTE, GuessingBrake, network_of
from tests.factories import open_cycle, token_of


def guess(client, address="203.0.113.7"):
    return client.get("/r/" + "A" * 43, environ_base={"REMOTE_ADDR": address})


def test_too_many_unknown_links_from_one_network_are_put_off(sqlite_run):
    client = create_app(runtime=sqlite_run).test_client()
    codes = [guess(client).status_code for _ in range(UNKNOWN_LINKS_PER_MINUTE + 5)]
    assert codes.count(404) == UNKNOWN_LINKS_PER_MINUTE
    assert codes[-1] == 429
    assert guess(client, "203.0.113.250").headers["Retry-After"] == "60"
    assert guess(client, "198.51.100.1").status_code == 404


def test_a_valid_link_works_from_a_network_that_guesses(sqlite_run):
    open_cycle(sqlite_run)
    client = create_app(runtime=sqlite_run).test_client()
    for _ in range(UNKNOWN_LINKS_PER_MINUTE + 5):
        guess(client)
    address = {"REMOTE_ADDR": "203.0.113.7"}
    valid = f"/r/{token_of(sqlite_run, 'C1')}"
    assert client.get(valid, environ_base=address).status_code == 200


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_addresses_count_by_network(address, network):
    assert network_of(address) == network


def test_the_brake_counts_each_network_apart():
    brake = GuessingBrake(per_minute=1)
    assert brake.allows("203.0.113.7")
    assert not brake.allows("203.0.113.8")
    assert brake.allows("198.51.100.1")


@pytest.mark.parametrize("hops", ["-1", "6", "two"])
def test_a_senseless_number_of_proxies_is_refused(hops):
    with pytest.raises(Refused, match="SURVEYAPP_PROXY_HOPS must be a number from 0 to 5"):
        from_environment({"SURVEYAPP_PROXY_HOPS": hops})


def test_a_forwarded_address_is_believed_only_behind_our_own_proxy(sqlite_run):
    client = create_app(runtime=sqlite_run).test_client()
    for turn in range(UNKNOWN_LINKS_PER_MINUTE + 1):
        reply = client.get("/r/x", headers={"X-Forwarded-For": f"198.51.{turn}.1"})
    assert reply.status_code == 429
