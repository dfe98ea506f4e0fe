from filter.doctor.name import name
from tests.unit.doctor.said import lines, one


def test_a_name_that_the_world_knows() -> None:
    assert lines([name("mx.example.net", lambda *_: [])]) == ["ok we greet as mx.example.net"]


def test_a_name_without_a_domain_or_none_at_all() -> None:
    for short in ("mx", "localhost", "192.0.2.1"):
        finding = one([name(short, lambda *_: [])], "warn")
        assert finding.text == f"we greet as {short}, which is no full host name"
        assert 'hostname = "mx.example.net"' in finding.remedy


def test_a_name_without_an_address() -> None:
    def unknown(*_: object) -> None:
        raise OSError(-2, "Name or service not known")

    finding = one([name("mx.invalid", unknown)], "warn")
    assert finding.text == "we greet as mx.invalid, which has no address (Name or service not known)"
    assert finding.remedy.startswith("give mx.invalid an address in the DNS, or write into the settings file")
