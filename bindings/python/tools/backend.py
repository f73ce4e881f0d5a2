"""The build backend: scikit-build-core, and for an sdist the C++ sources that are outside of this folder."""
import shutil
from contextlib import contextmanager
from pathlib import Path

from scikit_build_core import build as _build
from scikit_build_core.build import *  # noqa: F403

HERE = Path(__file__).resolve().parent.parent
ROOT = HERE.parents[1]
CORE = HERE / "core"
PARTS = ("CMakeLists.txt", "LICENSE", "README.md", "cmake", "capi", "include", "src")


@contextmanager
def core():
    """A copy of the C++ sources in ./core for as long as it is packed; an unpacked sdist has it already."""
    if CORE.exists() or not (ROOT / "capi" / "habeas.h").is_file():
        yield
        return
    try:
        CORE.mkdir()
        for part in PARTS:
            source = ROOT / part
            if source.is_dir():
                shutil.copytree(source, CORE / part, ignore=shutil.ignore_patterns("__pycache__", "abi"))
            else:
                shutil.copy2(source, CORE / part)
        yield
    finally:
        shutil.rmtree(CORE, ignore_errors=True)


def build_sdist(sdist_directory, config_settings=None):
    with core():
        return _build.build_sdist(sdist_directory, config_settings)
