"""Templates that run code: whoever writes a signature or the words of an automatic mail runs nothing by it."""

import pytest

from channels_inbox.wording import ABOUT, facts
from tests.channels_inbox.conftest import channel  # noqa: F401
from tests.channels_inbox.test_outgoing import answer, conversation, sent  # noqa: F401
from text.placeholders import fill

EVIL = [
    "{{ settings.SECRET_KEY }}",
    "{% load log %}{% debug %}",
    "{agent.__class__.__init__.__globals__}",
    "{agent.password}",
    "{agent.name.__class__}",
    "{agent.name!r:>99999999}",
    "{0.__class__}",
    "%(agent)s %s",
    "${agent.name} $agent",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "<%= `id` %>#{7*7}",
]


@pytest.mark.parametrize("words", EVIL)
def test_in_a_signature_it_is_mere_text(conversation, ann, words):  # noqa: F811
    ann.signature = words
    ann.save()
    answer(conversation, ann)
    plain = sent().get_body(("plain",)).get_content()
    assert words.replace("{agent.name}", "Ann") in plain


@pytest.mark.parametrize("words", EVIL)
def test_in_a_customers_name_it_is_mere_text_too(conversation, channel, words):  # noqa: F811
    conversation.customer.name = words
    known = facts(conversation, channel)
    assert known.keys() == ABOUT.keys()
    assert fill("{customer.name}", known) == words


def test_a_million_braces_take_no_time():
    assert fill("{" * 1_000_000, {}) == "{" * 1_000_000
    assert fill("{a." * 300_000, {}) == "{a." * 300_000
