"""Text from elsewhere on one line: nothing that acts, nothing of the key."""

import base64
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from credcheck.models import Key
from credcheck.sanitize import escaped, one_line, remote_line

SECRET = "sk-8Xw2Qv7Lm4Rt9Zp1"


@given(st.text(), st.integers(1, 200))
@example("\x1b]8;;https://evil.example\x07click\x1b]8;;\x07", 160)
@example("\x9b31mred\x9b0m\u202egnirts\u2028\r\n\t\v\x85", 160)
@example("\x1b", 1)
@example("\ud800\U000e0001\ufeff\x00\x7f", 160)
def test_one_line_lets_no_control_character_through(text: str, longest: int) -> None:
    line = one_line(text, longest=longest)
    assert not [character for character in line if unicodedata.category(character).startswith(("C", "Zl", "Zp"))]
    assert len(line) <= longest
    assert line == line.strip()


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=160))
def test_one_line_leaves_printable_text_alone(text: str) -> None:
    assert one_line(text) == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n  b\tc\r\n", "a b c"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("12345678", "1234…"),
        ("1234 678", "1234…"),
    ],
)
def test_one_line_is_what_is_left_to_read(text: str, line: str) -> None:
    assert one_line(text, longest=5) == line


@pytest.mark.parametrize("said", [None, 7, True, ["text"], {"message": "text"}])
def test_what_is_no_text_says_nothing(said: object) -> None:
    assert remote_line(said, Key(SECRET)) == ""


@pytest.mark.parametrize(
    "echo",
    [
        SECRET,
        SECRET[5:14],
        "".join(f"%{ord(character):02x}" for character in SECRET),
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(f"user:{SECRET}".encode()).decode(),
        base64.b64encode(base64.b64encode(f"u:{SECRET}".encode())).decode(),
        base64.b32encode(f"user:{SECRET}".encode()).decode(),
        SECRET.upper(),
        SECRET.lower(),
        SECRET.swapcase(),
        SECRET[::-1],
        SECRET.encode().hex(),
        SECRET.encode().hex(":").upper(),
        "".join(f"%25{ord(character):02x}" for character in SECRET),
        "".join(f"&#{ord(character)};" for character in SECRET),
        "".join(f"%26%23{ord(character)};" for character in SECRET),
        "".join(f"&#x{ord(character):x};" for character in SECRET),
        "".join(f"\\u{ord(character):04x}" for character in SECRET),
        "".join(f"\\x{ord(character):02x}" for character in SECRET),
        "".join(f"\\U{ord(character):08x}" for character in SECRET),
        "".join(f"\\u{{{ord(character):x}}}" for character in SECRET),
        "".join(f"\\x{{{ord(character):x}}}" for character in SECRET),
        "".join(f"%u{ord(character):04x}" for character in SECRET),
        str(list(SECRET.encode())),
        " ".join(map(str, SECRET.encode())),
        " ".join(f"0x{ord(character):02x}" for character in SECRET),
        f"[{', '.join(f'0x{ord(character):02X}' for character in SECRET)}]",
        "".join(f"{character}\u0301" for character in SECRET),
        unicodedata.normalize("NFC", "".join(f"{character}\u0301" for character in SECRET)),
        "".join(f"\\{ord(character):03o}" for character in SECRET),
        "".join(chr(ord(character) + 0xFEE0) for character in SECRET),
        " ".join(SECRET),
        "\u200b".join(SECRET),
        "-".join(SECRET[5:13]),
        SECRET.replace("-", "\x1b[0m-"),
    ],
)
def test_what_echoes_the_key_says_nothing(echo: str) -> None:
    assert remote_line(f"Invalid key {echo} given", Key(SECRET)) == ""


@pytest.mark.parametrize("escape", ["\\u{:04x}", "\\x{:02x}", "\\U{:08x}", "\\u{{{:x}}}"])
def test_an_escape_takes_no_character_of_the_key_that_follows_it(escape: str) -> None:
    key = "abcd-1234-ef56-7890-aaaa-bb12"
    assert remote_line(f"your key {key.replace('-', escape.format(ord('-')))}", Key(key)) == ""


@given(st.text(max_size=40), st.text(max_size=40))
def test_the_key_is_in_no_line_whatever_stands_around_it(before: str, after: str) -> None:
    assert SECRET not in remote_line(before + SECRET + after, Key(SECRET))


@pytest.mark.parametrize("said", ["Invalid key abc", "abc", "key=abc;", "(ABC)", "key_abc", "\uff41\uff42\uff43"])
def test_a_short_key_is_found_as_a_word(said: str) -> None:
    assert remote_line(said, Key("abc")) == ""


@pytest.mark.parametrize(
    "said",
    [
        "bad password 'p@ss-1'",
        "no such key: p@ss-1, sorry",
        "see /acme?u=p%40ss-1",
        "twice /acme?u=P%2540SS-1",
        "p&#64;ss-1",
        "cEBzcy0x",
    ],
)
def test_a_short_key_is_found_in_every_form(said: str) -> None:
    assert remote_line(said, Key("p@ss-1")) == ""


@pytest.mark.parametrize("key", ["a", "ab", "b", "her"])
def test_a_short_key_does_not_silence_other_words(key: str) -> None:
    assert remote_line("No abacus here", Key(key)) == "No abacus here"


def test_no_key_at_all_is_no_echo() -> None:
    assert remote_line("No key", Key("")) == "No key"


def test_what_does_not_echo_the_key_is_told() -> None:
    assert remote_line("Token\nis  required", Key(SECRET)) == "Token is required"


def test_seven_successive_characters_are_no_echo() -> None:
    assert remote_line(f"{SECRET[:7]} is cut", Key(SECRET)) == f"{SECRET[:7]} is cut"


@given(st.text(), st.text())
def test_escaped_texts_are_printable_and_differ_if_they_differed(one: str, other: str) -> None:
    assert (escaped(one, "= ") == escaped(other, "= ")) == (one == other)
    assert escaped(one).isprintable()
    assert escaped("a  é\x1b\n=\\", "=") == r"a  é\x1b\x0a\x3d\x5c"
