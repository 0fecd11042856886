# shellcheck shell=bash disable=SC2034,SC2154
# Stage stick, built only when named on the command line: a USB stick that starts the kiosk's own root as an installer
# (kiosk-install.target). The root is on it once: the installer writes the root that it runs from.
stick="$work/stick.img"

stick_inputs() { key_of disk; key_of release; digest_of image-build/boot/stick.sfdisk image-build/boot/install.conf; }
stick_made() { echo "$made/kiosk-$version.stick.img.zst"; }
stick_summary() { echo "installer stick $(mib "$made/kiosk-$version.stick.img.zst")"; }

stick_build() {
  local esp="$work/stick.vfat" payload="$work/esp.vfat" mib_root mode digest bytes
  # The signed kernel command line holds the digest of the EFI partition that the installer writes, beside the root hash.
  digest=$(sha256sum <"$payload" | cut -d' ' -f1) bytes=$(stat -c %s "$payload")
  mode="kiosk.mode=install systemd.unit=kiosk-install.target"
  assemble install "$(cat "$work/installer.common") $mode kiosk.payload=$digest kiosk.payloadbytes=$bytes"
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
