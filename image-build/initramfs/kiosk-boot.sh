# Shell functions of the initial RAM disk: finding the disk, counting starts, and giving a slot up with a note of the reason.
EFI=/sys/firmware/efi/efivars
LOADER=4a67b082-0a4c-41cf-b6c7-440b29bb8c4f

say() { echo "kiosk: $*" >/dev/console; }

# The value of an EFI variable of the boot loader as plain text. The variable holds four bytes of attributes, then UTF-16.
loader_var() { [ -e "$EFI/$1-$LOADER" ] && dd if="$EFI/$1-$LOADER" bs=4 skip=1 2>/dev/null | tr -d '\000'; }

cmdline_value() { for word in $(cat /proc/cmdline); do case $word in "$1"=*) echo "${word#*=}" ;; esac; done; }

# The device file of the partition with this name. Only the disk that the boot loader was started from counts, so that a stick with the same
# partition names is not mistaken for it.
part() {
  for u in /sys/class/block/"$disk"*/uevent; do
    [ -e "$u" ] || continue
    if grep -q "^PARTNAME=$1$" "$u"; then echo "/dev/$(sed -n 's/^DEVNAME=//p' "$u")"; return; fi
  done
  return 1
}

# Sets $disk: the disk whose partition UUID systemd-boot reports for its ESP, in upper case (LoaderDevicePartUUID).
find_disk() {
  uuid=$(loader_var LoaderDevicePartUUID | tr A-Z a-z)
  [ -n "$uuid" ] || return 1
  for u in /sys/class/block/*/uevent; do
    dev=$(sed -n 's/^DEVNAME=//p' "$u")
    [ -e "$(dirname "$u")/partition" ] || continue
    case "$(blkid -o value -s PART_ENTRY_UUID -p "/dev/$dev" 2>/dev/null)" in
      "$uuid") disk=$(basename "$(readlink -f "$(dirname "$u")/..")"); return 0 ;;
    esac
  done
  return 1
}

mount_esp() { esp=$(part esp) && mkdir -p /esp && mount -t vfat -o rw,sync,nosuid,nodev,noexec "$esp" /esp; }

# Counts the starts of a slot in the file boots: "COUNT SLOT" in one block, written in place so that nothing else in the FAT changes.
count_boot() {
  read -r count counted </esp/EFI/kiosk/boots || count=0
  [ "$counted" = "$1" ] || count=0
  # The ESP is not protected: anything but a number counts as none.
  case $count in "" | *[!0-9]* | ?????*) count=0 ;; esac
  count=$((count + 1))
  printf '%-511s\n' "$count $1" | dd of=/esp/EFI/kiosk/boots bs=512 conv=notrunc 2>/dev/null
}

# $1: slot; $2: reason. From now on the boot loader starts this slot last. The next good start reports the reason (usr/lib/kiosk/boots).
give_up() {
  printf '%s slot %s: %s\n' "$(cut -d. -f1 /proc/uptime)" "$1" "$2" >>/esp/EFI/kiosk/why.txt
  for entry in /esp/loader/entries/kiosk-"$1".conf /esp/loader/entries/kiosk-"$1"+*.conf; do
    [ -e "$entry" ] && mv -f "$entry" "/esp/loader/entries/kiosk-$1+0.conf"
  done
  sync
}

leave_and_reboot() {
  say "$1; restarting"
  umount /esp 2>/dev/null
  sync
  sleep 3
  reboot -f
}
