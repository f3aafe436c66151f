"""Numbers in every disguise."""

from tests.faults.catalogue.row import Outcome, Row
from tests.faults.exchange import Exchange
from tests.faults.server import Behaviour

NO = "bad_response"


def value(literal: str) -> Behaviour:
    """Send the usual document with this for a balance, as it stands in JSON."""
    return lambda exchange: exchange.answer(exchange.good(literal))


def key_as_balance(exchange: Exchange) -> None:
    """Send the key where the balance should be."""
    exchange.answer(exchange.good(f'"{exchange.key}"'))


def plain(number: str) -> tuple[str, ...]:
    return (f"={number}", NO)


NUMBERS: dict[str, tuple[str, Outcome]] = {
    "int": ("42", "=42"),
    "string": ('"42"', "=42"),
    "zero": ("0", "=0"),
    "minus-zero": ("-0", "=0"),
    "negative": ("-3", "=-3"),
    "exponent": ("1e5", "=100000"),
    "exponent-small": ("1E-7", "=0.0000001"),
    "float-trap": ("0.1", "=0.1"),
    "number-long": ("12345678901234567890.123456789", "=12345678901234567890.123456789"),
    "string-long": ('"98765432109876543210.98765432109876543210"', "=98765432109876543210.98765432109876543210"),
    "trailing-zeros": ("1.500", "=1.500"),
    "string-trailing-dot": ('"12."', "=12"),
    "string-leading-dot": ('".5"', "=0.5"),
    "string-plus-zeros": ('"+0012.50"', "=12.50"),
    "string-zeros": ('"0000"', "=0"),
    "string-negative": ('"-3.5"', "=-3.5"),
    "overflow": ("1e400", plain("1" + "0" * 400)),
    "digits-400": ("9" * 400, plain("9" * 400)),
    "string-digits-400": (f'"{"9" * 400}"', plain("9" * 400)),
    "digits-5000": ("9" * 5000, plain("9" * 5000)),
    "string-digits-5000": (f'"{"9" * 5000}"', plain("9" * 5000)),
}

NEVER = {
    "string-exponent": '"1e5"',
    "nan": "NaN",
    "infinity": "Infinity",
    "minus-infinity": "-Infinity",
    "string-nan": '"NaN"',
    "string-infinity": '"Infinity"',
    "string-inf": '"-inf"',
    "string-snan": '"sNaN123"',
    "exponent-bomb": "1e999999999",
    "exponent-bomb-small": "1e-999999999",
    "exponent-bomb-string": '"1e999999999"',
    "exponent-beyond": "1e99999999999999999999999999",
    "zero-exponent-bomb": "0e999999999",
    "string-empty": '""',
    "string-blank": '" "',
    "string-sign": '"+"',
    "string-dot": '"."',
    "string-two-signs": '"--5"',
    "string-two-dots": '"1.2.3"',
    "string-arabic": '"٤٢"',
    "string-full-width": '"\uff14\uff12"',
    "string-superscript": '"²"',
    "string-unicode-minus": '"\u221242"',
    "string-underscore": '"1_000"',
    "string-comma": '"1,234.5"',
    "string-decimal-comma": '"12,5"',
    "string-hex": '"0x2A"',
    "string-currency": '"$5"',
    "string-unit": '"5 credits"',
    "string-unlimited": '"unlimited"',
    "true": "true",
    "false": "false",
    "list": "[42]",
    "empty-list": "[]",
    "object": '{"amount": 42}',
    "string-redos": f'"{"0" * 20000}x"',
    "string-nul": '"42\\u0000"',
    "string-surrogate": '"\\ud800"',
    "string-half-surrogate": '"42\\udc00"',
    "json-leading-zero": "042",
    "json-plus": "+42",
    "json-hex": "0x2A",
    "json-dot": "42.",
    "json-leading-dot": ".42",
    "json-single-quotes": "'42'",
    "json-bare-minus": "-",
    "json-two": "4 2",
    "json-raw-newline": '"4\n2"',
}

ROWS = [
    *(Row(f"value-{name}", value(literal), outcome) for name, (literal, outcome) in NUMBERS.items()),
    *(Row(f"value-{name}", value(literal), NO) for name, literal in NEVER.items()),
    Row("value-string-padded", value('" 42 "'), {"liveavatar": NO}),
    Row("value-string-newline", value('"42\\n"'), {"liveavatar": NO}),
    Row("key-in-balance", key_as_balance, NO),
]
