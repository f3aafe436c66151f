"""A key that is the member of a JSON text, as programs keep their sign-ins."""

from credcheck.errors import CheckError, KeyMissing
from credcheck.models import KeyCommand, KeyFile
from credcheck.names import could_be_key
from credcheck.providers.document import Digits, decode, find


def text(document: str, source: KeyFile | KeyCommand, *, setting: str) -> str:
    """Return the text at the source's path; raises KeyMissing, which repeats nothing of the document.

    `setting` is that of the secret, `api_key` for the key.
    """
    member = source.member or "."
    is_file = isinstance(source, KeyFile)
    of = f"the key file {source.shown}" if isinstance(source, KeyFile) else f"what `{source.argv[0]}` prints"
    try:
        value = find(decode(document.encode()), member)
    except CheckError:
        suffix = ", or is just being written" if is_file else ""
        hint = f"leave {setting}_member out if it holds nothing but the key"
        raise KeyMissing(f"{of} is not JSON{suffix}", hint=hint) from None
    if not isinstance(value, str) or isinstance(value, Digits):
        shown = "of this path" if could_be_key(member) else f"`{member}`"
        hint = f"sign in again with the program that keeps it, or correct {setting}_member"
        raise KeyMissing(f"{of} has no text {shown}", hint=hint)
    return value
