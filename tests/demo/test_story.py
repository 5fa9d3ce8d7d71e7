"""What the demo shop's files say, before anything is loaded."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agents.models import Role
from helpdesk.demo.story import STATES, Conversation, Line, conversations, people, span
from text.language import detect
from tickets.models import Priority

SHOP = people()
ALL = list(conversations())
DUBAI = ZoneInfo("Asia/Dubai")


def in_words(story: Conversation) -> str:
    return f"{story.language} {story.subject}"


def test_the_shop_has_its_people():
    roles = Counter(agent["role"] for agent in SHOP["agents"].values())
    assert roles == {Role.ADMINISTRATOR: 1, Role.SUPERVISOR: 1, Role.LEAD: 1, Role.AGENT: 3}
    assert len(SHOP["customers"]) == 60 + 4, "four of them only want to sell something"
    assert {story.customer for story in ALL} == SHOP["customers"].keys()


def test_there_are_200_conversations_in_three_languages_and_some_spam():
    wanted = [story for story in ALL if story.state != "spam"]
    assert Counter(story.language for story in wanted) == {"en": 90, "ar": 60, "fa": 50}
    assert Counter(story.state for story in ALL) == {
        "new": 12,
        "open": 48,
        "pending": 20,
        "on_hold": 6,
        "snoozed": 9,
        "solved": 105,
        "spam": 4,
    }


def test_nobody_real_can_be_written_to():
    reserved = ("example.com", "example.net", "example.org", ".example")
    addresses = [one["email"] for one in SHOP["customers"].values()]
    assert [address for address in addresses if not address.endswith(reserved)] == []
    assert len(set(addresses)) == len(addresses)


@pytest.mark.parametrize("story", ALL, ids=in_words)
def test_a_conversation_is_sound(story):
    assert story.state in STATES
    assert story.team in SHOP["teams"]
    assert story.priority.upper() in Priority.names
    assert story.source in {"email", "phone"}
    assert (story.source == "phone") == (story.lines[0].kind == "call")
    assert 0 < len(story.subject) < 60
    assert bool(story.tags) == (story.state != "spam")
    assert bool(story.snooze) == (story.state == "snoozed")
    assert not story.rating or (story.state == "solved" and 1 <= story.rating[0] <= 5)
    for line in story.lines:
        assert line.kind in {"customer", "call", "reply", "note"}
        assert bool(line.agent) == (line.kind != "customer")
        assert not line.agent or line.agent in SHOP["agents"]
        assert line.text
        assert all(file.name.endswith((".png", ".pdf", ".txt")) for file in line.files)


@pytest.mark.parametrize("story", ALL, ids=in_words)
def test_the_state_follows_from_what_was_said(story):
    said = [line.kind for line in story.lines if line.kind != "note"]
    if story.state == "new":
        assert set(said) == {"customer"}
        assert not story.agent
    if story.state == "open":
        assert said[-1] == "customer"
    if story.state in {"pending", "on_hold", "solved"}:
        assert "reply" in said
        assert story.agent
    if story.state == "pending":
        assert story.lines[-1].kind == "reply"
    if story.agent:
        assert story.team in SHOP["agents"][story.agent]["teams"]


@pytest.mark.parametrize("clock", ["00:03", "06:30", "12:00", "23:58"])
def test_nothing_is_said_in_the_future_or_too_long_ago(clock):
    now = datetime.fromisoformat(f"2025-03-12T{clock}:00+04:00")
    for story in ALL:
        began = story.beginning(now, DUBAI)
        ended = began + sum((line.after for line in story.lines), timedelta())
        assert now - timedelta(days=36) < began <= ended < now, in_words(story)


def test_the_last_one_came_minutes_ago():
    now = datetime.now(UTC)
    assert max(story.beginning(now, DUBAI) for story in ALL) > now - timedelta(minutes=30)


def test_no_two_letters_are_alike():
    words = Counter(line.text for story in ALL for line in story.lines if len(line.text) > 25)
    assert [text for text, times in words.items() if times > 1] == []


def test_persian_is_written_as_persian():
    for story in ALL:
        if story.language == "fa":
            words = " ".join([story.subject, *(line.text for line in story.lines)])
            assert not set(words) & set("كيىة"), in_words(story)


def test_most_letters_are_recognised_as_what_they_are():
    letters = [(story.language, story.lines[0].text) for story in ALL]
    right = [language for language, text in letters if detect(text) == language]
    assert len(right) > 0.95 * len(letters)


@pytest.mark.parametrize(
    ("words", "minutes"), [("0m", 0), ("35m", 35), ("2h", 120), ("1d3h20m", 1640), ("12d", 17280)]
)
def test_spans_are_read(words, minutes):
    assert span(words) == timedelta(minutes=minutes)


@pytest.mark.parametrize("words", ["", "5", "h", "3h1d", "-2h"])
def test_what_is_no_span_is_refused(words):
    with pytest.raises(ValueError, match="not a duration"):
        span(words)


def test_a_line_is_read_with_all_its_extras():
    line = Line.read("note sara", "5m", "\nCall her.\n", {"files": ["a.png", {"name": "b.txt", "text": "x"}]})
    assert (line.kind, line.agent, line.text) == ("note", "sara", "Call her.")
    assert [(file.name, file.text) for file in line.files] == [("a.png", ""), ("b.txt", "x")]
