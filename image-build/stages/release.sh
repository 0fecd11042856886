# shellcheck shell=bash disable=SC2034,SC2154
# Stage release: the files to hand out: compressed disk, block map, bill of materials (SBOM), digests and their signature.
release_inputs() { key_of disk; key_of bundle; sha256sum <"$keys/release.crt"; sha256sum <"$here/sbom.py"; key_of app; }
release_made() { echo "$made/kiosk-$version.img.zst" "$made/SHA256SUMS" "$made/SHA256SUMS.p7s" "$made/kiosk-$version.sbom.json"; }
release_summary() { echo "image $(mib "$made/kiosk-$version.img.zst"), update $(mib "$bundle")"; }

release_build() {
  cd "$made" || return 1
  # An installer stick that is left in this folder was made from an earlier build.
  rm -f SHA256SUMS* "kiosk-$version".stick.*
  bmaptool create -o "kiosk-$version.img.bmap" "$disk"
  # The product is packed small, the other profiles fast.
  local level=1
  [ "$profile" != product ] || level=6
  zstd -q -f -T0 -$level --long=27 "$disk" -o "kiosk-$version.img.zst"
  cp "$work/roothash" roothash
  python3 "$here/sbom.py" "$version" "$SOURCE_DATE_EPOCH" "$out/cache/packages.tsv" "$packages_of_app" "$root" >"kiosk-$version.sbom.json"
  local compressed; compressed=$(stat -c %s "kiosk-$version.img.zst")
  # The budget: what a clinic's internet line and a USB stick can carry.
  [ "$profile" != product ] || [ "$compressed" -le $((450 * 1024 * 1024)) ] ||
    { echo "the compressed image is $compressed bytes, over the budget of 450 MiB"; return 1; }
  seal_digests
}

# Writes and signs the digests of everything that is handed out; in the folder $made.
seal_digests() {
  sha256sum "kiosk-$version".* roothash >SHA256SUMS
  sign_file release SHA256SUMS SHA256SUMS.p7s
  openssl cms -verify -binary -inform DER -in SHA256SUMS.p7s -content SHA256SUMS -CAfile "$keys/release-ca.crt" -purpose any -out /dev/null
}
