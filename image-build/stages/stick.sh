# shellcheck shell=bash disable=SC2034,SC2154
# Stage stick, made only when asked for by name: a stick that starts the kiosk's own root as an installer (kiosk-install.target).
# It carries the root once: what it runs from is what it writes.
stick="$work/stick.img"

stick_inputs() { key_of disk; key_of release; digest_of image-build/boot/stick.sfdisk image-build/boot/install.conf; }
stick_made() { echo "$made/kiosk-$version.stick.img.zst"; }
stick_told() { echo "installer stick $(mib "$made/kiosk-$version.stick.img.zst")"; }

stick_build() {
  local esp="$work/stick.vfat" payload="$work/esp.vfat" mib_root
  # The kernel's signature covers the digest of the EFI partition it will write, as it covers the root hash.
  assemble install "$(cat "$work/installer.common") kiosk.mode=install systemd.unit=kiosk-install.target kiosk.payload=$(sha256sum <"$payload" | cut -d' ' -f1) kiosk.payloadbytes=$(stat -c %s "$payload")"
  rm -f "$esp" "$stick"
  make_esp "$esp"
  mcopy -i "$esp" "$work/install.efi" ::EFI/kiosk/install.efi
  mcopy -i "$esp" "$here/boot/install.conf" ::loader/entries/
  mib_root=$((($(stat -c %s "$rootimg") + 1048575) / 1048576))
  truncate -s $((mib_root + 112 + 112 + 4))M "$stick"
  sed "s/@ROOT@/${mib_root}M/" "$here/boot/stick.sfdisk" | sfdisk -q "$stick"
  put_part "$stick" esp "$esp"
  put_part "$stick" payload "$payload"
  put_part "$stick" installer-root "$rootimg"
  cd "$made" || return 1
  bmaptool create -o "kiosk-$version.stick.img.bmap" "$stick"
  zstd -q -f -T0 -1 --long=27 "$stick" -o "kiosk-$version.stick.img.zst"
  seal_digests
}
