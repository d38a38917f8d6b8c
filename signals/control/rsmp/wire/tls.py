"""TLS, where it is wanted: both ends show a certificate, and both check it against the same authority."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from signals.control.rsmp.errors import ConfigError


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files. authority: who signed the other end's certificate."""

    certificate: Path
    key: Path
    authority: Path


def listening(files: TlsFiles) -> ssl.SSLContext:
    """For the supervisor: only sites with a certificate of the authority may connect. RSMP 3.2.2 names TLS 1.3."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    return _loaded(context, files)


def connecting(files: TlsFiles) -> ssl.SSLContext:
    """For the site: the supervisor's certificate must name the host it connects to."""
    return _loaded(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), files)


def _loaded(context: ssl.SSLContext, files: TlsFiles) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        context.load_cert_chain(files.certificate, files.key)
        context.load_verify_locations(files.authority)
    except (OSError, ssl.SSLError) as error:
        named = ", ".join(map(str, (files.certificate, files.key, files.authority)))
        raise ConfigError(
            "tls", f"The certificate, its key and the authority cannot be read ({named}): {error}"
        ) from error
    return context
