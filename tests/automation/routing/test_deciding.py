"""Who gets which work, by plain values."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from automation.routing.deciding import IN_TURN, LEAST_BUSY, Dealer, Person, Work

ARABIC, ENGLISH = frozenset({"ar"}), frozenset({"en"})
REFUNDS = frozenset({7})


def given_to(dealer: Dealer, *works: Work) -> list[int | None]:
    choices = [dealer.give(work) for work in works]
    return [choice.person.id if choice else None for choice in choices]


def some(count: int, **facts) -> list[Work]:
    return [Work(number, **facts) for number in range(count)]


def test_in_turn_each_gets_one_before_somebody_gets_another():
    dealer = Dealer([Person(1, 9), Person(2, 9), Person(3, 9)], IN_TURN)
    assert given_to(dealer, *some(6)) == [1, 2, 3, 1, 2, 3]


def test_who_waited_longest_for_something_is_next():
    dealer = Dealer([Person(1, 9, turn=8), Person(2, 9, turn=6), Person(3, 9, turn=7)], IN_TURN)
    assert given_to(dealer, *some(4)) == [2, 3, 1, 2]


def test_the_least_busy_by_share_of_what_each_can_take():
    dealer = Dealer([Person(1, 10, load=4), Person(2, 4, load=2), Person(3, 10, load=5)], LEAST_BUSY)
    assert given_to(dealer, *some(2)) == [1, 2]


def test_nobody_gets_more_than_he_has_room_for():
    dealer = Dealer([Person(1, 2), Person(2, 3)], IN_TURN)
    assert given_to(dealer, *some(6)) == [1, 2, 1, 2, 2, None]
    assert dealer.is_full


def test_a_chat_takes_the_room_of_three_mails():
    dealer = Dealer([Person(1, 4)], IN_TURN)
    assert given_to(dealer, Work(1, 3), Work(2), Work(3)) == [1, 1, None]


def test_heavy_work_is_not_overtaken_for_ever_by_lighter():
    dealer = Dealer([Person(1, 4, load=3), Person(2, 4, load=2)], IN_TURN)
    assert given_to(dealer, Work(1, 3), Work(2), Work(3)) == [None, 1, None]


def test_what_is_heavier_than_anybody_can_take_keeps_nobody_from_the_rest():
    assert given_to(Dealer([Person(1, 2)], IN_TURN), Work(1, 3), Work(2)) == [None, 1]


def test_only_those_who_speak_the_language():
    people = [Person(1, 9, languages=ENGLISH), Person(2, 9, languages=ARABIC), Person(3, 9)]
    assert given_to(Dealer(people, IN_TURN), *some(3, language="ar")) == [2, 3, 2]


def test_only_those_who_have_all_skills():
    people = [Person(1, 9), Person(2, 9, skills=REFUNDS), Person(3, 9, skills=REFUNDS | {8})]
    dealer = Dealer(people, IN_TURN)
    assert given_to(dealer, Work(1, skills=REFUNDS | {8}), Work(2, skills=REFUNDS)) == [3, 2]
    assert given_to(dealer, Work(3, skills=frozenset({9}))) == [None]


def test_who_knows_the_customer_gets_him_if_he_has_room():
    dealer = Dealer([Person(1, 9), Person(2, 1)], IN_TURN)
    known = dealer.give(Work(1, known_to=2))
    assert (known.person.id, known.because) == (2, "known")
    assert given_to(dealer, Work(2, known_to=2)) == [1]


def test_who_let_it_pass_gets_it_only_where_nobody_else_could():
    work = Work(1, passed=frozenset({1}))
    assert given_to(Dealer([Person(1, 9), Person(2, 9)], IN_TURN), work) == [2]
    assert given_to(Dealer([Person(1, 9)], IN_TURN), work) == [1]
    assert Dealer([Person(1, 9)], IN_TURN).give(work, again=False) is None


people = st.lists(
    st.builds(
        Person,
        st.integers(1, 99),
        capacity=st.integers(0, 12),
        load=st.integers(0, 12),
        turn=st.integers(0, 50),
        languages=st.frozensets(st.sampled_from(["ar", "en", "fa"])),
        skills=st.frozensets(st.integers(1, 3)),
    ),
    unique_by=lambda person: person.id,
    max_size=8,
)
works = st.lists(
    st.builds(
        Work,
        st.integers(),
        weight=st.integers(1, 5),
        language=st.sampled_from(["", "ar", "fa"]),
        skills=st.frozensets(st.integers(1, 3), max_size=2),
        known_to=st.none() | st.integers(1, 99),
        passed=st.frozensets(st.integers(1, 99)),
    ),
    max_size=30,
)


@settings(max_examples=300, deadline=None)
@given(people, works, st.sampled_from([IN_TURN, LEAST_BUSY]))
def test_whatever_comes_nobody_gets_what_does_not_fit_or_more_than_he_can_take(people, works, mode):
    before = {person.id: person.load for person in people}
    dealer = Dealer(people, mode)
    choices = [choice for work in works if (choice := dealer.give(work))]
    for person in people:
        own = [choice.work for choice in choices if choice.person is person]
        assert person.load == before[person.id] + sum(work.weight for work in own)
        assert not own or person.load <= person.capacity
        assert all(work.fits(person) for work in own)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 9), st.integers(0, 60))
def test_the_least_busy_stay_within_one_ticket_of_each_other(many, count):
    crew = [Person(number, 100) for number in range(1, many + 1)]
    given_to(Dealer(crew, LEAST_BUSY), *some(count))
    loads = [Fraction(person.load) for person in crew]
    assert max(loads) - min(loads) <= 1


def test_the_same_values_give_the_same_choices_in_whatever_order_people_come():
    def once(order: int) -> list[int | None]:
        crew = [Person(number, 5, turn=number % 3) for number in range(1, 7)][::order]
        return given_to(Dealer(crew, LEAST_BUSY), *some(40))

    assert once(1) == once(-1)
