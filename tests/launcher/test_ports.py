"""A wished port that is taken gives way to the next free one."""

from helpdesk.launcher.ports import free_port, listen


def test_a_free_port_is_taken_as_wished():
    wished = free_port("127.0.0.1", 21000)
    with listen("127.0.0.1", wished) as listener:
        assert listener.getsockname()[1] == wished


def test_a_taken_port_moves_to_the_next():
    with listen("127.0.0.1", 21000) as first, listen("127.0.0.1", first.getsockname()[1]) as second:
        assert second.getsockname()[1] > first.getsockname()[1]
