"""Which certificates are trusted: those of the operating system, and those in the file that SSL_CERT_FILE names."""

import os
import ssl
from collections.abc import Mapping
from contextlib import suppress

import truststore

from sync.errors import CannotStart

_TIME = (9, 10)  # OpenSSL's codes for: not valid yet, expired
_HOST = (62, 64)  # for: another host, another address

REMEDY = (
    "If your company inspects its traffic, set SSL_CERT_FILE to the file (.pem) of its certificate authority, or ask "
    "IT to add that certificate to this computer."
)


class NotTrusted(CannotStart):
    """The server's certificate is not trusted. Nothing was sent to it."""


def tls_context(environ: Mapping[str, str] = os.environ) -> ssl.SSLContext:
    """What a TLS connection trusts.

    Raises:
        CannotStart: SSL_CERT_FILE cannot be used.
    """
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    file = environ.get("SSL_CERT_FILE")
    if file:
        try:
            context.load_verify_locations(cafile=file)
            _trust_the_system_too(context)
        except FileNotFoundError as e:
            raise CannotStart(f"SSL_CERT_FILE names “{file}”, and there is no such file.") from e
        except OSError as e:  # ssl.SSLError is one
            raise CannotStart(f"SSL_CERT_FILE names “{file}”, which holds no certificates that can be read.") from e
    return context


def _trust_the_system_too(context: ssl.SSLContext) -> None:
    """OpenSSL itself takes SSL_CERT_FILE in place of the system's file, and not beside it."""
    with suppress(OSError):
        context.load_verify_locations(cafile=ssl.get_default_verify_paths().openssl_cafile)


def not_trusted(error: ssl.SSLCertVerificationError, host: str) -> NotTrusted:
    """The error for a certificate that was refused, with what to do."""
    code = getattr(error, "verify_code", 0)
    reason = getattr(error, "verify_message", "") or "it could not be verified"
    remedy = REMEDY
    if code in _TIME:
        remedy = "Check the clock of this computer; if it is right, the server needs a new certificate."
    elif code in _HOST:
        remedy = "Check the base URL; if it is right, somebody else is answering for that host. Ask IT."
    return NotTrusted(f"the certificate of {host} is not trusted ({reason}). Nothing was sent to it. {remedy}")
