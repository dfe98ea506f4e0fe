"""Our reader against the standard library's `email`, over the SpamAssassin public corpus: the same words.

Where the two differ, the difference is listed with its reason; one that comes or goes fails the test.
"""

import pytest

from tests.oracle.words import ours, theirs

WIDER_CHARSET = "bytes outside the declared charset: we read its wider kin and replace the rest, email gives up"
WRONG_BOUNDARY = "no line is the declared boundary: we show the body as text as clients do, email drops it"
LIST_FOOTER = "a list put its footer below base64 without padding: both decode it, in charsets of different width"
BAD_BASE64 = "the last base64 digit is missing: we decode the others, email decodes nothing"

DIFFERENCES = {
    "spam-1.00311.9797029f3ee441b00f3b7521e573cb96.eml": WIDER_CHARSET,
    "spam-1.00313.fab744bfd5a128fca39b69df9811c086.eml": BAD_BASE64,
    "spam-1.00467.5b733c506b7165424a0d4a298e67970f.eml": WRONG_BOUNDARY,
    "spam-1.00500.85b72f09f6778a085dc8b6821965a76f.eml": WIDER_CHARSET,
    "spam-2.01064.50715ffeb13446500895836b77fcee09.eml": WIDER_CHARSET,
    "spam-2.01072.ac604802c74de2ebc445efc827299b96.eml": LIST_FOOTER,
    "spam-2.01214.973b4598b630a989967ff69b19f95d4a.eml": WRONG_BOUNDARY,
}


@pytest.mark.corpus
def test_same_words_as_the_standard_library(sa_corpus: dict[str, list[tuple[str, bytes]]]) -> None:
    messages = sa_corpus["ham"] + sa_corpus["spam"]
    different = {name for name, raw in messages if ours(raw) != theirs(raw)}
    assert different == set(DIFFERENCES)
    assert len(different) <= 0.005 * len(messages)
