"""The one TLS context of a run, and the certificates that it trusts."""

import os
import re
import ssl
from collections.abc import Iterable, Mapping

from credcheck.errors import ConfigError

FILE_VARIABLE, DIRECTORY_VARIABLE = "SSL_CERT_FILE", "SSL_CERT_DIR"
_HASHED_NAME = r"[0-9a-f]{8}\.[0-9]+"


class _Context(ssl.SSLContext):
    """A client's context whose protocols are set once.

    The HTTP library sets them before every handshake, which is a race if threads share a context (cpython#141012).
    """

    def set_alpn_protocols(self, alpn_protocols: Iterable[str]) -> None:
        """Do nothing: `context` has set them."""


def context(environment: Mapping[str, str]) -> ssl.SSLContext:
    """Return a context that trusts SSL_CERT_FILE and SSL_CERT_DIR, else the system's certificates, else certifi's.

    Raises ConfigError that names the variable which cannot be used.
    """
    made = _Context(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.hostname_checks_common_name = False
    ssl.SSLContext.set_alpn_protocols(made, ["http/1.1"])
    file, directories = trusted(environment)
    for directory in directories:
        made.load_verify_locations(capath=directory)
    if file:
        try:
            made.load_verify_locations(cafile=file)
        except OSError:
            raise _unusable(FILE_VARIABLE, file, "holds no certificate that can be read") from None
    return made


def trusted(environment: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the file and the directories of the certificates that are trusted; raises as `chosen` does."""
    file, directories = chosen(environment)
    return (file, directories) if file or directories else _of_the_system()


def chosen(environment: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return the file and the directories that the environment names; raises ConfigError if they cannot be used."""
    file = environment.get(FILE_VARIABLE, "")
    directories = [each for each in environment.get(DIRECTORY_VARIABLE, "").split(os.pathsep) if each]
    if file and not os.access(file, os.R_OK):
        raise _unusable(FILE_VARIABLE, file, "cannot be read")
    if file and not os.path.isfile(file):
        raise _unusable(FILE_VARIABLE, file, "is not a file")
    if directories and not file and not any(map(_holds_certificates, directories)):
        raise _unusable(
            DIRECTORY_VARIABLE, os.pathsep.join(directories), "holds no hashed certificates (`openssl rehash`)"
        )
    return file, directories


def _of_the_system() -> tuple[str, list[str]]:
    # A hashed directory is read certificate by certificate as they are needed; a bundle costs 15 ms at once.
    paths = ssl.get_default_verify_paths()
    if _holds_certificates(paths.openssl_capath):
        return "", [paths.openssl_capath]
    if os.path.isfile(paths.openssl_cafile):
        return paths.openssl_cafile, []
    import certifi  # the HTTP library brings it

    return certifi.where(), []


def _holds_certificates(directory: str) -> bool:
    try:
        return any(re.fullmatch(_HASHED_NAME, each) for each in os.listdir(directory))
    except OSError:
        return False


def _unusable(variable: str, place: str, problem: str) -> ConfigError:
    return ConfigError(f"{variable}: {place}: {problem}; correct or unset {variable}")
