# shellcheck shell=bash disable=SC2034,SC2154
# Stage uki: kernel, initial RAM disk and command line in one signed EFI program (UKI). The signature covers the root hash, which is in
# the command line.
stub=/usr/lib/systemd/boot/efi/linuxx64.efi.stub

uki_inputs() { key_of root; digest_of image-build/profile; sha256sum <"$keys/db.crt"; sha256sum <"$stub"; }
uki_made() { echo "$work/kiosk.efi" "$work/recovery.efi" "$work/installer.common"; }
uki_summary() { mib "$work/kiosk.efi"; }

uki_build() {
  # lockdown=confidentiality keeps even root from reading kernel memory. The bench profile does not set it, because testers trace the
  # kernel there; under Secure Boot Debian's kernel still refuses unsigned modules.
  local common verity
  common="loglevel=4 panic=10 vt.global_cursor_default=0 systemd.gpt_auto=no rd.emergency=reboot $(cat "$here/profile/cmdline.$profile")"
  verity="root=/dev/mapper/root ro rootfstype=squashfs kiosk.roothash=$(cat "$work/roothash") kiosk.hashoffset=$(cat "$work/hashoffset")"
  assemble kiosk "$common $verity"
  printf '%s' "$common $verity" >"$work/installer.common"
  assemble recovery "$common kiosk.mode=recovery root=/dev/ram0"
}

# $1: name; $2: kernel command line. Debian 12 has no ukify, so the sections are added here, after the last section of the stub.
assemble() {
  printf '%s' "$2" >"$work/$1.cmdline"
  local at section file options=()
  at=$(objdump -h "$stub" | awk 'NF == 7 && $1 ~ /^[0-9]+$/ { print "0x" $4, "0x" $3 }' |
    while read -r start size; do echo $((start + size)); done | sort -n | tail -1)
  at=$(((at + 4095) / 4096 * 4096))
  for section in .osrel="$tree/usr/lib/os-release" .cmdline="$work/$1.cmdline" .linux="$work/vmlinuz" .initrd="$work/initrd.img"; do
    file=${section#*=}
    options+=(--add-section "$section" --change-section-vma "${section%%=*}=$(printf 0x%x "$at")")
    at=$(((at + $(stat -c %s "$file") + 4095) / 4096 * 4096))
  done
  objcopy "${options[@]}" "$stub" "$work/$1.unsigned.efi"
  sign_efi "$work/$1.unsigned.efi" "$work/$1.efi"
  sbverify --cert "$keys/db.crt" "$work/$1.efi"
}
