"""The last line on the stderr of a command that failed: plain words are shown, and nothing that could be a key."""

import re
from random import Random
from string import ascii_lowercase, ascii_uppercase, digits

import pytest

from credcheck.keys import printed
from credcheck.system.program_output import CommandFailed


@pytest.mark.parametrize(
    ("argv", "line"),
    [
        (("gpg", "--decrypt", "key.gpg"), "gpg: decryption failed: No secret key"),
        (
            ("sh", "-c", 'echo "gpg: decryption failed: No secret key" >&2; exit 2'),
            "gpg: decryption failed: No secret key",
        ),
        (("sh", "-c", "echo no such entry >&2; exit 3"), "no such entry"),
        (("bw", "get", "password", "openai"), "no password openai"),
        (("su", "x"), "no such user"),
        (("vault", "read", "x"), "dial tcp 127.0.0.1:8200: connect: connection refused"),
        (("aws", "x"), "An error occurred (ResourceNotFoundException) at GetSecretValue"),
        (("sops",), "open /home/alice/.config/credcheck/production/pixelcut.enc.yaml: no such file"),
        (("python", "-c", "x"), "ModuleNotFoundError: No module named 'keyring' in /usr/lib/python3.11"),
        (
            ("curl", "-sf", "https://hooks.example/services/T00/B00/Xq7"),
            "curl: (6) Could not resolve host: hooks.example",
        ),
    ],
)
def test_plain_words_of_a_command_that_failed_are_shown(argv: tuple[str, ...], line: str) -> None:
    assert printed.last_words(CommandFailed("", stderr=line.encode()), argv, {"XDG_SESSION_CLASS": "user"}) == line


@pytest.mark.parametrize(
    "argv",
    [
        ("mysql", "--password", "swordfish"),
        ("mysql", "--password=swordfish"),
        ("mysql", "-pswordfish"),
        ("sh", "-c", "PASSWORD=swordfish run"),
        ("sh", "-c", "curl -u me:swordfish https://x.example"),
        ("sh", "-c", "curl https://me:swordfish@x.example"),
        ("sh", "-c", "curl -H 'Authorization: Bearer swordfish' https://x.example"),
        ("curl", "-H", "X-Api-Key: swordfish"),
        ("curl", "https://hooks.example/services/T00/sword-fish/swordfish"),
    ],
)
def test_a_secret_of_the_command_line_is_hidden_though_it_is_a_plain_word(argv: tuple[str, ...]) -> None:
    said = f"refused: {argv[-1]}, swordfish".encode()
    assert "swordfish" not in printed.last_words(CommandFailed("", stderr=said), argv, {})


LOWER, UPPER, DIGITS, HEX = ascii_lowercase, ascii_uppercase, digits, "0123456789abcdef"
ALNUM, URL_SAFE, BASE64 = LOWER + UPPER + DIGITS, LOWER + UPPER + DIGITS + "-_", LOWER + UPPER + DIGITS + "+/"
# The shapes of keys: what is constant, and runs of random characters.
SHAPES: dict[str, tuple[str | tuple[str, int], ...]] = {
    "openai": ("sk-", (ALNUM, 48)),
    "openai-project": ("sk-proj-", (URL_SAFE, 120)),
    "anthropic": ("sk-ant-admin01-", (URL_SAFE, 86), "AA"),
    "openrouter": ("sk-or-v1-", (HEX, 64)),
    "stripe": ("sk_live_", (ALNUM, 24)),
    "google": ("AIza", (URL_SAFE, 35)),
    "aws": ((ALNUM + "+/", 40),),
    "github": ("ghp_", (ALNUM, 36)),
    "gitlab": ("glpat-", (URL_SAFE, 20)),
    "slack": ("xoxb-", (DIGITS, 12), "-", (DIGITS, 12), "-", (ALNUM, 24)),
    "hugging-face": ("hf_", (LOWER + UPPER, 34)),
    "replicate": ("r8_", (ALNUM, 37)),
    "groq": ("gsk_", (ALNUM, 52)),
    "sendgrid": ("SG.", (URL_SAFE, 22), ".", (URL_SAFE, 43)),
    "mailgun": ("key-", (HEX, 32)),
    "twilio": ((HEX, 32),),
    "telegram": ((DIGITS, 10), ":AA", (URL_SAFE, 33)),
    "firecrawl": ("fc-", (HEX, 32)),
    "tavily": ("tvly-", (ALNUM, 32)),
    "databricks": ("dapi", (HEX, 32)),
    "digitalocean": ("dop_v1_", (HEX, 64)),
    "jwt": ("eyJhbGciOiJIUzI1NiJ9.", (URL_SAFE, 60), ".", (URL_SAFE, 43)),
    "uuid": ((HEX, 8), "-", (HEX, 4), "-", (HEX, 4), "-", (HEX, 4), "-", (HEX, 12)),
    "pair": ((HEX, 8), ":", (HEX, 16)),
    "base64": ((BASE64, 43), "="),
    "base32": ((UPPER + "234567", 32),),
    "numbers": ((DIGITS, 12),),
    "letters": ((LOWER, 24),),
    "upper": ((UPPER + DIGITS, 20),),
    "short": ((ALNUM, 16),),
    "short-lower": ((LOWER + DIGITS, 20),),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_no_key_gets_through_the_last_words_of_a_command(shape: str) -> None:
    random = Random(shape)  # noqa: S311  the same keys in each run
    for said in ("invalid key {}", "401: key={}, see https://x.example", '{{"key": "{}"}}', "GET /v1/{}/credits 401"):
        for _ in range(100):
            key = "".join(
                part if isinstance(part, str) else "".join(random.choices(part[0], k=part[1])) for part in SHAPES[shape]
            )
            words = printed.last_words(CommandFailed("", stderr=said.format(key).encode()), ("run",), {})
            assert key not in words
            assert not [part for part in re.findall(r"[A-Za-z0-9]{8,}", key) if part in words], words
