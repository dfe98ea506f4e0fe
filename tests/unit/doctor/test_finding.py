from filter.doctor.finding import Finding, fail, ok, skipped, warn, written


def test_a_finding_says_how_a_step_is() -> None:
    assert ok("relay", "answers") == Finding("relay", "ok", "answers", "")
    assert skipped("relay", "why not") == Finding("relay", "skipped", "why not", "")
    assert warn("relay", "slow", "wait") == Finding("relay", "warn", "slow", "wait")
    assert fail("relay", "down", "start it") == Finding("relay", "fail", "down", "start it")


def test_a_remedy_that_is_a_setting_can_be_pasted() -> None:
    assert written("relays.postfix", 'tls = "require"') == (
        'write into the settings file:\n[relays.postfix]\ntls = "require"'
    )
