"""Which centre addresses are fit to carry evidence."""

from ipaddress import ip_address

import httpx

from edge.errors import UplinkError


def check_address(centre_url: str, *, allow_insecure: bool) -> httpx.URL:
    """The address without a slash at its end.

    Raises UplinkError unless it is https, or http to this very machine, or http with `allow_insecure`: without TLS
    anyone on the way can read the pictures and answer in the centre's name, and rows would be deleted unsaved.
    """
    try:
        url = httpx.URL(centre_url.rstrip("/"))
    except (httpx.InvalidURL, TypeError) as error:
        raise UplinkError(
            f"centre {centre_url!r}: wanted an address such as https://centre.example, {error}"
        ) from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise UplinkError(f"centre {centre_url!r}: wanted an address such as https://centre.example")
    if url.userinfo:
        raise UplinkError(f"centre {url.host}: wanted the secret as a token, found it in the address")
    if url.query or url.fragment:
        raise UplinkError(f"centre {centre_url!r}: wanted an address without ? and #")
    if url.scheme == "http" and not is_this_machine(url.host) and not allow_insecure:
        raise UplinkError(
            f"centre {centre_url!r}: wanted https, found http to another machine; "
            "evidence would travel readable and unprotected (allow it with the insecure option on a closed network)"
        )
    return url


def is_this_machine(host: str) -> bool:
    """Whether packets to `host` never leave the machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
