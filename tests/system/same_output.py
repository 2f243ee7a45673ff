"""Whether two checkouts, each with its virtual environment, make the same files: before and after a change of the code.

    git worktree add ../before COMMIT && make -C ../before .venv/.ready
    python tests/system/same_output.py ../before . [DATA]

DATA: a data root (`pilots/` in it) whose pilots are reported too, from a copy each. Every page, workbook, manifest and
table of estimates is compared by its SHA-256, and what the commands say as text. Where a manifest differs, the keys
that differ are told.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

AUDIENCES = ("public", "borough", "internal")
WORDS = (["list"], ["cases", "falls", "at", "night"], ["cases", "--facets"], ["--help"])


def made_by(checkout: Path, data: Path | None) -> dict[str, bytes]:
    """Every file that a checkout makes of its pilots and of those in `data`, and what its commands say, by name."""
    program, made = checkout.resolve() / ".venv" / "bin" / "atpilots", {}
    with tempfile.TemporaryDirectory() as scratch:
        environment = dict(os.environ)
        environment.pop("ATPILOTS_DATA", None)
        names = [path.parent.name for path in (checkout / "data" / "pilots").glob("*/pilot.toml")]
        if data is not None:
            shutil.copytree(data, Path(scratch) / "data")
            environment["ATPILOTS_DATA"] = f"{scratch}/data"
            (key := Path(scratch) / "data" / "ledger").mkdir(mode=0o700, exist_ok=True)
            (key / "key").write_text("ab" * 32)
            names += [path.parent.name for path in data.glob("pilots/*/pilot.toml")]

        def run(*arguments: str) -> bytes:
            done = subprocess.run(
                [program, *arguments], cwd=checkout, env=environment, capture_output=True, check=False
            )
            return done.stdout + done.stderr + f"exit {done.returncode}".encode()

        for audience in AUDIENCES:
            run("report", "--all", "--audience", audience)
        for name in sorted(names):
            made |= {f"{command} {name}": run(command, name) for command in ("estimates", "check")}
        made |= {" ".join(words): run(*words) for words in WORDS}
    for path in sorted((checkout / "reports").rglob("*")):
        if path.suffix in {".html", ".xlsx", ".json"}:
            made[str(path.relative_to(checkout))] = path.read_bytes()
    return made


def main() -> int:
    """Compare; 1 where anything differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("data", type=Path, nargs="?")
    options = parser.parse_args()
    before, after = (made_by(checkout, options.data) for checkout in (options.before, options.after))
    differ = 0
    for name in sorted(before | after):
        old, new = before.get(name, b""), after.get(name, b"")
        differ += old != new
        print(f"{'same  ' if old == new else 'DIFFER'} {hashlib.sha256(new).hexdigest()[:16]} {name}{_where(old, new)}")
    print(f"{len(before | after)} compared, {differ} differ")
    return min(differ, 1)


def _where(old: bytes, new: bytes) -> str:
    try:
        one, other = json.loads(old), json.loads(new)
        return "".join(f"; {key}" for key in one | other if one.get(key) != other.get(key))
    except (ValueError, AttributeError):
        return ""


if __name__ == "__main__":
    raise SystemExit(main())
