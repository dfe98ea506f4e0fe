"""Whether mail can leave: only when somebody asks for it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from filter.doctor.outward import outward
from tests.unit.doctor.said import lines


@contextmanager
def server(greeting: bytes) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            with listening.accept()[0] as client:
                client.sendall(greeting)

        thread = threading.Thread(target=greet)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(20)


def closed() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def test_nothing_goes_out_unasked() -> None:
    assert lines([outward("")])[0].startswith("skipped nothing goes out unasked: --outward HOST")


def test_mail_can_leave() -> None:
    with ExitStack() as both:
        ports = [both.enter_context(server(b"220 mx.test ESMTP\r\n")) for _ in range(2)]
        assert lines([outward("127.0.0.1", ports)]) == [
            f"ok 127.0.0.1 answers at port {ports[0]}: mail can leave directly"
        ]


def test_port_25_is_blocked_but_587_is_not() -> None:
    port = closed()
    with server(b"220 mx.test ESMTP\r\n") as submission:
        finding = outward("127.0.0.1", (port, submission))
    assert (finding.state, finding.text) == (
        "warn",
        f"127.0.0.1 cannot be reached at port {port} (Connection refused), but at port {submission}: "
        "mail can leave through it, with an account",
    )
    assert finding.remedy.endswith(f"\n$ postconf -e 'relayhost = [127.0.0.1]:{submission}'")


def test_both_are_blocked() -> None:
    with server(b"") as silent:
        finding = outward("127.0.0.1", (silent, closed()))
    assert finding.state == "fail"
    assert f"port {silent} (it hangs up)" in finding.text
    assert finding.remedy == "ask your provider to open port 25"


def test_a_host_that_nobody_knows() -> None:
    assert outward("no-such-host.invalid", (1, 2)).state == "fail"
