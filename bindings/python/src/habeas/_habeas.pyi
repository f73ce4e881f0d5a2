# The extension module that cffi makes (tools/extension.py).
from typing import Any

ffi: Any
lib: Any
