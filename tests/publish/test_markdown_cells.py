"""Every construct of Markdown in a cell is drawn as it was meant or refused by its name; placeholders are filled."""

from __future__ import annotations

import dataclasses

import nbformat
import pandas as pd
import pytest
from builders.bundled import bundled

from atpilots.disclosure.protected import ProtectedMeasure
from atpilots.privacy.identifiers import DirectIdentifiers
from atpilots.publish.exporter import markdown_of, refused_words
from atpilots.publish.markdown_cells import Written, read_markdown
from atpilots.report.values import Told, told_values, value_names
from atpilots.report.wording import change_interval

WHO = DirectIdentifiers(frozenset({"Doris Okonkwo"}), pd.Index(["LB003", "LB014"], dtype="str"))
VALUES = {
    "main.change": Told("+1.2"),
    "main.low": Told("just above 0"),
    "main.after": Told("", "withheld, for a reason"),
}


def read(source: str) -> Written:
    return read_markdown(source, VALUES, "cell-1")


def refused(source: str) -> str:
    """Why a cell may not be on a page, a line each."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("## A section\n\n" + source)])
    return "\n".join(refused_words(markdown_of(notebook, VALUES), WHO))


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("*em* and **strong _both_**", "<p><em>em</em> and <strong>strong <em>both</em></strong></p>"),
        ("[words](https://a.org)", '<p><a href="https://a.org">words</a></p>'),
        ("[words][r], [r]\n\n[r]: https://a.org", '<p><a href="https://a.org">words</a>, <a href="https://a.org">r</a></p>'),
        ("<https://a.org>", '<p><a href="https://a.org">https://a.org</a></p>'),
        ("See https://a.org.", '<p>See <a href="https://a.org">https://a.org</a>.</p>'),
        ("- one\n- two\n  - three", ""),
        ("one\ntwo", "<p>one two</p>"),
        ("R&D &copy; &lt;b&gt; [sic] snake_case a * b US$", "<p>R&amp;D © &lt;b&gt; [sic] snake_case a * b US$</p>"),
        (r"\*not\* \`x\` \~~a\~~ \$b\$ \{\{ x }", ""),
        ("{{ main.change }}, from {{main.low}}", "<p>+1.2, from just above 0</p>"),
    ],
)  # fmt: skip
def test_what_a_page_can_show_is_drawn(source: str, html: str) -> None:
    written = read(source)
    assert not written.faults
    assert str(written.html) == html or not html
    assert not any(mark in written.html for mark in ("](", "**", "{{ m", "&amp;lt;"))


def test_a_list_and_a_table_of_words_are_drawn_whole() -> None:
    assert read("- one\n- *two*\n  - three").html == (
        "<ul><li>one</li><li><em>two</em><ul><li>three</li></ul></li></ul>"
    )
    table = "Who had what\n\n| Who | What |\n|---|:-:|\n| Carers | *Tablets* {{ main.change }} |"
    assert read(table).html == (
        '<div class="table"><table><caption id="cell-1-t1">Who had what</caption><thead><tr><th scope="col">Who</th>'
        '<th scope="col" class="t">What</th></tr></thead><tbody><tr><th scope="row">Carers</th><td class="t">'
        "<em>Tablets</em> +1.2</td></tr></tbody></table></div>"
    )


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("![The kit](attachment:kit.png)", '"The kit" is a picture'),
        ("![The kit][k]", "is a picture"),
        ('<img src="a.png">', "is HTML"),
        ("<b>x</b>", '"<b>" is HTML'),
        ("<!-- x -->", "is HTML"),
        ("<div>\nx\n</div>", "is HTML"),
        ("a <br> b", "is HTML"),
        ("`code`", '"code" is code'),
        ("```\ncode\n```", "is code"),
        ("~~~\ncode\n~~~", "is code"),
        ("a\n\n    code", "is code"),
        ("> said", '"said" is a quotation'),
        ("a\n\n---", "is a rule"),
        ("***", "is a rule"),
        ("~~gone~~", '"gone" is struck out'),
        ("~gone~", "is struck out"),
        ("$x^n$", '"x^n" is read as maths'),
        ("$$\nx\n$$", "is read as maths"),
        (r"\(x\)", "is read as maths"),
        (r"\\[x\\]", "is read as maths"),
        (r"\begin{align}x\end{align}", "is read as maths"),
        ("a[^n]\n\n[^n]: note", "is a footnote"),
        ("a[^n]", "is a footnote"),
        ("[^n]: never used", "is a footnote"),
        ("- [ ] do\n- [x] done", '"do" is a list to tick off'),
        ("| a | b |\n| c | d |", "is no whole table"),
        ("| a | b |\n|---|---|\n| c | d |", "is a table without a caption"),
        ("Caption\n\n| | b |\n|---|---|\n| c | d |", "is a table with an empty header"),
        ("[us](mailto:team@example.org)", "is a way to reach somebody; the council's own belongs into contact"),
        ("<team@example.org>", "is a way to reach somebody"),
        ("team@example.org", "an e-mail address"),
        ("www.example.org", "is an address that is no link"),
        ("[map](borough-map.png)", '"borough-map.png" is an address that no page may lead to'),
        ("[x](javascript:alert)", "no page may lead to"),
        ("[x](https://a.org 'said')", '"said" is a link\'s title'),
        ("[](https://a.org)", "is a link without words"),
        ("[x](a b)", "whose address is missing"),
        ("[x][nowhere]", "whose address is missing"),
        ("[unused]: https://a.org", "is an address that no link in this cell uses"),
        ("a  \nb", "ends a line with two spaces"),
        ("a\\\nb", "ends a line with two spaces"),
        ("# One", '"One" is one heading too many'),
        ("### Three", "is one heading too many"),
        ("## Two", "is one heading too many"),
        ("Two\n---", "is one heading too many"),
        ("##Two", "looks like a heading"),
        ("**open", "on one side only"),
        ("Term\n: what it is", "is a mark that pages do not know"),
        (":smile: and ==marked==", "is a mark that pages do not know"),
        ("We saw 12 people.", '"12" is a number typed in a Markdown cell'),
        ("&half; of them", "is a number typed in a Markdown cell"),
        ("1. one", "is a number typed in a Markdown cell"),
        ("a \u202e b", '"U+202E" is a character that cannot be seen'),
        ("{{ main.after }}", '"{{ main.after }}" cannot be filled: withheld, for a reason'),
        ("{{ main.chagne }}", "is a placeholder for nothing that this page tells; did you mean main.change?"),
        ("{{ main.change", "is no whole placeholder"),
        ("The tablets helped.", '"helped" claims more than answers before and after can carry'),
        ("Mrs Jones was there.", '"Mrs Jones" reads as a title with a name'),
        ("Kept in /data/collected", "reads as a path of a machine"),
        ("with Doris *Okonkwo* there", "holds a name from names.txt"),
        ("as Resident three said", "holds a person by number"),
    ],
)
def test_what_no_page_can_show_is_refused_with_the_cell_and_the_words(source: str, why: str) -> None:
    said = refused(source)
    assert why in said
    assert all(line.startswith("cell 1: ") for line in said.splitlines())
    assert "Okonkwo" not in said


def test_no_code_is_repeated_and_a_heading_holds_plain_words() -> None:
    said = refused("`LB003` said so, and LB014")
    assert "something is code" in said
    assert "LB003" not in said
    assert "LB014" not in said
    assert read("## Closed ##\n\nWords").heading == "Closed"
    for source in ("## A *b*", "## {{ main.change }}", "##"):
        assert any("is no heading of a section" in fault.what for fault in read(source).faults)


def test_values_are_said_as_on_the_page_and_withheld_ones_have_their_reason() -> None:
    report = bundled("greenwich")
    protected = report.protected
    values = told_values(protected)
    main = next(m for m in protected.measures if m.primary)
    assert values["main.change"].text == main.number(main.change, signed=True)
    assert values[f"{main.name}.interval"].text == change_interval(main)
    assert values["answered_twice"].text == str(protected.answered_twice)
    assert set(values) <= set(value_names(report.pilot.measures, report.pilot.raters))
    assert all(bool(told.text) is not bool(told.why_not) for told in values.values())

    def of(measure: ProtectedMeasure) -> dict[str, Told]:
        return dict(told_values(dataclasses.replace(protected, recruited=None, measures=(measure,))))

    near = of(dataclasses.replace(main, low=0.0, high=1.5, step=0.1, verdict="probably better", better="higher"))
    assert near["main.low"].text == "just above 0"
    assert near["recruited"].why_not == "pilot.toml does not say how many were recruited"
    one_end = of(dataclasses.replace(main, before=None, after=None, change=None, high=None, low=1.0))
    assert one_end["main.low"].text
    assert "only one end of the interval" in one_end["main.change"].why_not
    withheld = of(dataclasses.replace(main, withheld="Too few."))
    assert withheld["main.verdict"] == Told("", "Too few")
    assert withheld["main.label"].text == main.label
