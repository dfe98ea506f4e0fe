"""For schemathesis: what a body of the type message/rfc822 is. It finds this file by SCHEMATHESIS_HOOKS."""

import schemathesis
from hypothesis import strategies as st

from tests import mail

messages = st.one_of(
    st.integers(0, 50).map(mail.ham), st.integers(0, 50).map(mail.spam), st.binary(min_size=1, max_size=2000)
)

schemathesis.openapi.media_type("message/rfc822", messages)
