"""The package as a whole: what is made is current, examples give what they say, types hold."""
import contextlib
import doctest
import importlib
import io
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from typing import List

import habeas
import pytest
from conftest import PACKAGE, ROOT


def test_names_and_documents_are_what_the_generator_writes() -> None:
    if not (ROOT / "capi" / "schemas").is_dir():
        pytest.skip("the sources are not here")
    subprocess.run([sys.executable, PACKAGE / "tools" / "generate.py", "--check"], check=True)


def test_the_readmes_example_prints_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (PACKAGE / "README.md").read_text()
    found = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", text, re.S)
    assert found is not None and found.group(1).count("\n") == 12
    monkeypatch.chdir(tmp_path)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(found.group(1), "README.md", "exec"), {})
    assert out.getvalue() == found.group(2)


def modules() -> List[str]:
    found = ["habeas"]
    for each in pkgutil.walk_packages(habeas.__path__, "habeas."):
        if not each.name.endswith("_habeas"):
            found.append(each.name)
    return found


@pytest.mark.parametrize("name", modules())
def test_examples_in_docstrings_run(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.failed == 0


def test_every_public_function_has_a_docstring() -> None:
    missing = []
    for name in modules():
        module = importlib.import_module(name)
        if module.__doc__ is None:
            missing.append(name)
        for member, value in vars(module).items():
            if member.startswith("_") or getattr(value, "__module__", None) != name or not callable(value):
                continue
            if not value.__doc__:
                missing.append(f"{name}.{member}")
            for inner, function in vars(value).items() if isinstance(value, type) else ():
                if not inner.startswith("_") and callable(function) and not inspect_doc(value, inner):
                    missing.append(f"{name}.{member}.{inner}")
    made = ("habeas.documents.", "habeas._callbacks.habeas_py_")  # TypedDicts made by a call; what C calls
    assert [each for each in missing if not each.startswith(made)] == []


def inspect_doc(owner: type, name: str) -> bool:
    return any(getattr(vars(base).get(name), "__doc__", None) for base in owner.__mro__)


def test_versions_agree() -> None:
    cmake = (ROOT / "CMakeLists.txt").read_text() if (ROOT / "CMakeLists.txt").is_file() else ""
    if cmake:
        assert re.findall(r"project\(habeas VERSION ([\d.]+)", cmake) == [habeas.__version__]
    assert habeas.version() == habeas.__version__


def test_types_hold_in_the_package_and_its_tests() -> None:
    pytest.importorskip("mypy")
    check = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", "/dev/null"]
    subprocess.run([*check, "-p", "habeas"], check=True, cwd=PACKAGE / "src")
    files = sorted(str(each) for each in Path(__file__).parent.glob("*.py") if each.name != "run.py")
    subprocess.run([*check, *files], check=True, env={**os.environ, "MYPYPATH": str(PACKAGE / "src")})


EXAMPLES = ROOT / "examples" / "python"


def test_the_tour_says_what_it_says() -> None:
    told = subprocess.run([sys.executable, EXAMPLES / "tour.py"], check=True, capture_output=True, text=True, timeout=120)
    assert told.stdout == (EXAMPLES / "tour.txt").read_text()


def test_the_django_example_passes_its_tests() -> None:
    pytest.importorskip("django")
    told = subprocess.run([sys.executable, "manage.py", "test", "shop"], cwd=EXAMPLES / "django", capture_output=True,
                          text=True, timeout=300)
    assert told.returncode == 0, told.stderr
    assert re.search(r"Ran [1-9]\d* tests", told.stderr)
