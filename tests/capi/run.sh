#!/bin/sh
# Runs the C program in a fresh folder and keeps the documents that went in and came out.
# usage: run.sh PROGRAM FOLDER EXAMPLE_DATA
set -u
rm -rf "$2"
mkdir -p "$2/scratch" "$2/documents" || exit 1
HABEAS_CAPI_DOCUMENTS=$2/documents HABEAS_EXAMPLE_DATA=$3 exec "$1" "$2/scratch"
