#!/bin/sh
# Prints the product's version: <Version> of Directory.Build.props.
set -eu
props=$(dirname "$0")/../Directory.Build.props
version=$(sed -n 's:.*<Version>\([0-9.]*\)</Version>.*:\1:p' "$props")
[ -n "$version" ] || { echo "print-version: no <Version> in $props" >&2; exit 1; }
echo "$version"
