#!/usr/bin/env python3
"""Writes the C source of the extension module habeas._habeas.

usage: extension.py HEADER OUTPUT [--build LIBRARY_FOLDER [--installed]]
HEADER is habeas.h: its declarations are taken by cmake/ffi_header.py, none is copied by hand.
--build: compiles it too, for CPython's stable ABI, against the libhabeas.so of that folder: the
module is put into OUTPUT's folder, and is for tests alone, since it remembers that folder. With
--installed it does not, and finds the libhabeas.so.0 of the system.
"""
import argparse
import importlib.util
import os
import sys
import tempfile
from pathlib import Path

import cffi

HERE = Path(__file__).resolve().parent

# What C calls: one function a kind of callback; `user` says whose it is (see _callbacks.py).
CALLBACKS = """
extern "Python" {
    int64_t habeas_py_clock(void *);
    void habeas_py_log(void *, int32_t, const char *, size_t);
    int32_t habeas_py_key_load(void *, char *, size_t, size_t *);
    int32_t habeas_py_key_save(void *, const char *, size_t);
    int32_t habeas_py_progress(void *, uint64_t, uint64_t);
    int32_t habeas_py_row(void *, const habeas_row *);
    int32_t habeas_py_decision(void *, const habeas_decision *);
    int32_t habeas_py_transfer(void *, const habeas_transfer *, int32_t *);
    int32_t habeas_py_request(void *, const char *, size_t);
    int32_t habeas_py_send(void *, const habeas_outgoing *, size_t, habeas_gateway_result *);
    int32_t habeas_py_resolve(void *, const char *, size_t, habeas_gateway_result *, int32_t *);
    int32_t habeas_py_host(void *, const habeas_host_call *);
    int32_t habeas_py_holder(void *, const habeas_holder_call *, habeas_holder_reply *);
    void habeas_py_free(void *);
}
"""

# Short cuts for what is asked most often: no structure is made ready by a call of its own, no cell one by one.
SHORT_CUTS = """
int32_t habeas_py_may_process(habeas_store *, int64_t, const char *, size_t, int32_t, habeas_decision *);
int32_t habeas_py_decide_many(habeas_store *, const char *, size_t, int32_t, int64_t, int64_t, const char *,
                              size_t, const int64_t *, size_t, habeas_decision *);
size_t habeas_py_pick(const habeas_decision *, size_t, int32_t, int64_t *);
void habeas_py_cells(habeas_cell *, size_t, const int8_t *, const int64_t *, const double *, const char *);
void habeas_py_results(const habeas_upsert_result *, size_t, int64_t *, int8_t *);
"""

SOURCE = """
#include <habeas.h>

static int32_t habeas_py_may_process(habeas_store *store, int64_t subject, const char *purpose, size_t size,
                                     int32_t channel, habeas_decision *decision) {
    decision->struct_size = sizeof *decision;
    return habeas_may_process(store, subject, purpose, size, channel, NULL, decision);
}

static int32_t habeas_py_decide_many(habeas_store *store, const char *purpose, size_t size, int32_t channel,
                                     int64_t at, int64_t known_at, const char *controller,
                                     size_t controller_size, const int64_t *subjects, size_t count, habeas_decision *decisions) {
    habeas_filter_options options;
    habeas_filter_options_init(&options, sizeof options);
    options.at = at;
    options.known_at = known_at;
    options.controller.data = controller;
    options.controller.size = controller_size;
    if (count > 0) {
        decisions[0].struct_size = sizeof *decisions;
    }
    return habeas_filter_subjects(store, purpose, size, channel, &options, subjects, count, decisions);
}

static size_t habeas_py_pick(const habeas_decision *decisions, size_t count, int32_t allowed, int64_t *subjects) {
    size_t found = 0;
    for (size_t at = 0; at < count; ++at) {
        if (decisions[at].allowed == allowed) {
            subjects[found++] = decisions[at].subject;
        }
    }
    return found;
}

/* types: habeas_cell_type; values: integers, or lengths of texts, which stand in `texts` one after the other; numbers:
   as many as there are cells of that type. */
static void habeas_py_cells(habeas_cell *cells, size_t count, const int8_t *types, const int64_t *values,
                            const double *numbers, const char *texts) {
    for (size_t at = 0; at < count; ++at) {
        cells[at].type = types[at];
        if (types[at] == HABEAS_CELL_TEXT) {
            cells[at].text.data = texts;
            cells[at].text.size = (size_t)values[at];
            texts += values[at];
        } else if (types[at] == HABEAS_CELL_NUMBER) {
            cells[at].number = *numbers++;
        } else {
            cells[at].integer = values[at];
        }
    }
}

static void habeas_py_results(const habeas_upsert_result *results, size_t count, int64_t *subjects, int8_t *outcomes) {
    for (size_t at = 0; at < count; ++at) {
        subjects[at] = results[at].subject;
        outcomes[at] = (int8_t)results[at].outcome;
    }
}
"""


def declarations(header):
    place = next(up / "cmake" / "ffi_header.py" for up in HERE.parents if (up / "cmake" / "ffi_header.py").is_file())
    spec = importlib.util.spec_from_file_location("ffi_header", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.declarations(Path(header).read_text(encoding="utf-8"))


def builder(header, **how):
    ffi = cffi.FFI()
    ffi.cdef(declarations(header))
    ffi.cdef(CALLBACKS + SHORT_CUTS)
    ffi.set_source("habeas._habeas", SOURCE, py_limited_api=True, **how)
    return ffi


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("header")
    parser.add_argument("output")
    parser.add_argument("--build", metavar="FOLDER")
    parser.add_argument("--installed", action="store_true")
    given = parser.parse_args(arguments)
    output = Path(given.output).resolve()
    header = Path(given.header).resolve()
    output.parent.mkdir(parents=True, exist_ok=True)
    if not given.build:
        builder(header).emit_c_code(str(output))
        return 0
    folder = str(Path(given.build).resolve())
    ffi = builder(header, include_dirs=[str(header.parent)], library_dirs=[folder], libraries=["habeas"],
                  extra_compile_args=["-O2"], extra_link_args=[] if given.installed else [f"-Wl,-rpath,{folder}"])
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(ffi.compile(tmpdir=scratch, verbose=False))
        target = output.parent / "_habeas.abi3.so"
        ready = target.with_suffix(".new")  # on the same disk, so that putting it in place is one step
        ready.write_bytes(made.read_bytes())
        ready.chmod(0o755)
        os.replace(ready, target)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
