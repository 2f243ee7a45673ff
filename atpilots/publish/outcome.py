"""How a report went: the page that was made and what is to know of it, or what went wrong."""

from __future__ import annotations

import dataclasses
import html
import os
from pathlib import Path


@dataclasses.dataclass(frozen=True, repr=False)
class Outcome:
    """How one report went, in words that name no resident.

    page: where it lies; None where it was not made. problem: why not. caution: what stands in the way of the release.
    notes: by which notebook it was made, if not the common one, and which cells' output stayed out of it.

    >>> from atpilots.publish import Outcome
    >>> print(Outcome("lambeth", problem="survey.csv: is not there"))
    lambeth: FAILED, nothing published. survey.csv: is not there
    """

    pilot: str
    page: Path | None = None
    problem: str = ""
    caution: str = ""
    notes: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """What was made: a draft, an internal page, a published one; or nothing."""
        if self.page is None:
            return "failed"
        return {"drafts": "draft", "private": "internal"}.get(self.page.parent.name, "published")

    @property
    def told(self) -> str:
        """Whatever there is to tell beside the page, in one text."""
        return self.problem or "; ".join(filter(None, (self.caution, *self.notes)))

    def __repr__(self) -> str:
        made = f"{self.status} {self.page}" if self.page else f"FAILED, nothing published. {self.problem}"
        return f"{self.pilot}: {made}"

    def _repr_html_(self) -> str:
        """In JupyterLab: a link to the page, and the caution."""
        if self.page is None:
            return f"<p>{html.escape(str(self))}</p>"
        href = html.escape(os.path.relpath(self.page))
        link = f'<p>{self.pilot}: <a href="{href}" target="_blank">{self.status} {self.page.name}</a></p>'
        return link + "".join(f"<p>{html.escape(said)}</p>" for said in (self.caution, *self.notes) if said)
