# shellcheck shell=bash disable=SC2034,SC2154
# Stage bundle: the signed RAUC update bundle with the root file system and the kernel (UKI). A device installs it into its free slot.
bundle="$made/kiosk-$version.raucb"

bundle_inputs() { key_of uki; compatible; sha256sum <"$keys/update.crt"; }
bundle_made() { echo "$bundle"; }
bundle_summary() { mib "$bundle"; }

bundle_build() {
  local content="$work/bundle"
  rm -rf "$content" "$bundle"; mkdir -p "$content"
  ln "$rootimg" "$content/root.img"
  ln "$work/kiosk.efi" "$content/uki.img"
  printf '%s\n' '[update]' "compatible=$(compatible)" "version=$version" '' '[bundle]' format=verity '' \
    '[image.rootfs]' filename=root.img '' '[image.uki]' filename=uki.img >"$content/manifest.raucm"
  rauc bundle --cert="$keys/update.crt" --key="$(secret update)" --keyring="$keys/update-ca.crt" "$content" "$bundle"
  rauc info --keyring="$keys/update-ca.crt" "$bundle"
}
