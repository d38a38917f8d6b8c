import pytest

from edge.errors import UplinkError
from edge.outbox.outbox import Outbox
from edge.transport.address import check_address
from edge.transport.https import Uplink


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("https://centre.example", "https://centre.example"),
        ("https://centre.example/ngatu/", "https://centre.example/ngatu"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_a_safe_address_is_taken_without_its_last_slash(given: str, wanted: str):
    assert str(check_address(given, allow_insecure=False)) == wanted


@pytest.mark.parametrize("host", ["centre.example", "10.0.0.7", "localhost.example", "127.0.0.1.example", "0.0.0.0"])
def test_http_to_another_machine_needs_the_insecure_option(host: str, outbox: Outbox):
    with pytest.raises(UplinkError, match="wanted https, found http to another machine"):
        Uplink(f"http://{host}:8000", outbox)
    Uplink(f"http://{host}:8000", outbox, allow_insecure=True).close()


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("centre.example", "wanted an address such as"),
        ("ftp://centre.example", "wanted an address such as"),
        ("https://", "wanted an address such as"),
        ("https://centre.example:notaport", "wanted an address such as"),
        ("https://me:word@centre.example", "found it in the address"),
        ("https://centre.example?x=1", "without [?] and #"),
    ],
)
def test_a_wrong_address_is_one_sentence(given: str, found: str):
    with pytest.raises(UplinkError, match=found) as caught:
        check_address(given, allow_insecure=True)
    assert "word" not in str(caught.value)
