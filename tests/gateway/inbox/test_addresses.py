"""Webhooks go to public addresses only, and to the address that was judged."""

import _socket
import ipaddress
import socket

import pytest

from gateway.inbox.addresses import AddressPolicy, check_url
from gateway.inbox.errors import ReceiverAddressRefused
from gateway.inbox.sending import Sender

PUBLIC_ONLY = AddressPolicy()
SANDBOX = AddressPolicy(loopback=True, plain_http=True)
PRIVATE = [
    *("127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255"),
    *("192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.9"),
    *("224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1"),
    *("::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2002:7f00:1::"),
    *("64:ff9b:1::a00:1", "::10.0.0.1", "::ffff:0:10.0.0.1", "2001:0:a00:1::1"),
    *("3fff::1", "5f00::1", "100::1", "1fff::1", "4000::1"),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_refused(address):
    assert not PUBLIC_ONLY.allows(ipaddress.ip_address(address))


PUBLIC = [
    *("1.1.1.1", "2606:4700::1111", "2400:3200::1", "2a00:1450:4001:81b::200e"),
    *("::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_allowed(address):
    assert PUBLIC_ONLY.allows(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "192.168.1.1", "fd12::1"])
def test_the_sandbox_excepts_loopback_and_nothing_else(address):
    assert SANDBOX.allows(ipaddress.ip_address("127.0.0.1"))
    assert SANDBOX.allows(ipaddress.ip_address("::1"))
    assert not SANDBOX.allows(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://1.1.1.1/", "https_required"),
        ("https://127.0.0.1/", "address_refused"),
        ("https://[::1]/", "address_refused"),
        ("https://[::ffff:10.0.0.1]:8443/", "address_refused"),
        ("https://[64:ff9b:1::a00:1]/", "address_refused"),
        ("https://[::10.0.0.1]/", "address_refused"),
        ("https://[::ffff:0:10.0.0.1]/", "address_refused"),
        ("https://localhost/", "address_refused"),
        ("https://user:pass@1.1.1.1/", "url_malformed"),
        ("https://1.1.1.1/#part", "url_malformed"),
        ("https://1.1.1.1:port/", "url_malformed"),
        ("https:///path", "url_malformed"),
    ],
)
async def test_a_url_that_leads_inside_is_refused_at_registration(url, code):
    with pytest.raises(ReceiverAddressRefused) as refused:
        await check_url(url, PUBLIC_ONLY)
    assert refused.value.errors[0].code == code


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "017700000001", "127.1"])
async def test_an_address_written_another_way_is_still_that_address(monkeypatch, host):
    monkeypatch.setattr(socket, "getaddrinfo", _socket.getaddrinfo)  # reads numbers, asks nobody
    with pytest.raises(ReceiverAddressRefused) as refused:
        await check_url(f"https://{host}/", PUBLIC_ONLY)
    assert refused.value.errors[0].code == "address_refused"


async def test_a_name_that_nobody_knows_is_refused(monkeypatch):
    def answer(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    with pytest.raises(ReceiverAddressRefused) as refused:
        await check_url("https://no-such-host.invalid/", PUBLIC_ONLY)
    assert refused.value.errors[0].code == "name_not_resolved"


async def test_a_public_https_address_is_taken():
    await check_url("https://1.1.1.1:8443/hook?a=b", PUBLIC_ONLY)


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}/x", "http://localhost:{port}/x"])
async def test_outside_the_sandbox_loopback_is_refused_at_delivery_too(receiver, url):
    policy = AddressPolicy(plain_http=True)
    async with Sender(policy, timeout_seconds=2) as sender:
        found = await sender.send(url.format(port=receiver.port), body=b"{}", headers={})
    assert found.code == "address_refused"
    assert receiver.got("/x") == []


async def test_a_name_that_turns_inside_after_registration_is_not_followed(monkeypatch, receiver):
    """DNS rebinding: a public address when it was judged, our own when it is sent to."""
    answers = ["1.1.1.1", "127.0.0.1"]

    def answer(host, port, *_, **__):
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    policy = AddressPolicy(plain_http=True)
    await check_url(f"http://rebinding.example.org:{receiver.port}/x", policy)
    async with Sender(policy, timeout_seconds=2) as sender:
        url = f"http://rebinding.example.org:{receiver.port}/x"
        found = await sender.send(url, body=b"{}", headers={})
    assert found.code == "address_refused"
    assert receiver.got("/x") == []


async def test_the_address_that_was_judged_is_the_one_connected_to(monkeypatch, receiver):
    """One question to the name server per connection: there is no second answer to fall for."""
    asked = []

    def answer(host, port, *_, **__):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    async with Sender(SANDBOX, timeout_seconds=5) as sender:
        monkeypatch.setattr(socket, "getaddrinfo", answer)
        url = f"http://receiver.example.org:{receiver.port}/judged"
        found = await sender.send(url, body=b"{}", headers={})
    assert found.delivered
    assert asked.count("receiver.example.org") == 1
    assert receiver.got("/judged")[0]["headers"]["host"] == f"receiver.example.org:{receiver.port}"


async def test_one_private_answer_among_public_ones_refuses_the_name(monkeypatch):
    def answer(host, port, *_, **__):
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("1.1.1.1", "10.0.0.1")
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    with pytest.raises(ReceiverAddressRefused):
        await check_url("https://two-faced.example.org/", PUBLIC_ONLY)
