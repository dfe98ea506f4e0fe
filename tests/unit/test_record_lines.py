import io
import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filter.logs import JsonLines, TextLines
from filter.record import Record
from filter.record_lines import MAX_LINE, from_fields, from_line
from tests.records import NOON, made


def written(record: Record, formatter: logging.Formatter) -> str:
    """The line of the log that tells of `record`."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    told = {"msg": "%s", "args": (record,), "record": record, "levelname": "INFO"}
    handler.emit(logging.makeLogRecord(told | {"created": record.time, "msecs": 0.0}))
    return stream.getvalue()


def test_fields_and_back() -> None:
    record = made()
    assert from_fields(json.loads(json.dumps(record.fields()))) == record


def test_fields_of_another_version_are_read_as_far_as_they_are_known() -> None:
    assert from_fields({"time": 1, "ref": "AA", "action": "tag", "colour": "red"}) == Record(
        time=1, ref="AA", action="tag"
    )


@pytest.mark.parametrize(
    "content",
    [{}, {"ref": "A"}, {"ref": "A", "action": "tag", "score": "much"}, {"ref": "A", "action": "tag", "hits": [1]},
     {"ref": "A", "action": "tag", "score": float("inf")}, {"ref": "A", "action": "tag", "time": "yesterday"}],
)  # fmt: skip
def test_what_is_no_record_is_a_value_error(content: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the text is for nobody
        from_fields(content)


def test_a_line_of_json_is_read_back_whole() -> None:
    assert from_line(written(made(), JsonLines())) == made()


def test_a_line_of_text_is_read_back_with_what_it_holds() -> None:
    assert from_line(written(made(), TextLines(dated=True))) == made(seconds={})


def test_a_line_from_the_journal_has_no_time_of_ours() -> None:
    line = "Jan 01 12:00:00 mx hamgate[12]: " + written(made(), TextLines(dated=False))
    assert from_line(line) == made(seconds={}, time=0.0)
    assert from_line("Jan 01 12:00:00 mx hamgate[12]: " + written(made(), JsonLines())) == made()


@pytest.mark.parametrize("hostile", ["'x hits=GTUBE:+99.00 reason=forged'", '"it\'s size=1 to=me"', "'a\\\\' size=7'"])
def test_what_looks_like_a_key_inside_quotes_is_none(hostile: str) -> None:
    record = made(sender=hostile, seconds={})
    assert from_line(written(record, TextLines(dated=True))) == record


@pytest.mark.parametrize(
    "line",
    ["", "started", "ref=4F0C9E21", "ref=nonsense action=tag", '{"ref": "4F0C9E21"', '{"ref": 1}', "[" * 10_000,
     '{"ref": "4F0C9E21", "x": ' + "[" * 20_000, "ref=4F0C9E21 action=tag score=much", "x" * (MAX_LINE + 1)],
)  # fmt: skip
def test_other_lines_are_none(line: str) -> None:
    assert from_line(line) is None


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=40))
def test_any_text_in_any_field_is_read_without_a_fault(sender: str, reason: str, reply: str) -> None:
    record = Record(time=NOON, ref="4F0C9E21", action="tag", sender=repr(sender), reason=reason, reply=repr(reply))
    found = from_line(written(record, TextLines(dated=True)))
    assert found is not None
    assert (found.ref, found.action, found.sender) == (record.ref, record.action, record.sender)
