# shellcheck shell=bash disable=SC2034,SC2154
# Stage bundle: the signed update, root and UKI for whichever slot is free.
bundle="$made/kiosk-$version.raucb"

bundle_inputs() { key_of uki; sha256sum <"$keys/update.crt"; }
bundle_made() { echo "$bundle"; }
bundle_told() { mib "$bundle"; }

bundle_build() {
  local content="$work/bundle"
  rm -rf "$content" "$bundle"; mkdir -p "$content"
  ln "$rootimg" "$content/root.img"
  ln "$work/kiosk.efi" "$content/uki.img"
  printf '[update]\ncompatible=kiosk-terminal-x86_64\nversion=%s\n\n[bundle]\nformat=verity\n\n[image.rootfs]\nfilename=root.img\n\n[image.uki]\nfilename=uki.img\n' \
    "$version" >"$content/manifest.raucm"
  rauc bundle --cert="$keys/update.crt" --key="$(secret update)" --keyring="$keys/update-ca.crt" "$content" "$bundle"
  rauc info --keyring="$keys/update-ca.crt" "$bundle"
}
