# shellcheck shell=bash disable=SC2034,SC2154
# Stage packages: Debian 12 with the package versions of debian.lock, as one tar file.
base="$out/cache/base.tar"

packages_inputs() { digest_of image-build/packages/image.list image-build/packages/debian.lock; }
packages_made() { echo "$base" "$out/cache/packages.tsv"; }
packages_summary() { echo "$(wc -l <"$out/cache/packages.tsv") packages, $(mib "$base")"; }

# $1: tar file to write; $2: list of the installed packages to write.
bootstrap() {
  local hooks=(--setup-hook='mkdir -p "$1/var/cache/apt/archives" "$1/etc/apt/preferences.d"'
    --setup-hook="cp -n $out/cache/debs/*.deb \"\$1/var/cache/apt/archives/\" 2>/dev/null || true")
  [ ! -e "$work/pins" ] || hooks+=(--setup-hook="cp $work/pins \"\$1/etc/apt/preferences.d/lock\"")
  mmdebstrap --mode=root --variant=minbase --format=tar --skip=essential/unlink \
    --aptopt='Apt::Install-Recommends "false"' --aptopt='Acquire::Check-Valid-Until "false"' \
    --aptopt='Apt::Keep-Downloaded-Packages "true"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-include=/usr/share/locale/locale.alias' \
    "${hooks[@]}" \
    --customize-hook="cp -n \"\$1\"/var/cache/apt/archives/*.deb $out/cache/debs/ || true" \
    --customize-hook='rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/etc/apt/preferences.d/lock' \
    --customize-hook="dpkg-query --admindir=\"\$1/var/lib/dpkg\" -W -f='\${Package}\t\${Version}\t\${source:Package}\t\${source:Version}\n' | sort >$2" \
    --include="$(listed "$here/packages/image.list" | paste -sd,)" \
    bookworm "$1" "${KIOSK_DEBIAN_SOURCES:-/etc/apt/sources.list.d/debian.sources}"
}

packages_build() {
  sed -n 's/^\([a-z0-9][^=]*\)=\(.*\)$/Package: \1\nPin: version \2\nPin-Priority: 1001\n/p' "$here/packages/debian.lock" >"$work/pins"
  bootstrap "$base" "$out/cache/packages.tsv"
  if ! diff <(grep -v '^#' "$here/packages/debian.lock") <(cut -f1,2 "$out/cache/packages.tsv" | tr '\t' =) >"$work/lock.diff"; then
    cat "$work/lock.diff"
    echo "The mirror no longer has every locked version (< locked, > on the mirror). Run ./dev image --lock, test, commit."
    return 1
  fi
}

# Locks the versions that the mirror has today. Its tar file is kept as the product of the stage.
lock_packages() {
  say "resolving today's package versions of Debian 12"
  rm -f "$work/pins" "$(key_file packages)"
  SOURCE_DATE_EPOCH=$(date -u +%s)
  bootstrap "$base" "$out/cache/packages.tsv" >"$work/lock.log" 2>&1 || { tail -n 20 "$work/lock.log" >&2; die "see $work/lock.log"; }
  { echo "# Debian 12 packages of the device image. Written by ./dev image --lock; review the diff."
    echo "# epoch $SOURCE_DATE_EPOCH"
    cut -f1,2 "$out/cache/packages.tsv" | tr '\t' =; } >"$here/packages/debian.lock"
  key_now packages >"$(key_file packages)"
  say "$(wc -l <"$out/cache/packages.tsv") packages locked in image-build/packages/debian.lock"
}
