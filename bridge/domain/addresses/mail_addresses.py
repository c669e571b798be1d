"""Mail addresses: whether the text can be one. Syntax alone; nobody is asked whether the mailbox is there."""

from __future__ import annotations

import re
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

ADDRESSES_KEPT = 4096
# The plainest form, which the library takes without exception; a test holds the two to the same verdict.
_ENDINGS = "com|net|org|eu|de|pl|at|ch|fr|it|es|nl|cz|sk|se|dk|no|fi|uk"
_PLAIN = re.compile(rf"[a-z0-9]+(?:[._-][a-z0-9]+){{0,4}}@(?:[a-z0-9]{{1,30}}\.){{1,3}}(?:{_ENDINGS})", re.IGNORECASE)
_PLAIN_MAX = 60  # characters; RFC 5321 allows 64 before the @


@lru_cache(maxsize=ADDRESSES_KEPT)
def is_mail_address(text: str) -> bool:
    """Whether the text has the form of a mail address (RFC 5321, 5322, 6531) at a domain that can be in public."""
    if len(text) <= _PLAIN_MAX and _PLAIN.fullmatch(text):
        return True
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True
