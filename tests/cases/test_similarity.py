"""Cases like a pilot: why they match, that no result is a criterion, and what nobody has tried."""

import itertools

import pytest
from pandas.testing import assert_frame_equal

from atpilots.cases.library import load_case_studies
from atpilots.cases.similarity import CONTRARY, CONTRARY_REASON, WEIGHTS, match_cases, untried
from atpilots.files.problems import UsageError
from atpilots.vocabularies import DIRECTION, OUTCOME_DOMAIN, TECHNOLOGY

ECHO = {
    "technology": ["voice_assistant"],
    "user_group": ["older_people", "physical_disability"],
    "outcome_domains": ["wellbeing", "loneliness_social_connection"],
    "setting": "own_home",
}


@pytest.fixture(scope="module")
def cases():
    return load_case_studies()


def test_similarity_is_the_weighted_share_worked_out_by_hand(cases):
    found = match_cases(**ECHO, cases=cases, limit=20).set_index("case_id")
    # AT011: technology 1 of 1, outcome 1 of 2, user group 2 of 2, setting the same, Nesta level 1.
    assert found.loc["AT011", "similarity"] == pytest.approx((4 + 3 / 2 + 2 + 1 + 0) / 12, abs=1e-6)
    # AT037: technology 1 of 1, outcome 1 of 2, user group 1 of 2, setting the same, Nesta level 2.
    assert found.loc["AT037", "similarity"] == pytest.approx((4 + 3 / 2 + 1 + 1 + 1) / 12, abs=1e-6)
    # AT039: technology 1 of 1, outcome 1 of 2, nothing else shared, Nesta level 3.
    assert found.loc["AT039", "similarity"] == pytest.approx((4 + 3 / 2 + 2) / 12, abs=1e-6)
    assert found["similarity"].is_monotonic_decreasing
    assert sum(WEIGHTS.values()) == 12


def test_a_match_says_why(cases):
    found = match_cases(**ECHO, cases=cases)
    assert list(found["case_id"][:2]) == ["AT037", "AT011"]  # equally alike: the stronger design comes first
    assert found["reasons"][1] == (
        "technology: Voice assistant",
        "outcome: Loneliness and social connection",
        "user group: Older people, People with a physical disability",
        "setting: Own home",
        "evidence: Survey afterwards only (Nesta level 1 at most); supplier's claim (the source is the supplier's own; "
        "the finding is given as the supplier's claim)",
    )
    assert found["reasons"][0][-1] == "evidence: Before and after, no comparison group (Nesta level 2 at most)"


def test_every_match_keeps_its_source(cases):
    found = match_cases(**ECHO, cases=cases)
    assert list(found) == [*cases, "similarity", "reasons"]
    assert found["source_url"].str.startswith("http").all()
    assert (found["checked_on"] != "").all()


def test_a_case_must_share_a_technology_or_an_outcome(cases):
    found = match_cases(**ECHO, cases=cases, limit=120)
    wanted = {"voice_assistant", "wellbeing", "loneliness_social_connection"}
    assert all(wanted & {*t, *o} for t, o in zip(found["technology"], found["outcome_domain"], strict=True))
    assert len(found) == sum(
        bool(wanted & {*t, *o}) for t, o in zip(cases["technology"], cases["outcome_domain"], strict=True)
    )


# The direction of a finding


@pytest.mark.parametrize("direction", DIRECTION)
def test_direction_is_no_criterion(cases, direction):
    order = list(match_cases(**ECHO, cases=cases, limit=120)["case_id"])
    # The same library in which every case has found the same, and one in which all findings are turned round.
    assert list(match_cases(**ECHO, cases=cases.assign(direction=direction), limit=120)["case_id"]) == order
    turned = cases.assign(direction=cases["direction"].replace({"improved": "worsened", "worsened": "improved"}))
    assert list(match_cases(**ECHO, cases=turned, limit=120)["case_id"]) == order


def test_a_list_of_improvements_makes_room_for_another_finding(cases):
    assert list(match_cases(**ECHO, cases=cases)["case_id"][:3]) == ["AT037", "AT011", "AT039"]
    found = match_cases(**ECHO, cases=cases, limit=2)
    assert list(found["case_id"]) == ["AT037", "AT039"]
    assert list(found["direction"]) == ["improved", "mixed"]
    assert found["reasons"][1][-1] == CONTRARY_REASON
    assert CONTRARY_REASON not in found["reasons"][0]


def test_a_measured_case_comes_before_an_equally_similar_story(cases):
    """A librarian would give the measured Echo study before the news of a roll-out."""
    order = list(match_cases(**ECHO, cases=cases)["case_id"])
    assert order.index("AT034") < order.index("AT007")


@pytest.mark.parametrize(("technology", "outcome"), [*itertools.product(TECHNOLOGY, ["wellbeing", "safety_falls"])])
def test_no_technology_is_shown_by_its_successes_alone(cases, technology, outcome):
    found = match_cases(technology, "older_people", outcome, "own_home", cases, limit=3)
    other = [technology in words for words in cases["technology"]]
    if cases[other]["direction"].isin(CONTRARY).any():
        assert found["direction"].isin(CONTRARY).any()


def test_a_list_with_another_finding_is_left_alone(cases):
    whole = match_cases(**ECHO, cases=cases, limit=120)
    first = int(whole["direction"].isin(CONTRARY).to_numpy().argmax()) + 1
    assert_frame_equal(match_cases(**ECHO, cases=cases, limit=first), whole.iloc[:first])


def test_the_other_finding_must_be_of_the_pilots_technology(cases):
    only = cases[cases["case_id"].isin(["AT051", "AT048", "AT074", "AT045"])]  # AT045 is mixed, but no wearable
    found = match_cases("wearable", "older_people", "safety_falls", "own_home", only, limit=2)
    assert list(found["case_id"]) == ["AT074", "AT048"]


# Arguments


def test_the_order_of_the_file_does_not_matter(cases):
    shuffled = cases.iloc[::-1].reset_index(drop=True)
    assert_frame_equal(match_cases(**ECHO, cases=shuffled), match_cases(**ECHO, cases=cases))


def test_one_word_stands_for_a_list_of_one(cases):
    one = match_cases("gps_locator", "dementia", "safety_falls", "community", cases)
    assert_frame_equal(match_cases(["gps_locator"], ["dementia"], ["safety_falls"], "community", cases), one)


def test_each_argument_counts(cases):
    first = match_cases(**ECHO, cases=cases, limit=120)["similarity"].tolist()
    other = {
        "technology": "wearable",
        "user_group": "autism",
        "outcome_domains": "safety_falls",
        "setting": "hospital",
    }
    for name, word in other.items():
        assert match_cases(**(ECHO | {name: word}), cases=cases, limit=120)["similarity"].tolist() != first


def test_the_library_is_the_default(cases):
    assert_frame_equal(match_cases(**ECHO), match_cases(**ECHO, cases=cases))
    assert_frame_equal(untried("wearable", list(OUTCOME_DOMAIN)), untried("wearable", list(OUTCOME_DOMAIN), cases))


def test_no_cases_no_match(cases):
    assert match_cases(**ECHO, cases=cases.iloc[:0]).empty


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"setting": "home"}, 'setting "home" is not known; did you mean "own_home"? Legal words: own_home, '),
        ({"user_group": "elderly"}, 'user_group "elderly" is not known; did you mean "older_people"? Legal words: '),
        ({"limit": 1}, "limit must be at least 2, so that a finding of another direction has room, not 1"),
    ],
)
def test_a_wrong_argument_is_refused(cases, wrong, said):
    with pytest.raises(UsageError) as caught:
        match_cases(**(ECHO | wrong), cases=cases)
    assert str(caught.value).startswith(said)


# What nobody has tried


def test_untried_pairs(cases):
    pairs = untried(["voice_assistant", "gps_locator"], ["wellbeing", "quality_of_life", "care_cost"], cases)
    assert list(pairs.itertuples(index=False, name=None)) == [
        ("voice_assistant", "quality_of_life"),
        ("voice_assistant", "care_cost"),
        ("gps_locator", "wellbeing"),
        ("gps_locator", "care_cost"),
    ]


def test_tried_and_untried_pairs_make_up_all_pairs(cases):
    tried = {
        pair
        for t, o in zip(cases["technology"], cases["outcome_domain"], strict=True)
        for pair in itertools.product(t, o)
    }
    pairs = set(untried(list(TECHNOLOGY), list(OUTCOME_DOMAIN), cases).itertuples(index=False, name=None))
    assert pairs | tried == set(itertools.product(TECHNOLOGY, OUTCOME_DOMAIN))
    assert not pairs & tried


def test_where_every_pair_has_been_tried_the_table_is_empty(cases):
    pairs = untried("falls_detector", "safety_falls", cases)
    assert list(pairs) == ["technology", "outcome_domain"]
    assert pairs.empty
