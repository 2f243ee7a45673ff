"""Finding cases: questions whose answers were read from the file by hand, and the laws of a search."""

import bm25s
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from atpilots.cases import search, word_weights
from atpilots.cases.library import load_case_studies, words_of
from atpilots.cases.question import TAG_COLUMNS, parse, text_terms, words_in
from atpilots.cases.ranking import CaseIndex
from atpilots.cases.search import find_cases
from atpilots.cases.word_weights import TEXT_COLUMNS
from atpilots.files.problems import UsageError
from atpilots.vocabularies import OUTCOME_DOMAIN, SYNONYMS, TECHNOLOGY


@pytest.fixture(scope="module")
def cases():
    return load_case_studies()


def ids(found):
    return {case_id.removeprefix("AT") for case_id in found["case_id"]}


# Read in the file: cases that a researcher would expect among the answers.
EXPECTED = {
    "falls at night": "049 059 060",
    "Alexa for lonely people": "034 037 041",
    "is an Echo any help against isolation?": "034 037",
    "deaf": "119 120",
    "blind": "002 099 106 107",
    "robots for dementia": "096 098 104 105",
    "autistic children": "082 108",
    "eye gaze": "097",
    "stroke": "005 008 014 081",
    "Parkinson's": "071",
    "shaky hands": "033",
    "video calls in nursing homes": "020 027 029 040",
    "wandering": "018 055 065",
    "elderly falling wearable": "048 051 074",
    "smart speakers, learning disabilities": "024 039",
    "texts for blood pressure": "079",
    "over 65s reminders": "007 038",
    "cost of telecare": "043 053 057 058 067 075 077",
    "randomised telehealth": "111 112 113 118",
    "lying on the floor: a long lie": "047",
    "people shielding from COVID": "023",
    "does a reader pen help pupils": "088 103",
    "missing medicines": "117",
    "low vision magnifier": "099",
    "iPad classes for seniors made no difference to isolation": "010",
    "magnifying glass for poor sight": "099",
    "what got worse": "112",
    "hypertension": "079",
    "texts for BP": "079",
    "pets in care homes": "104 105",
}

# Read in the file: the whole answer.
EXACTLY = {
    "GPS for dementia": "052 055 063 070 072",
    "COPD": "086 111 112 118",
    "pill dispenser": "085 110 116 117",
    "virtual reality": "082 090 114 115",
    "ambulance": "049 068",
    "Sodertalje": "110",
    "aphasia word finding": "081",
    "Hackney": "009",
    "zebra": "",
}


# Whole questions as people ask them; the answers were read in the file by hand and must come first, in any order.
FIRST = {
    "who has tried voice assistants against loneliness, and was it measured before and after?": "034 037",
    "Who has tried Alexa or an Echo against lonliness?": "007 011 021 034 037 038 041",
    "What helps against falls at night?": "049 059 060",
    "dementia and GPS": "052 055 063 070 072",
    "Which councils used GPS for people with dementia who go missing?": "055",
    "negative findings": "003 035 043 054 060 064 077 078 111 112 114 118",
    "did telehealth make things worse?": "112",
    "who found no difference for telehealth?": "111 118",
    "falls detectors that failed in hospital": "064",
    "Welsh": "024 038 039 040 048 073 076 090 105",
    "smart watches and falls": "048 051 074 076",
    "randomized trials of robots": "084 098 104",
    "behavior of people with dementia and robot pets": "098 104",
    "Did a smart speaker help people with learning disabilities?": "024 039",
    "Do medication dispensers improve adherence?": "085 110 116 117",
    "is there randomised evidence on telecare?": "043 077",
    "What was tried for children in schools?": "087 088 103 109",
    "apps for autistic adults": "083",
    "carers' wellbeing and telecare": "042 043 066",
    "video calls in carehomes during Covid": "040",
    "US studies of loneliness": "021 034 035 036 037",
    "sensors for people with a learning disability at night": "044",
    "stroke and talking again": "081",
    "people with Parkinsons disease": "071",
    "What do we know about technology for people with MS?": "032",
    "motor neurone disease": "089",
    "British Sign Language": "119",
    "tele-care and dementia": "042 043 066 076",
    "eyegaze": "097",
    "hospital admissions COPD": "086 111 112",
    "digital skills of older people, London": "009 017",
    "cats and dogs": "104 105",
    "savings for the NHS from pill dispensers": "117",
    "loneliness in care homes": "020 027 028 029 084 104 105",
    "has anyone used Pepper?": "084",
    "Hackny": "009",
    "AT034": "034",
}


# Written as an officer, a researcher or a carer would type them, with answers read in the file; the first hit is one.
ASKED = {
    "my mum with dementia keeps going out and getting lost": "052 055 063 070 072",
    "speech therapy on a computer after a stroke": "081",
    "help remembering to take tablets": "025 085 094 110 116 117",
    "robot pets in care homes, was there a control group?": "098 104",
    "sensors that notice a change in someone's routine": "050 065 069",
    "lending computers to older people": "017 031",
    "diabetes": "113 118",
    "housing association fitness tracker falls": "051",
    "headset for partially sighted children": "107",
    "sleep-in staff and night checks": "044",
    "families visiting care homes virtually": "020 027 028",
    "fear or phobia in an autistic child": "082",
    "memory problems after head injury": "005 008 014",
    "lamp that spots falls": "061",
    "alarm watch losing signal": "076",
    "heart failure remote monitoring": "086 118",
    "new hearing aid user videos": "120",
    "lonely people with a learning disability": "004 011 015 093",
}


@pytest.mark.parametrize("question", ASKED)
def test_the_first_case_is_a_right_one(cases, question):
    assert find_cases(question, cases=cases)["case_id"][0].removeprefix("AT") in ASKED[question].split()


@pytest.mark.parametrize("question", FIRST)
def test_the_right_cases_come_first(cases, question):
    right = set(FIRST[question].split())
    assert ids(find_cases(question, cases=cases)[: len(right)]) == right


def test_the_question_about_loneliness_is_answered_in_full(cases):
    """Those that were not measured before and after come too, after those that were, and say so."""
    found = find_cases("voice assistants against loneliness, measured before and after", cases=cases)
    assert ids(found) == {"007", "011", "021", "034", "037", "038", "041"}
    assert list(found["evidence_type"][:2]) == ["before_after", "before_after"]
    assert all('"before and after": not found' in reasons for reasons in found["reasons"][2:])


@pytest.mark.parametrize("question", EXPECTED)
def test_a_question_finds_the_cases_it_must(cases, question):
    assert set(EXPECTED[question].split()) <= ids(find_cases(question, cases=cases))


@pytest.mark.parametrize("question", EXACTLY)
def test_a_question_finds_nothing_else(cases, question):
    assert ids(find_cases(question, cases=cases)) == set(EXACTLY[question].split())


def test_the_cases_that_say_it_themselves_come_first(cases):
    assert list(find_cases("deaf", cases=cases)["case_id"][:2]) == ["AT119", "AT120"]
    assert find_cases("night falls", cases=cases)["case_id"][0] == "AT060"
    assert find_cases("Google Home", cases=cases)["product"][0] in {"Google Home", "Amazon Echo, Google Home"}


@pytest.mark.parametrize(
    "same",
    [
        ("falls", "fall", "falling", "FALLS"),
        ("lonely", "loneliness", "isolation"),
        ("night", "night-time", "overnight"),
        ("Södertälje", "sodertalje"),
        ("voice_assistant", "Voice assistant", "smart speakers"),
        ("people's reminders", "people’s reminders", "the reminder of a person"),
    ],
)
def test_the_same_question_in_other_words_finds_the_same_cases(cases, same):
    answers = [ids(find_cases(question, cases=cases)) for question in same]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]


def test_a_design_is_known_by_its_tag_not_by_a_sentence_that_denies_it(cases):
    found = find_cases("comparison group", cases=cases)
    assert set(found["evidence_type"]) == {"comparison_group"}
    assert cases["finding"].str.contains("no comparison group").any()


@pytest.mark.parametrize(
    ("column", "word"), [(column, word) for column, words in TAG_COLUMNS.items() for word in words]
)
def test_every_label_finds_every_case_with_that_word(cases, column, word):
    tagged = {case_id for case_id, cell in zip(cases["case_id"], cases[column], strict=True) if word in words_of(cell)}
    assert tagged <= set(find_cases(TAG_COLUMNS[column][word], cases=cases)["case_id"])


@pytest.mark.parametrize("column", ["title", "finding", "product", "lead_organisation", "place", "country"])
def test_every_text_is_searched(cases, column):
    marked = cases.assign(**{column: cases[column].where(cases["case_id"] != "AT077", "Quokkas")})
    found = find_cases("quokka", cases=marked)
    assert list(found["case_id"]) == ["AT077"]
    assert found["reasons"][0] == (f'"quokka": {TEXT_COLUMNS[column]}',)


@pytest.mark.parametrize("word", SYNONYMS)
def test_every_synonym_stands_for_its_word(word):
    for synonym in SYNONYMS[word]:
        (sought,) = parse(words_in(synonym))
        assert f"={word}" in sought.concepts, synonym


# Reasons


@pytest.mark.parametrize("country", ["US", "U.S.", "USA", "U.S.A."])
def test_the_united_states_are_a_country_and_us_is_a_word(country: str) -> None:
    said = words_in(f"In the {country}, a BUS and a_US for us; USUAL")
    assert said == ["in", "the", "united", "states", "a", "bus", "and", "a", "us", "for", "us", "usual"]


def test_a_hit_says_why(cases):
    found = find_cases("falls at night", technology="falls_detector", country="France", cases=cases)
    assert list(found["case_id"]) == ["AT060"]
    assert found["reasons"][0] == (
        '"falls": title, finding, Safety and falls',
        '"night": title, finding',
        "technology: Falls detector",
        "country: France",
    )


def test_another_word_is_not_told_as_the_word_asked_for(cases):
    found = find_cases("Siri", cases=cases)
    (reasons,) = found.loc[found["case_id"] == "AT002", "reasons"]
    assert reasons == (
        '"siri": title (in other words), finding (in other words), product (in other words), Voice assistant',
    )
    (reasons,) = find_cases("Alexa", cases=cases).query("case_id == 'AT002'")["reasons"]
    assert reasons[0].startswith('"alexa": ')
    assert "finding," in reasons[0]


def test_every_hit_has_a_reason_for_every_word(cases):
    for reasons in find_cases("lonely older people", cases=cases)["reasons"]:
        assert [reason.split(":")[0] for reason in reasons] == ['"lonely"', '"older people"']


def test_where_no_case_has_every_word_the_reasons_say_what_is_missing(cases):
    found = find_cases("zebra robots", cases=cases)
    assert ids(found) == ids(find_cases("robots", cases=cases))
    assert all('"zebra": not found' in reasons for reasons in found["reasons"])


def test_a_slip_is_read_as_the_nearest_word_and_says_so(cases):
    found = find_cases("dementa", cases=cases)
    assert ids(found) == ids(find_cases("dementia", cases=cases))
    assert all(reasons[0].startswith('"dementa" (read as "dementia"): ') for reasons in found["reasons"])


def test_a_word_that_is_no_slip_is_left_as_it_is(cases):
    for reasons in find_cases("classes for seniors", cases=cases)["reasons"]:
        assert not any("read as" in reason for reason in reasons)


def test_a_case_that_lacks_one_of_many_words_ranks_below(cases):
    found = find_cases("zebra falls sensors night dementia", cases=cases)
    lacking = [sum("not found" in reason for reason in reasons) for reasons in found["reasons"]]
    assert lacking == sorted(lacking)
    assert set(lacking) == {1, 2}


def test_a_word_for_a_direction_is_also_found_where_it_is_written(cases):
    found = find_cases("one had got worse", cases=cases)
    (reasons,) = found.loc[found["case_id"] == "AT082", "reasons"]
    assert '"worse": finding' in reasons
    found = find_cases("tablet workshops made no difference to isolation", cases=cases)
    (reasons,) = found.loc[found["case_id"] == "AT010", "reasons"]
    assert '"no difference": not found' not in reasons  # it says "no differences", though it is filed under mixed
    assert "AT112" in set(find_cases("what got worse", cases=cases)["case_id"])


def test_common_words_shut_nothing_out(cases):
    plain = find_cases("wearables falls", cases=cases)
    asked = find_cases("did the wearable devices reduce the falls of residents in that pilot", cases=cases)
    assert ids(asked) == ids(plain)
    assert not any("not found" in reason for reasons in asked["reasons"] for reason in reasons)


# Where there is no answer


@pytest.mark.parametrize(
    ("question", "filters", "advice"),
    [
        ("zebra", {}, 'No case has "zebra".'),
        ("sexual", {}, 'No case has "sexual"; the nearest words are usual, seals.'),
        ("robots", {"technology": "gps_locator"}, "Without the filter on technology, 6 cases are found."),
        ("zebra", {"country": "Wales"}, 'No case has "zebra".'),
        (
            "robots", {"technology": "gps_locator", "country": "Norway"},
            "No case has all that is asked for. Leave out a word or a filter.",
        ),
    ],
)  # fmt: skip
def test_no_answer_says_what_to_try(cases, question, filters, advice):
    found = find_cases(question, cases=cases, **filters)
    assert found.empty
    assert found.attrs == {"found": 0, "advice": advice}


def test_a_search_that_finds_needs_no_advice(cases):
    assert find_cases("falls", cases=cases).attrs["found"] == len(find_cases("falls", cases=cases))
    assert "advice" not in find_cases("falls", cases=cases).attrs


# Filters


def test_filters_take_one_word_or_several(cases):
    found = find_cases(technology=["wearable", "virtual_reality"], country="Wales", cases=cases)
    assert list(found["case_id"]) == ["AT048", "AT076", "AT090"]
    assert list(find_cases(technology="wearable", country="Wales", cases=cases)["case_id"]) == ["AT048", "AT076"]


@pytest.mark.parametrize(
    ("name", "word", "expected"),
    [
        ("technology", "medication_dispenser", "085 110 116 117"),
        ("user_group", "autism", "082 083 108"),
        ("outcome", "education_employment", "087 088 103 109"),
        ("evidence", "cost_analysis", "053 058 075"),
        ("country", "Sweden", "097 110 114"),
    ],
)
def test_each_filter_keeps_its_cases(cases, name, word, expected):
    assert ids(find_cases(cases=cases, **{name: word})) == set(expected.split())


def test_the_uk_includes_its_nations(cases):
    found = find_cases(country="UK", cases=cases)
    assert set(found["country"]) == {"UK", "England", "Scotland", "Wales", "Northern Ireland"}
    assert len(find_cases(country=["England", "Scotland"], cases=cases)) == 76


def test_no_question_is_the_whole_library(cases):
    found = find_cases(cases=cases)
    assert list(found["case_id"]) == list(cases["case_id"])
    assert set(found["reasons"]) == {()}
    assert (found["relevance"] == 0).all()


def test_the_front_door_reads_the_library_itself(cases):
    assert_frame_equal(
        find_cases("falls", technology="wearable"), find_cases("falls", technology="wearable", cases=cases)
    )


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (
            {"technology": "alexa"},
            'technology "alexa" is not known; did you mean "voice_assistant"? Legal words: ' + ", ".join(TECHNOLOGY),
        ),
        (
            {"outcome": ["wellbeing", "independance"]},
            'outcome "independance" is not known; did you mean "independence"? Legal words: '
            + ", ".join(OUTCOME_DOMAIN),
        ),
        (
            {"outcome": "zzz"},
            'outcome "zzz" is not known. Legal words: ' + ", ".join(OUTCOME_DOMAIN),
        ),
        (
            {"country": "scotland"},
            'country "scotland" is not known; did you mean "Scotland"? Legal words: Australia, Canada, England, '
            "France, Germany, Ireland, Netherlands, Northern Ireland, Norway, Scotland, Sweden, Taiwan, UK, "
            "United States, Wales",
        ),
        ({"words": "what is the"}, 'there is no word to search for in "what is the"'),
    ],
)
def test_what_cannot_be_searched_for_is_refused(cases, filters, said):
    with pytest.raises(UsageError) as caught:
        find_cases(cases=cases, **filters)
    assert str(caught.value) == said


# An index, made once


def test_an_index_answers_as_the_search_does(cases):
    index = CaseIndex(cases)
    for question in ("falls at night", "dementa", "zebra"):
        assert_frame_equal(index.find(question, country="UK"), find_cases(question, country="UK", cases=cases))
        assert_frame_equal(find_cases(question, country="UK", cases=index), index.find(question, country="UK"))


@pytest.fixture
def made(monkeypatch):
    """How many cases each index holds that is made from now on."""
    sizes = []

    class Watched(CaseIndex):
        def __init__(self, cases):
            sizes.append(len(cases))
            super().__init__(cases)

    monkeypatch.setattr(search, "CaseIndex", Watched)
    return sizes


def test_an_index_is_made_once_for_equal_cases_and_again_for_others(cases, made):
    cases = cases.head(50)
    find_cases("falls", cases=cases)
    find_cases("robots", cases=cases.copy())
    assert made == [50]
    changed = cases.copy()
    changed.loc[0, "finding"] = "Quokkas fell."
    assert list(find_cases("quokkas", cases=changed)["case_id"]) == ["AT001"]
    assert made == [50, 50]
    assert find_cases("quokkas", cases=cases).empty


def test_only_so_many_indexes_are_kept(cases, made):
    most = search.INDEXES_KEPT
    for size in (*range(1, most + 2), most + 1, 2, 1):
        find_cases("falls", cases=cases.head(size))
    assert made == [*range(1, most + 2), 1]


@pytest.mark.parametrize("limit", [0, 1, 7, 31, 32, 1000, None])
def test_a_limit_keeps_the_first(cases, limit):
    whole = find_cases("dementia", limit=None, cases=cases)
    found = find_cases("dementia", limit=limit, cases=cases)
    assert_frame_equal(found, whole[:limit])
    assert found.attrs["found"] == len(whole) == 32


# Laws


def test_neither_the_order_of_the_file_nor_that_of_the_words_matters(cases):
    shuffled = cases.iloc[::-1].reset_index(drop=True)
    found = find_cases("falls of older people", cases=cases)
    assert_frame_equal(find_cases("falls of older people", cases=shuffled), found)
    assert list(find_cases("older people falls", cases=cases)["case_id"]) == list(found["case_id"])


def test_a_blank_cell_is_no_word(cases):
    assert cases["year"].isna().any()
    assert ids(find_cases("none", cases=cases)) == ids(find_cases("none", cases=cases.assign(year=2020)))


def test_what_a_case_found_does_not_move_it(cases):
    found = find_cases("loneliness", cases=cases)
    for direction in ("improved", "worsened"):
        again = find_cases("loneliness", cases=cases.assign(direction=direction))
        assert list(again["case_id"]) == list(found["case_id"])


def test_an_answer_without_cases_keeps_its_columns(cases):
    columns = [*cases, "relevance", "reasons"]
    assert list(find_cases("zebra", technology="wearable", cases=cases)) == columns
    assert list(find_cases("falls", cases=cases.iloc[:0])) == columns
    assert list(find_cases("falls", cases=cases)) == columns


def test_words_weigh_to_the_last_bit_what_bm25s_works_out(cases):
    table = cases.sort_values("case_id", ignore_index=True)
    documents = [[] for _ in range(len(table))]
    for column in word_weights.TEXT_COLUMNS:
        which, number, terms = text_terms(["" if pd.isna(value) else str(value) for value in table[column]])
        for row, term in zip(which, number, strict=True):
            documents[row].append(terms[term])
    for _, term, rows in word_weights._tags(table):
        for row in rows:
            documents[row] += [term] * (1 if term == "=uk" else 2)
    ranking = bm25s.BM25()
    ranking.index(documents, show_progress=False)
    rows, weights, starts = (ranking.scores[part] for part in ("indices", "data", "indptr"))
    postings = word_weights.Postings(table)
    assert postings.keys() == ranking.vocab_dict.keys() - {""}
    for term, posting in postings.items():
        part = slice(*starts[ranking.vocab_dict[term] :][:2])
        assert posting.rows.tolist() == rows[part].tolist()
        assert posting.weights.tolist() == weights[part].tolist()
