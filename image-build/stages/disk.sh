# shellcheck shell=bash disable=SC2034,SC2154
# Stage disk: the GPT disk image. Slot A is filled, slot B is empty; the device makes its data partition at its first start.
disk="$work/disk.img"

disk_inputs() { key_of uki; digest_of image-build/boot; sha256sum <"$keys/PK.crt"; }
disk_made() { echo "$disk" "$work/esp.vfat"; }
disk_summary() { echo "$(mib "$disk"), $(du -m "$disk" | cut -f1) MiB of it used"; }

# The three copies of the kernel lie within 128 MiB, so that zstd --long=27 stores them only once.
disk_build() {
  local esp="$work/esp.vfat"
  rm -f "$esp" "$disk"
  make_esp "$esp"
  mcopy -i "$esp" "$work/kiosk.efi" ::EFI/kiosk/a.efi
  mcopy -i "$esp" "$work/recovery.efi" ::EFI/kiosk/recovery.efi
  mcopy -i "$esp" "$here/boot/kiosk-a.conf" ::loader/entries/kiosk-a+3.conf
  mcopy -i "$esp" "$here/boot/recovery.conf" ::loader/entries/
  truncate -s 3500M "$disk"
  # Fixed identifiers, so that the same inputs give the same disk. The first start moves the backup table to the real end of the disk.
  sfdisk -q "$disk" <"$here/boot/partitions.sfdisk"
  put_part "$disk" esp "$esp"
  put_part "$disk" uki-a "$work/kiosk.efi"
  put_part "$disk" root-a "$rootimg"
}

# An EFI system partition with the signed boot loader and the Secure Boot keys that it enrols. $1: file to write.
make_esp() {
  truncate -s 112M "$1"
  mkfs.vfat -F 32 -n ESP -i 4b494f53 --invariant "$1" >/dev/null
  sign_efi /usr/lib/systemd/boot/efi/systemd-bootx64.efi "$work/loader.efi"
  mmd -i "$1" ::EFI ::EFI/BOOT ::EFI/kiosk ::loader ::loader/entries ::loader/keys ::loader/keys/auto
  mcopy -i "$1" "$work/loader.efi" ::EFI/BOOT/BOOTX64.EFI
  mcopy -i "$1" "$here/boot/loader.$profile.conf" ::loader/loader.conf
  mcopy -i "$1" "$keys/PK.auth" "$keys/KEK.auth" "$keys/db.auth" ::loader/keys/auto/
  mcopy -i "$1" "$here/boot/boots" ::EFI/kiosk/boots
}

# Writes a file into a partition. $1: disk image; $2: partition name; $3: file.
put_part() {
  local start
  start=$(sfdisk -J "$1" | jq -e --arg name "$2" '.partitiontable.partitions[] | select(.name == $name).start * 512')
  dd if="$3" of="$1" bs=1M seek="$start" oflag=seek_bytes conv=notrunc,sparse status=none
}
