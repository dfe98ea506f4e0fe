from email import message_from_bytes

from filter.doctor.letters import GTUBE, gtube, harmless


def test_a_harmless_message_is_a_whole_one() -> None:
    content = harmless("a@x.test", "b@y.test", "a test", "mx.test")
    message = message_from_bytes(content)
    assert (message["From"], message["To"], message["Subject"]) == ("hamgate doctor <a@x.test>", "b@y.test", "a test")
    assert message["Message-ID"].endswith("@mx.test>")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert content != harmless("a@x.test", "b@y.test", "a test", "mx.test")


def test_gtube_is_the_harmless_one_with_one_line_more() -> None:
    assert gtube("a@x.test", "b@y.test", "mx.test").endswith(b"\r\n\r\n" + GTUBE + b"\r\n")
