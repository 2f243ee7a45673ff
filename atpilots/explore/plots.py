"""Pictures of a pilot's own answers and scores, one seaborn axes each.

Every person may show here, so every picture says that it is not for sharing. Colours are read on white and on black;
texts and lines take the colours of the style that is set (`plt.style.use("dark_background")`).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from atpilots.estimators import t_interval_of
from atpilots.explore.describing import scored
from atpilots.files import UsageError
from atpilots.instruments import Instrument
from atpilots.pilots import Measure, Pilot

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NOT_FOR_SHARING = "For the analyst's eyes, not for sharing"
SYNTHETIC = "Synthetic data"
BETTER, SAME, WORSE, AVERAGE = "#2a7fb8", "#8c8c8c", "#d95f0e", "#c2339a"  # 3:1 or more on white and on black
MOST_LEVELS = 11  # of an item whose answers are drawn as parts of a bar
MOST_DOTS = 200  # scores of a wave that are drawn one by one
LEAST_SHARE = 0.06  # of a bar, in which a number of people has room
MOST_PATTERNS = 25  # rows of the picture of what is missing


def plot_pairs(
    pilot: Pilot,
    measure: str,
    *,
    wave: str | None = None,
    rater: str = "resident",
    arm: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Every pair of a measure's scores as a line from before to after, and the average as a thick one.

    People with the same two scores share a line, as thick as they are many. wave: a later one (default: the end
    point); rater: resident or support_worker; arm: default the piloted arm; ax: where to draw (default: a figure of its
    own). Returns the Axes (score points). Not for sharing. Raises UsageError for a name
    that the pilot does not have.

    >>> import atpilots as at
    >>> at.plot_pairs(at.load_pilot("greenwich"), "swemwbs").get_ylabel()
    'Mental wellbeing (SWEMWBS), points, higher is better'
    """
    pairs = pilot.pairs(measure, wave=wave, rater=rater, arm=arm, counted=True)
    instrument = pilot.measures[measure].instrument
    ax = _axes(ax, 5, 5)
    sign = 1 if instrument.better == "higher" else -1
    kinds = np.sign(sign * pairs["change"].to_numpy())
    for kind, name, colour in ((1, "Better", BETTER), (0, "No change", SAME), (-1, "Worse", WORSE)):
        some = pairs[kinds == kind]
        label = f"{name}: {int(some['people'].sum())}"
        for before, after, people in zip(some["before"], some["after"], some["people"], strict=True):
            ax.plot(
                [0, 1], [before, after], "o-", color=colour, lw=1.2 * people, ms=4 + people, alpha=0.75, label=label
            )
            label = "_"
    if len(pairs):
        averages = [float(np.average(pairs[when], weights=pairs["people"])) for when in ("before", "after")]
        ax.plot([0, 1], averages, "D-", color=AVERAGE, lw=4, ms=9, label="Average")
        ax.legend(frameon=False, fontsize="small", loc="best")
    ax.set_xticks([0, 1], [pilot.baseline, wave or pilot.endpoint])
    ax.set_xlim(-0.25, 1.25)
    ax.set_ylabel(_points(pilot.measures[measure]))
    return _marked(ax, pilot, f"{int(pairs['people'].sum())} people who answered both times")


def plot_answers(
    pilot: Pilot,
    measure: str,
    *,
    waves: Sequence[str] | None = None,
    rater: str = "resident",
    arm: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """How each item of a measure was answered, at each wave: diverging bars of the answers, as given (not reversed).

    waves: default the baseline and the end point; rater: resident or support_worker; arm: default every arm; ax: where
    to draw (default: a figure of its own). The middle of the scale stands at 0; numbers
    in the bars are people. Returns the Axes (percent of those who answered the item). Not for sharing. Raises
    UsageError for an unknown name, and for a measure of items with more than 11 answers.

    >>> import atpilots as at
    >>> len(at.plot_answers(at.load_pilot("greenwich"), "ucla3").get_yticks())  # three items, two waves
    6
    """
    import seaborn as sns

    pilot.pairs(measure, rater=rater, arm=arm)  # for its messages
    instrument, waves = pilot.measures[measure].instrument, tuple(waves or (pilot.baseline, pilot.endpoint))
    levels = range(instrument.lowest, instrument.highest + 1)
    if len(levels) > MOST_LEVELS:
        raise UsageError(f"{measure} has {len(levels)} different answers: plot_scores shows its scores")
    if unknown := [wave for wave in waves if wave not in pilot.protocol.waves]:
        raise UsageError(f"there is no wave {unknown[0]}; there is: {', '.join(pilot.protocol.waves)}")
    answers = pilot.answers_table(labels=False)
    answers = answers[answers.index.get_level_values("rater") == rater]
    answers = answers if arm is None else answers[answers["arm"] == arm]
    rows = [
        (item, column, wave)
        for item, column in zip(instrument.items, instrument.columns, strict=True)
        for wave in waves
    ]
    counts = np.array([
        [int((answers.xs(wave, level="wave")[column] == level).sum()) for level in levels] for _, column, wave in rows
    ])  # fmt: skip
    shares = 100 * counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    ax = _axes(ax, 8, 1.6 + 0.42 * len(rows))
    colours = sns.diverging_palette(30, 245, s=85, l=55, n=len(levels), center="light")
    colours = colours if instrument.better == "higher" else colours[::-1]  # blue is the better end
    middle = (len(levels) - 1) / 2
    left = -sum(
        shares[:, place] * (1.0 if place < middle else 0.5 if place == middle else 0.0) for place in range(len(levels))
    )
    places = np.arange(len(rows)) + 0.35 * np.repeat(np.arange(len(instrument.items)), len(waves))
    for place, level in enumerate(levels):
        bars = {"height": 0.85, "color": colours[place], "edgecolor": SAME, "linewidth": 0.5}
        ax.barh(places, shares[:, place], left=left, label=_answer(instrument, level), **bars)
        for at, start, share, count in zip(places, left, shares[:, place], counts[:, place], strict=True):
            if share >= 100 * LEAST_SHARE:
                ax.text(start + share / 2, at, str(count), ha="center", va="center", fontsize="small", color="black")
        left = left + shares[:, place]
    alone = len(instrument.items) == 1
    names = ["" if alone else f"{_item(instrument, item)}, " for item, _, _ in rows]
    asked = zip(names, (wave for _, _, wave in rows), counts.sum(axis=1), strict=True)
    ax.set_yticks(places, [f"{name}{wave} (n={n})" for name, wave, n in asked])
    ax.invert_yaxis()
    ax.use_sticky_edges = False  # else the longest bar ends where the axis does, and looks cut off
    ax.margins(x=0.02)
    ax.axvline(0, color=_text_colour(), lw=0.8, zorder=0)  # between the bars: through none of their numbers
    ax.xaxis.set_major_formatter(lambda value, _: f"{abs(value):.0f}%")
    ax.set_xlabel("Share of those who answered, from the middle")
    ax.legend(frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1.01, 1))
    return _marked(ax, pilot, f"{instrument.label}: how each question was answered")


def plot_scores(pilot: Pilot, measure: str, *, by: str | None = None, ax: Axes | None = None) -> Axes:
    """A measure's scores at each wave: every score a dot, equal ones side by side, over a box of quartiles.

    by: age_band, mode, rater or arm, each in a colour; ax: where to draw (default: a figure of its own). Above 200
    scores at a wave, boxes of finer quantiles alone. Returns the Axes (score points). Not for sharing. Raises
    UsageError for a name that there is not.

    >>> import atpilots as at
    >>> [tick.get_text()[:6] for tick in at.plot_scores(at.load_pilot("greenwich"), "swemwbs").get_xticklabels()]
    ['before', 'after ']
    """
    import seaborn as sns
    from matplotlib import MatplotlibDeprecationWarning

    scores = scored(pilot, measure, by)
    ax = _axes(ax, 7, 5)
    waves = list(pilot.protocol.waves)
    groups: dict[str, object] = {"color": BETTER}
    if by:
        scores = scores.astype({by: str})
        groups = {"hue": by, "hue_order": sorted(scores[by].unique()), "palette": "colorblind"}
    common = {"data": scores, "x": "wave", "y": "score", "order": waves, "ax": ax, **groups}
    counts = scores["wave"].value_counts()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MatplotlibDeprecationWarning)  # seaborn still asks the old way
        if counts.max() > MOST_DOTS:
            sns.boxenplot(**common)
        else:
            quartiles: dict[str, object] = {"fill": False, "showfliers": False, "legend": False, "linewidth": 1}
            quartiles |= {"width": 0.8, "gap": 0.15} if by else {"width": 0.6}  # 0.8 as the dots, to stand over them
            sns.boxplot(**common, **quartiles, medianprops={"color": _text_colour(), "linewidth": 2.5})
            sns.swarmplot(**common, dodge=bool(by), size=5, warn_thresh=1)
    ax.set_xticks(range(len(waves)), [f"{wave} (n={counts.get(wave, 0)})" for wave in waves])
    ax.set_xlabel("")
    if by and ax.get_legend():
        sns.move_legend(ax, "upper left", bbox_to_anchor=(1.01, 1), frameon=False, title=_words(by))
    ax.set_ylabel(_points(pilot.measures[measure]))
    return _marked(ax, pilot)


def plot_course(pilot: Pilot, measure: str, *, by: str | None = None, ax: Axes | None = None) -> Axes:
    """A measure's average score at each wave, of whoever has one then, with its 95% interval (t), and how many.

    by: age_band, mode, rater or arm, each a line; ax: where to draw (default: a figure of its own). Waves may hold
    different people: the headline's change is of those who answered both times (`plot_pairs`). Returns the Axes (score
    points). Not for sharing. Raises UsageError for a name that there is not.

    >>> import atpilots as at
    >>> at.plot_course(at.load_pilot("greenwich"), "swemwbs").get_title(loc="left")
    'Amazon Echo at home'
    """
    import seaborn as sns

    scores, waves = scored(pilot, measure, by), list(pilot.protocol.waves)
    ax = _axes(ax, 7, 5)
    groups = list(scores.groupby(by, observed=True)) if by else [("", scores)]
    colours = sns.color_palette("colorblind", len(groups)) if by else [BETTER]
    for place, ((name, some), colour) in enumerate(zip(groups, colours, strict=True)):
        shift = 0.08 * (place - (len(groups) - 1) / 2)
        found = {at + shift: some.loc[some["wave"] == wave, "score"].to_numpy() for at, wave in enumerate(waves)}
        found = {x: values for x, values in found.items() if len(values)}
        means = np.array([values.mean() for values in found.values()])
        ends = np.array([t_interval_of(values) if len(values) > 1 else (np.nan, np.nan) for values in found.values()])
        reach = np.abs(ends.T - means)
        counts = [int((some["wave"] == wave).sum()) for wave in waves]
        label = f"{name!s} (n={', '.join(map(str, counts))})"
        ax.errorbar(list(found), means, reach, fmt="o-", color=colour, capsize=4, lw=2, label=label)
    every = [f"{wave} (n={int((scores['wave'] == wave).sum())})" for wave in waves]
    ax.set_xticks(range(len(waves)), every)
    ax.set_xlim(-0.4, len(waves) - 0.5)
    ax.set_ylabel(_points(pilot.measures[measure]))
    if by:
        ax.legend(title=_words(by), frameon=False, fontsize="small", loc="upper left", bbox_to_anchor=(1.01, 1))
    return _marked(ax, pilot, "Average and 95% interval of whoever has a score at each wave")


def plot_missing(pilot: Pilot, *, rater: str = "resident", ax: Axes | None = None) -> Axes:
    """Who is missing what: each measure at each wave, and how many people have the same gaps, the commonest first.

    A square is full where every item of the measure was answered, half where some were, empty where none was. A person
    who left has no row in the survey, and counts as empty. rater: resident or support_worker; ax: where to draw
    (default: a figure of its own). Returns the Axes; one row per pattern, at most 25. Not for sharing. Raises
    UsageError where nobody of that rater answered.

    >>> import atpilots as at
    >>> at.plot_missing(at.load_pilot("greenwich")).get_xticklabels()[0].get_text()
    'Wellbeing (SWEMWBS), before'
    """
    if rater not in pilot.raters:
        raise UsageError(f"there is no rater {rater}; there is: {', '.join(pilot.raters)}")
    from matplotlib.colors import ListedColormap

    answers = pilot.answers_table(labels=False)
    answers = answers[answers.index.get_level_values("rater") == rater].droplevel("rater")
    columns = [(name, wave) for name in pilot.measures for wave in pilot.protocol.waves]
    shares = {}
    for name, wave in columns:
        asked = answers[answers.index.get_level_values("wave") == wave].droplevel("wave")
        given = asked[list(pilot.measures[name].instrument.columns)].notna()
        shares[name, wave] = given.mean(axis="columns").reindex(answers.index.unique("respondent"), fill_value=0.0)
    share = pd.DataFrame(shares)
    state = (share > 0).astype(int) + (share == 1)  # 0 none, 1 some, 2 all
    patterns = state.value_counts(sort=True).reset_index()
    shown, rest = patterns[:MOST_PATTERNS], patterns[MOST_PATTERNS:]
    grid = shown.drop(columns="count").to_numpy()
    ax = _axes(ax, 2.5 + 0.4 * grid.shape[1], 1.8 + 0.32 * len(shown))
    ax.pcolormesh(
        grid, cmap=ListedColormap(["none", "#9ecae1", BETTER]), vmin=0, vmax=2, edgecolors=SAME, linewidth=0.8
    )
    for row, column in zip(*np.nonzero(grid == 1), strict=True):
        ax.text(column + 0.5, row + 0.5, "½", ha="center", va="center", color="black")
    counts = [f"{count} {'person' if count == 1 else 'people'}" for count in shown["count"]]
    ax.set_yticks(np.arange(len(shown)) + 0.5, counts)
    names = {
        name: measure.instrument.short_label or measure.instrument.label for name, measure in pilot.measures.items()
    }
    labels = [f"{names[name]}, {wave}" for name, wave in columns]
    ax.set_xticks(np.arange(len(labels)) + 0.5, labels, rotation=60, ha="right", rotation_mode="anchor")
    ax.invert_yaxis()
    ax.tick_params(length=0)
    more = f"; {int(rest['count'].sum())} people with other gaps are not drawn" if len(rest) else ""
    return _marked(ax, pilot, f"Who answered what. Filled: all items; ½: some; empty: none{more}")


def _axes(ax: Axes | None, width: float, height: float) -> Axes:
    """The axes to draw on: those given, else a figure of their own."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(width, height), layout="constrained")[1]


def _marked(ax: Axes, pilot: Pilot, what: str = "") -> Axes:
    """With the pilot's title, and the words that it is not for sharing."""
    import seaborn as sns

    ax.set_title(pilot.protocol.title, loc="left", fontsize="medium", fontweight="bold", pad=26 if what else 14)
    made_up = f"{SYNTHETIC}. " if pilot.protocol.provenance == "synthetic" else ""
    above: dict[str, Any] = {"textcoords": "offset points", "fontsize": "small", "va": "bottom"}
    if what:
        ax.annotate(what, (0, 1), (0, 14), "axes fraction", **above)
    ax.annotate(f"{made_up}{NOT_FOR_SHARING}", (0, 1), (0, 2), "axes fraction", style="italic", **above)
    sns.despine(ax=ax)
    return ax


def _text_colour() -> str:
    import matplotlib as mpl

    return str(mpl.rcParams["text.color"])


def _points(measure: Measure) -> str:
    instrument = measure.instrument
    return f"{instrument.label}, points, {instrument.better} is better"


def _item(instrument: Instrument, item: str) -> str:
    return f"{_words(item)}{' (reversed)' if item in instrument.reverse else ''}"


def _answer(instrument: Instrument, level: int) -> str:
    if instrument.has_labels:
        return str(instrument.levels[level - instrument.lowest])
    ends = {instrument.lowest: "lowest", instrument.highest: "highest"}
    return f"{level} ({ends[level]})" if level in ends else str(level)


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
