"""Texts that stand in a key's place and can be no key: references, commands, placeholders, whole lines."""

import re
from typing import NamedTuple

_PUNCTUATION = str.maketrans("", "", "-_")
_SHORTEST_PLAIN = 16


class Problem(NamedTuple):
    """The kind of text that stands in the place of a key, and the remedy."""

    what: str
    remedy: str


_UNEXPANDED = Problem(
    "is the name of a variable, which nothing has replaced by its value",
    "put the key itself there, or use {setting}_env",
)
_COMMAND = Problem("is a command, which is not run here", "use {setting}_command, or put the key itself there")
_PLACEHOLDER = Problem("is a placeholder from an example", "put your own key in its place")
_SHORTENED = Problem("is shortened, as pages show keys", "copy the whole key")
_QUOTED = Problem("is in quotes, which would be sent with it", "remove the quotes")

# A key may begin with a slash, as base64 does, but not with the name of one of these.
_FOLDERS = (
    "run|var|etc|home|root|tmp|usr|opt|srv|mnt|media|private|dev|proc|Users|Volumes|Library|secrets?|config|keys?"
)
# The first pattern that fits a text as a whole decides. `{setting}` is the name of the setting that a key may stand in.
_PATTERNS: tuple[tuple[str, Problem], ...] = (
    (
        r"\W*op://.*",
        Problem(
            "is a reference of 1Password, not a key",
            'use {setting}_command = ["op", "read", "op://…"], or `op run -- credcheck`',
        ),
    ),
    (
        r"encrypted:.*",
        Problem(
            "is encrypted by dotenvx",
            'use {setting}_command = ["dotenvx", "get", "NAME"], or `dotenvx run -- credcheck`',
        ),
    ),
    (
        r"ENC\[.*",
        Problem(
            "is encrypted, as sops does it",
            'use {setting}_command = "sops decrypt --extract \'[\\"NAME\\"]\' FILE", or `sops exec-env FILE credcheck`',
        ),
    ),
    (
        r"(?:ref\+)?vault:.*",
        Problem(
            "is a reference of Vault, not a key",
            'use {setting}_command = ["vault", "kv", "get", "-field=NAME", "PATH"]',
        ),
    ),
    (
        r"pass:.*|(?:pass|gopass) .*",
        Problem("is an entry of pass, not a key", 'use {setting}_command = ["pass", "show", "NAME"]'),
    ),
    (
        rf"@?(?:~[\w.-]*/|\.\.?/|/(?:{_FOLDERS})/|[A-Za-z]:\\).*|@[\w-]+\.(?:txt|key|pem|json)",
        Problem("is the path of a file, not a key", "use {setting}_file, which reads the key from a file"),
    ),
    (r"\$ANSIBLE_VAULT;.*|!vault\b.*", Problem("is encrypted by Ansible Vault", "put the decrypted key there")),
    (r"-----BEGIN .*", Problem("is a file of keys or a message (PEM, PGP), not a key", "put the key itself there")),
    (
        r"\$\(.*|`.*`|<\(.*|(?:op|vault|sops|dotenvx|bw|rbw|security|secret-tool|gcloud|aws|doppler|cat|echo) .*",
        _COMMAND,
    ),
    (
        r".*\$\{.*\}.*|\$(?:env:)?[A-Za-z_]\w*|%\w+%|\{\{.*\}\}|\{env:.*|(?:env[:.]|os\.(?:environ|getenv)|process\.env).*",
        _UNEXPANDED,
    ),
    (
        r"(?:export\s+)?[A-Z][A-Z0-9_]*(?:KEY|TOKEN|SECRET|PASSWORD)\s*=.*",
        Problem("is a whole line NAME=VALUE", "keep only what follows the equals sign"),
    ),
    (
        r"(?i:(?:authorization:\s*)?(?:bearer|basic|token)\s.*)",
        Problem("begins with a word of the header that it is sent in", "keep only what follows that word"),
    ),
    ("'.*'|\".*\"|[\u2018-\u201f\u00ab].*", _QUOTED),
    (r"\{.*\".*\}", Problem("is a JSON text", "put only the key there")),
    (r"<.*>|\[(?:your|my|insert|enter|api|key)\b.*\]|\{(?:your|my|insert|enter|api|key)\b.*\}", _PLACEHOLDER),
    (
        r"(?:[^\W_]{1,8}[-_])*[xX]{4,}(?:[-_][xX]{4,})*|[xX]{3}|null|undefined|None|nil|(?i:change[-_]?(?:me|this|it)|to[-_]?do|fix[-_]?me|tbd|placeholder)",
        _PLACEHOLDER,
    ),
    (r"[\w-]{0,12}(?:\.{3,}|\*{3,}|…|•+|[xX]{8,})[\w-]{0,8}", _SHORTENED),
    (
        r"[a-z][a-z0-9+.-]*://.*|arn:aws[a-z-]*:.*|(?:keyring|keychain|gopass):.*|projects/[^/]+/secrets/.*",
        Problem("is an address or a reference, not a key", "put the key itself there, or use {setting}_command"),
    ),
)
_ASKING = frozenset({"your", "insert", "enter", "replace", "paste"})
_KEY_WORDS = frozenset({"key", "apikey", "token", "secret", "password", "here", "this", "me"})


def problem(text: str, *, setting: str = "api_key") -> Problem | None:
    """Return the kind of a text that can be no key; `setting` is the one that the remedy names."""
    if _is_plain(text):
        return None
    found = next((found for pattern, found in _PATTERNS if re.fullmatch(pattern, text, re.DOTALL)), None)
    if found is None and _asks_for_a_key(text):
        found = _PLACEHOLDER
    return found and found._replace(remedy=found.remedy.replace("{setting}", setting))


def _is_plain(text: str) -> bool:
    """Tell whether a text has the characters of most keys: then no pattern is compiled, which takes milliseconds."""
    is_long = len(text) >= _SHORTEST_PLAIN and "xxxx" not in text.casefold()
    return is_long and text.translate(_PUNCTUATION).isalnum() and any(map(str.isdigit, text))


def _asks_for_a_key(text: str) -> bool:
    """Tell whether a text is words only, such as `your-api-key-here`."""
    words = re.split(r"[-_ .]+", text.casefold())
    return all(map(str.isalpha, words)) and not (_ASKING.isdisjoint(words) or _KEY_WORDS.isdisjoint(words))
