#!/usr/bin/env bash
# ./dev image [STAGE...] [--profile product|vm|bench] [--version X.Y.Z] [--out DIR] [--keys DIR] [--broken] [--fresh]
# Builds the device image from Debian packages and the sources here, without loop devices. image-build/README.md explains how to use it.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(dirname "$here")"
cd "$root"
export LC_ALL=C TZ=UTC DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
umask 022

profile=product version="$("$here/print-version.sh")" out="$root/artifacts/image" keys="" broken="" fresh="" lock="" wanted=()
while [ $# -gt 0 ]; do
  case "$1" in
    --profile) profile=${2:?--profile product|vm|bench}; shift ;;
    --version) version=${2:?--version X.Y.Z}; shift ;;
    --out) out=$(realpath -m "${2:?--out DIR}"); shift ;;
    --keys) keys=$(realpath -m "${2:?--keys DIR}"); shift ;;
    --broken) broken=yes ;;
    --fresh) fresh=yes ;;
    --lock) lock=yes ;;
    -h | --help) sed -n '2,3s/^# //p' "$0"; exit 0 ;;
    -*) echo "image: unknown option $1; --help" >&2; exit 2 ;;
    *) wanted+=("$1") ;;
  esac
  shift
done
case "$profile" in product | vm | bench) ;; *) echo "image: no profile '$profile'; product, vm or bench" >&2; exit 2 ;; esac
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || { echo "image: version '$version' is not X.Y.Z" >&2; exit 2; }
[ "$(id -u)" -eq 0 ] || { echo "image: run it as root (sudo ./dev image): the files of the root file system belong to root" >&2; exit 2; }
[ -z "$broken" ] || [ "$profile" != product ] ||
  { echo "image: --broken makes a version that never becomes healthy; it is not allowed for the product profile" >&2; exit 2; }

# All time stamps are the time at which debian.lock was written, so that the same inputs give the same bytes.
SOURCE_DATE_EPOCH=$(sed -n 's/^# epoch //p' "$here/packages/debian.lock" 2>/dev/null || true)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1764000000}

# Each profile and version has its own work folder: building another version does not invalidate the stages of this one.
work="$out/work/$profile-$version${broken:+-broken}"
made="$out/$profile/$version${broken:+-broken}"
keys=${keys:-${KIOSK_KEYS:-$out/keys}}
mkdir -p "$work" "$made" "$out/cache/debs"
# shellcheck source=lib.sh
. "$here/lib.sh"
# shellcheck source=/dev/null
for part in packages app tree root uki disk bundle release stick; do . "$here/stages/$part.sh"; done

need_tools mmdebstrap mksquashfs veritysetup sbsign objcopy mkfs.vfat mcopy sfdisk swtpm rauc zstd bmaptool openssl python3 jq hb-subset fc-query
if [ -n "$lock" ]; then lock_packages; exit; fi
make_test_keys
[ -z "$fresh" ] || rm -f "$work"/*.key "$out"/work/*.key
for part in packages app tree root uki disk bundle release stick; do
  # The stick takes half as long again to build, so it is built only when asked for.
  [ "$part" != stick ] || [[ " ${wanted[*]-} " = *" stick "* ]] || continue
  run_stage "$part"
  [[ ! " ${wanted[*]-} " = *" $part "* ]] || break
done
summary
