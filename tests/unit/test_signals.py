"""Signals as octets."""

import os
import select
import signal
import socket

import pytest

from filter.signals import heard, unheard

NUMBERS = (signal.SIGUSR1, signal.SIGUSR2)


def octets(channel: socket.socket) -> set[int]:
    assert select.select([channel], [], [], 20)[0]
    return set(channel.recv(100))


def test_each_signal_is_an_octet_in_the_socket() -> None:
    with heard(NUMBERS) as channel:
        with pytest.raises(BlockingIOError):
            channel.recv(1)
        for number in NUMBERS:
            os.kill(os.getpid(), number)
        assert octets(channel) == set(NUMBERS)


def test_more_signals_than_the_socket_holds_harm_nobody() -> None:
    with heard(NUMBERS) as channel:
        for _ in range(5000):
            signal.raise_signal(signal.SIGUSR1)
        assert octets(channel) == {signal.SIGUSR1}


def test_afterwards_all_is_as_before() -> None:
    before = [signal.getsignal(number) for number in NUMBERS]
    with heard(NUMBERS):
        pass
    assert [signal.getsignal(number) for number in NUMBERS] == before
    assert signal.set_wakeup_fd(-1) == -1


def test_in_a_child_they_do_what_they_do_to_any_process() -> None:
    with heard(NUMBERS) as channel:
        pid = os.fork()
        if pid == 0:
            try:
                unheard(NUMBERS)
                os.kill(os.getpid(), signal.SIGUSR1)
            finally:
                os._exit(0)
        assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGUSR1
        with pytest.raises(BlockingIOError):
            channel.recv(1)
