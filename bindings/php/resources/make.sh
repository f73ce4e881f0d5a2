#!/bin/sh
# Writes the headers for PHP's FFI anew; run it when capi/habeas.h changes (a test holds them together).
# usage: sh make.sh [FOLDER]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here}
root=$here/../../..
functions="habeas_version habeas_error_init habeas_last_error habeas_string_free habeas_name habeas_reason_reference
    habeas_store_close habeas_may_process habeas_filter_subjects habeas_reply_set habeas_call_open habeas_call"
# shellcheck disable=SC2086
python3 "$root/cmake/ffi_header.py" "$root/capi/habeas.h" "$out/habeas_ffi.h" --functions $functions
# shellcheck disable=SC2086
python3 "$root/cmake/ffi_header.py" "$root/capi/habeas.h" "$out/habeas_preload.h" --functions $functions \
    --lines '#define FFI_SCOPE "HABEAS"' '#define FFI_LIB "libhabeas.so.0"'
