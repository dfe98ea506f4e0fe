from filter.rules.lazy import lazy


class Asked:
    times = 0

    @lazy
    def answer(self) -> int:
        """What it is."""
        self.times += 1
        return 42


def test_the_work_is_done_once_for_each_instance() -> None:
    one, other = Asked(), Asked()
    assert one.answer == one.answer == other.answer == 42
    assert (one.times, other.times) == (1, 1)


def test_a_class_shows_the_property_itself() -> None:
    assert isinstance(Asked.answer, lazy)
    assert Asked.answer.__doc__ == "What it is."
