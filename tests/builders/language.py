"""What no page may say beside something else, and words that their own interval contradicts."""

from __future__ import annotations

import re

BETTER, WORSE = r"People (probably )?(felt|did) better", r"People (probably )?(felt|did) worse"
SAME, UNCLEAR = r"People (felt|did) much the same", r"People may or may not have"
RESULTS = {"better": BETTER, "worse": WORSE, "same": SAME, "unclear": UNCLEAR}


def _but(*results: str) -> str:
    return "|".join(words for name, words in RESULTS.items() if name not in results)


# Pairs that no page may hold. The main measure's sentence starts with a capital letter, an exploratory one does not.
CONTRADICTIONS = (
    (r"Standards of Evidence: (level 2|at most level 3)", _but("better")),
    (r"a change for the better is not shown", BETTER),
    (r"Maryland scale", r"results can be published for the main measure|The main result cannot be told"),
    (r"4 of 5 pilots", _but("unclear")),
    (r"Compare (with people|the arms)", r"It leaves out the arms?\b"),
    (r"These results support", _but("better")),
    (r"This pilot cannot tell", _but("unclear")),
    (r"Do not expect a change", _but("same")),
    (r"Find out why before", _but("worse")),
    (r"Too few people to learn|The main result cannot be told", _but()),
    (r"Find out why before", r"supports? (a fair test|going on)"),
    (r"may be too little to matter\.[^|]{0,120}There is no agreed size", ""),
    (r"No dated plan|while the pilot ran", r"analysis plan is dated"),
    (r"(?<!have )(felt|did) (better|worse|much the same) on[^.]*\. (It may[^.]*\. )?The answers fit with no", ""),
    (r"No results can be published\.", r"average score (rose|fell|was)"),
    (r"More than a quarter are missing", r"Some left questions blank"),
)
CHANGE = re.compile(
    r"average changes from (?P<low>.+?) to (?P<high>.+?) points\.(?: All are[^.]*(?:\.\d+)? points?\.)? "
    r"(?:Exploratory[^:]*: )?(?P<word>[Pp]eople [^.;:]*)"
)


def contradictions(page: str, better: dict[str, str] | None = None) -> list[str]:
    """Pairs of sentences of one page that cannot both be true, and words that their own interval contradicts.

    better: the direction of each measure, by the heading that its sentence follows; only then are intervals looked at.
    """
    found = [f"{a} | {b}" for a, b in CONTRADICTIONS if re.search(a, page) and re.search(b, page)]
    for heading, direction in (better or {}).items():
        told = CHANGE.search(page[page.index(f"\n{heading}\n") :]) if f"\n{heading}\n" in page else None
        if told and not _fits(told["low"], told["high"], told["word"], direction):
            found.append(f"{heading}: {told[0]}")
    return found


def counts_that_disagree(page: str) -> list[str]:
    """Numbers of people in one page's sentences and in its table of all measures that cannot all be right."""
    twice = re.search(r"(\d+)(?: of \d+\. [a-z ]+| people\.)? answered (?:both|the questions both)", page)
    both = int(twice[1]) if twice else 0
    each = [int(n) for n in re.findall(r"(?m)^[^|\n]+(?: \| [^|\n]+){4} \| (\d+)$", page)]
    found = [f"{n} on a measure, {both} both times" for n in each if n > both]
    for start in re.findall(r"Of (\d+) people|(\d+) people answered the first survey, (\d+) the second", page):
        found += [f"{n} to start with, {both} both times" for n in start if n and int(n) < both]
    for some, n, others in re.findall(r"bout (\d+) of (\d+) people improved; the other (\d+)", page):
        found += [f"{some} and {others} of {n}"] * (int(some) + int(others) != int(n) or int(n) not in each)
    found += [f"from {n}" for n in re.findall(r"From (\d+) people who answered", page) if int(n) not in each]
    return found


def _fits(low: str, high: str, word: str, better: str) -> bool:
    """Whether the word says better or worse just where the printed interval leaves no change out on that side."""
    least, most = _end(low), _end(high)
    rises = least > 0 or (least == 0 and "above" in low)
    falls = most < 0 or (most == 0 and "below" in high)
    if "much the same" in word:
        return True
    up, down = ("better", "worse") if better == "higher" else ("worse", "better")
    said = "may or may not" not in word
    return said == (rises or falls) and (not said or (up if rises else down) in word)


def _end(words: str) -> float:
    return float(words.split()[-1].replace("−", "-"))
