# shellcheck shell=bash disable=SC2034,SC2154
# Stage release: what is handed out: compressed disk, block map, bill of materials, digests and their signature.
release_inputs() { key_of disk; key_of bundle; sha256sum <"$keys/release.crt"; sha256sum <"$here/sbom.py"; digest_of src/*/packages.lock.json models/manifest.json; }
release_made() { echo "$made/kiosk-$version.img.zst" "$made/SHA256SUMS" "$made/SHA256SUMS.p7s" "$made/kiosk-$version.sbom.json"; }
release_told() { echo "image $(mib "$made/kiosk-$version.img.zst"), update $(mib "$bundle")"; }

release_build() {
  cd "$made" || return 1
  # A stick made of what lay here before is none of this version.
  rm -f SHA256SUMS* "kiosk-$version".stick.*
  bmaptool create -o "kiosk-$version.img.bmap" "$disk"
  # What is tried often is packed fast; what is handed out, small.
  local level=1
  [ "$profile" != product ] || level=6
  zstd -q -f -T0 -$level --long=27 "$disk" -o "kiosk-$version.img.zst"
  cp "$work/roothash" roothash
  python3 "$here/sbom.py" "$version" "$SOURCE_DATE_EPOCH" "$out/cache/packages.tsv" "$root" >"kiosk-$version.sbom.json"
  local compressed; compressed=$(stat -c %s "kiosk-$version.img.zst")
  # Budget: what a clinic's line and a USB stick bear.
  [ "$profile" != product ] || [ "$compressed" -le $((450 * 1024 * 1024)) ] || { echo "the compressed image is $compressed bytes, over the budget of 450 MiB"; return 1; }
  seal_digests
}

# Of everything that is handed out; in $made.
seal_digests() {
  sha256sum "kiosk-$version".* roothash >SHA256SUMS
  sign_file release SHA256SUMS SHA256SUMS.p7s
  openssl cms -verify -binary -inform DER -in SHA256SUMS.p7s -content SHA256SUMS -CAfile "$keys/release-ca.crt" -purpose any -out /dev/null
}
