"""The TLS context of a run."""

import ssl

from credcheck.network import tls


def test_no_tls_before_1_2_and_no_name_but_an_alternative_one_is_accepted() -> None:
    made = tls.context({})
    assert made.minimum_version == ssl.TLSVersion.TLSv1_2
    assert made.verify_mode == ssl.CERT_REQUIRED
    assert made.check_hostname
    assert not made.hostname_checks_common_name
