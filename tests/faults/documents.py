"""What the five providers send, as their pages have it."""

PROVIDERS = ("goenhance", "liveavatar", "fish-audio", "supertone", "pixelcut")

DOCUMENTS = {
    "goenhance": '{"code": 0, "msg": "success", "data": {"count": %s}}',
    "liveavatar": '{"code": 100, "message": "Success", "data": {"credits_left": %s}}',
    "fish-audio": '{"_id": "1", "user_id": "1", "credit": %s, "has_free_credit": null}',
    "supertone": '{"balance": %s}',
    "pixelcut": '{"credits_remaining": %s}',
}

# As they stand in the document.
VALUES = {
    "goenhance": "4207",
    "liveavatar": '"1234.50"',
    "fish-audio": '"98.765432109876543210"',
    "supertone": "1500.25",
    "pixelcut": '"42"',
}

BALANCES = {provider: value.strip('"') for provider, value in VALUES.items()}

FIELDS = {
    "goenhance": "count",
    "liveavatar": "credits_left",
    "fish-audio": "credit",
    "supertone": "balance",
    "pixelcut": "credits_remaining",
}

# Errors, with a place for what they say: a JSON text.
ERRORS = {
    "goenhance": '{"code": 401, "msg": %s}',
    "liveavatar": '{"code": 4003, "message": %s, "data": null}',
    "fish-audio": '{"status": 401, "message": %s}',
    "supertone": '{"status": "error", "message": {"message": %s, "error": "Unauthorized", "statusCode": 401}}',
    "pixelcut": '{"error": %s, "error_code": "invalid_auth_token"}',
}

KEY_HEADERS = {
    "goenhance": ("authorization", "Bearer "),
    "liveavatar": ("x-api-key", ""),
    "fish-audio": ("authorization", "Bearer "),
    "supertone": ("x-sup-api-key", ""),
    "pixelcut": ("x-api-key", ""),
}

PATHS = {
    "goenhance": "/api/v1/user/tokens",
    "liveavatar": "/v1/users/credits",
    "fish-audio": "/wallet/self/api-credit",
    "supertone": "/v1/credits",
    "pixelcut": "/v1/credits",
}


def document(provider: str, value: str | None = None) -> str:
    """Return a provider's good answer, with this value (as it stands in JSON) for the balance."""
    return DOCUMENTS[provider] % (VALUES[provider] if value is None else value)
