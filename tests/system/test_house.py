"""The house itself: one set of ranges, a clean lock, imports that run one way and cost nothing, clean notebooks."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
CONDA_NAMES = {"jupyter-server": "jupyter_server", "matplotlib": "matplotlib-base"}
FIXED = {"jupyterlab", "pandas", "statsmodels", "seaborn", "papermill", "nbconvert"}


def name_of(requirement: str) -> str:
    return re.split(r"[<>=!~ ;\[]", requirement, maxsplit=1)[0]


def tracked() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    return [ROOT / name for name in names.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_the_top_level_is_as_agreed() -> None:
    for name in ("notebooks", "atpilots", "data", "reports", "tests", "environment.yml", "README.md", "ARCHITECTURE.md",
                 "pyproject.toml", "requirements.lock", "Makefile", "LICENSE", "CITATION.cff", "CHANGELOG.md", "docs",
                 ".ci/run", ".pre-commit-config.yaml"):  # fmt: skip
        assert (ROOT / name).exists(), name
    assert {name_of(requirement) for requirement in PROJECT["dependencies"]} >= FIXED


def test_environment_yml_has_the_ranges_of_pyproject() -> None:
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    listed = [line.strip("- ").strip() for line in lines if line.startswith("  - ")]
    wanted = [f"python{PROJECT['requires-python']}"]
    for requirement in PROJECT["dependencies"]:
        name = name_of(requirement)
        wanted.append(CONDA_NAMES.get(name, name) + requirement.removeprefix(name))
    assert listed == ["conda-forge", *wanted, "pip", "pip:"]
    assert lines[-1].strip() == "- -e ."


def test_the_lock_pins_every_requirement_within_its_range_and_with_hashes() -> None:
    pins = dict(re.findall(r"^([a-z0-9._-]+)==([^\s;\\]+)", LOCK, flags=re.MULTILINE))
    everything = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    from packaging.requirements import Requirement

    for requirement in map(Requirement, everything):
        assert requirement.specifier.contains(pins[requirement.name.lower()]), requirement
    entries = [line for line in LOCK.splitlines() if not line.startswith((" ", "#")) and line]
    assert all(re.match(r"[a-z0-9._-]+==", entry) for entry in entries)
    assert LOCK.count("--hash=sha256:") >= len(entries)


def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    forbidden = re.compile(
        r"(pypi|pythonhosted|registry\.npmjs|deb\.debian|conda\.anaconda)\.(org|com)" + r"|/" + r"(root|home)/[a-z]"
    )
    for path in tracked():
        if path.suffix not in {".png", ".xlsx"}:
            found = forbidden.search(path.read_text(encoding="utf-8", errors="replace"))
            assert found is None, (path.name, found)


def test_notebooks_are_stored_without_outputs_or_traces() -> None:
    notebooks = [path for path in tracked() if path.suffix == ".ipynb"]
    assert notebooks
    for path in notebooks:
        content = json.loads(path.read_text(encoding="utf-8"))
        assert "papermill" not in content["metadata"], path.name
        for cell in content["cells"]:
            assert not cell.get("outputs"), path.name
            assert cell.get("execution_count") is None, path.name


def test_nothing_of_reports_is_stored_but_its_readme() -> None:
    stored = [path.name for path in tracked() if path.is_relative_to(ROOT / "reports")]
    assert stored == ["README.md"]


NAMES = "from atpilots.publish import two_people; two_people(['Ann Lee', 'Bo Ray'])"


@pytest.mark.parametrize("first", ["import atpilots", NAMES])
def test_what_comes_first_imports_nothing_heavy(first: str) -> None:
    code = f"import sys; {first}; print(*sorted({{m.partition('.')[0] for m in sys.modules}}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"pandas", "numpy", "scipy", "statsmodels", "matplotlib", "pydantic", "pandera", "nbconvert", "papermill"}
    assert not heavy & set(loaded)
    assert "atpilots" in loaded


def test_every_public_name_can_be_had() -> None:
    import atpilots

    assert len(atpilots.__all__) > 20
    for name in atpilots.__all__:
        assert getattr(atpilots, name) is not None
    with pytest.raises(AttributeError, match="nonsense"):
        _ = atpilots.nonsense


def imported(path: Path) -> list[str]:
    """The modules that a file imports, within functions and for types too; `from face import module` is the module."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, path
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            names += [name if is_module(name) else str(node.module) for name in inner]
    return [name for name in names if name.partition(".")[0] == "atpilots"]


def is_module(name: str) -> bool:
    path = ROOT / name.replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").is_file()


def test_rooms_meet_at_their_faces_and_no_room_asks_its_own() -> None:
    """import-linter sees the face only, and not what is reached through it."""
    for path in sorted((ROOT / "atpilots").rglob("*.py")):
        package = ".".join(path.relative_to(ROOT).parent.parts)
        for name in imported(path):
            assert not f"{package}.".startswith(f"{name}."), (path, name)
            same_room = name.split(".")[1:2] == package.split(".")[1:2]
            # What is preloaded are modules, with all that they would import when first used.
            assert same_room or name.count(".") == 1 or path.name == "preload.py", (path, name)


def test_what_the_package_raises_is_its_own_error() -> None:
    """But for what validators raise: pydantic asks for ValueError, and its own error becomes a DataError of ours."""
    for path in sorted((ROOT / "atpilots").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert "raise ValueError" not in text or "pydantic" in text, path


NAME_OF_CODE = re.compile(r"`(?:atpilots\.)?([a-z_]+(?:\.\w+)+)(?:\(\))?`")
FILES = {"csv", "html", "ipynb", "json", "jsonl", "lock", "md", "pdf", "png", "py", "pyi", "toml", "txt", "xlsx", "yml"}


def documents() -> list[Path]:
    return [ROOT / name for name in ("README.md", "ARCHITECTURE.md")] + sorted((ROOT / "docs").glob("*.md"))


def test_code_that_the_documents_name_exists() -> None:
    """An officer who looks a rule up must not be pointed at a check that is gone."""
    modules: dict[str, list[str]] = {}
    for path in sorted((ROOT / "atpilots").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        leaf = parts[-2] if parts[-1] == "__init__" else parts[-1]
        modules.setdefault(leaf, []).append(".".join(parts).removesuffix(".__init__"))
    named = 0
    for document in documents():
        for name in NAME_OF_CODE.findall(document.read_text(encoding="utf-8")):
            first, *rest = name.split(".")
            if rest[-1] in FILES or (first not in modules and importlib.util.find_spec(first) is not None):
                continue
            homes = [importlib.import_module(module) for module in modules.get(first, ())]
            assert any(_has(home, rest) for home in homes), (document.name, name)
            named += 1
    assert named > 10


def _has(home: object, names: list[str]) -> bool:
    for name in names:
        if name in getattr(home, "model_fields", ()):
            return True
        room = getattr(home, "__path__", None) and home.__name__  # type: ignore[attr-defined]
        if room and importlib.util.find_spec(f"{room}.{name}"):
            home = importlib.import_module(f"{room}.{name}")
        elif hasattr(home, name):
            home = getattr(home, name)
        else:
            return False
    return True


NAME_IN_COMMENT = re.compile(r"`([A-Za-z_]+(?:\.\w+)*)(?:\(\))?`")


def names_of(tree: ast.AST) -> set[str]:
    """What a file names for all to see: functions, classes, their arguments, attributes, fields and constants."""
    nodes = list(ast.walk(tree))
    names = {getattr(node, field, None) for node in nodes for field in ("name", "arg", "attr")}
    names |= {ast.unparse(node.target) for node in nodes if isinstance(node, ast.AnnAssign)}
    return names | {node.id for node in nodes if isinstance(node, ast.Name) and node.id.isupper()}


@pytest.mark.slow
def test_code_that_docstrings_and_comments_name_exists() -> None:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "atpilots").rglob("*.py")}
    homes = {part for path in trees for part in path.with_suffix("").parts}
    homes |= {node.name for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    known = homes.union(*map(names_of, trees.values()))
    for path, tree in trees.items():
        local = {getattr(node, "id", getattr(node, "value", None)) for node in ast.walk(tree)
                 if isinstance(node, ast.Name) or isinstance(getattr(node, "value", None), str)}  # fmt: skip
        for name in NAME_IN_COMMENT.findall(path.read_text(encoding="utf-8")):
            parts = name.split(".")
            if parts[-1] not in FILES and parts[0] not in sys.stdlib_module_names:
                assert set(parts) <= known | local, (path, name)
                assert len(parts) == 1 or parts[0] in homes, (path, name)


def test_files_that_the_documents_name_exist() -> None:
    for document in documents():
        for name in re.findall(r"`((?:tests|data|notebooks|atpilots|benchmarks)/[\w./*-]+)`", document.read_text()):
            assert list(ROOT.glob(name.rstrip("/"))), (document.name, name)


@pytest.mark.slow
def test_git_leaves_what_notebooks_show_out_of_commits(tmp_path: Path) -> None:
    """As `make` sets it up; also after the environment was moved or removed."""

    def git(*command: str, fails: bool = False) -> str:
        done = subprocess.run(["git", *command], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert bool(done.returncode) is fails, done.stderr
        return done.stdout + done.stderr

    for name in ("Makefile", ".gitattributes", ".ci/strip-outputs"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    subprocess.run(["make", "filter"], cwd=tmp_path, check=True)  # where no git is, there is nothing to do
    git("init", "-q")
    subprocess.run(["make", "filter"], cwd=tmp_path, check=True)
    assert str(tmp_path) not in (tmp_path / ".git" / "config").read_text(encoding="utf-8")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    cell = {"cell_type": "code", "id": "0", "metadata": {}, "source": "1 + 1", "execution_count": 7, "outputs": []}
    shown = {"output_type": "stream", "name": "stdout", "text": "Doris\n"}
    for name, outputs in (("run", [shown]), ("clean", [])):
        content = {"cells": [cell | {"outputs": outputs}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")
    git("add", "run.ipynb")
    assert "1 + 1" in git("show", ":run.ipynb")
    assert "Doris" not in git("show", ":run.ipynb")
    assert "Doris" in (tmp_path / "run.ipynb").read_text(encoding="utf-8")  # the researcher's own copy stays
    git("reset", "-q", "--", "run.ipynb")
    (tmp_path / ".venv").unlink()
    git("add", "clean.ipynb", "Makefile")
    assert "cannot be taken out, so it is not added: run make" in git("add", "run.ipynb", fails=True)


def test_notebooks_are_stored_as_the_filter_writes_them() -> None:
    """Else a fresh clone says after its first `make` that somebody changed one."""
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        text = path.read_text(encoding="utf-8")
        assert nbformat.writes(nbformat.reads(text, as_version=4)) + "\n" == text, path.name
