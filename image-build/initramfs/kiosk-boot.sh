# Shell functions of the initial RAM disk: which disk, which slot, and the note that says why a slot was given up.
EFI=/sys/firmware/efi/efivars
LOADER=4a67b082-0a4c-41cf-b6c7-440b29bb8c4f

say() { echo "kiosk: $*" >/dev/console; }

# An EFI variable of the boot loader as plain text (UTF-16, after four bytes of attributes).
loader_var() { [ -e "$EFI/$1-$LOADER" ] && dd if="$EFI/$1-$LOADER" bs=4 skip=1 2>/dev/null | tr -d '\000'; }

cmdline_value() { for word in $(cat /proc/cmdline); do case $word in "$1"=*) echo "${word#*=}" ;; esac; done; }

# The device file of the partition with this name on the disk the loader was started from; a stick with partitions of the
# same names is never taken for the kiosk's own.
part() {
  for u in /sys/class/block/"$disk"*/uevent; do
    [ -e "$u" ] || continue
    if grep -q "^PARTNAME=$1$" "$u"; then echo "/dev/$(sed -n 's/^DEVNAME=//p' "$u")"; return; fi
  done
  return 1
}

# Sets $disk from the ESP's partition UUID, which the loader tells in upper case.
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

# boots: one block, written in place so that no directory or allocation of the FAT changes: "COUNT SLOT".
count_boot() {
  read -r count counted </esp/EFI/kiosk/boots || count=0
  [ "$counted" = "$1" ] || count=0
  count=$((count + 1))
  printf '%-511s\n' "$count $1" | dd of=/esp/EFI/kiosk/boots bs=512 conv=notrunc 2>/dev/null
}

# $1 slot, $2 why. The loader tries this slot last from now on; the reason is read by the health gate of the next good boot.
give_up() {
  printf '%s slot %s: %s\n' "$(cut -d. -f1 /proc/uptime)" "$1" "$2" >>/esp/EFI/kiosk/why.txt
  for entry in /esp/loader/entries/kiosk-"$1".conf /esp/loader/entries/kiosk-"$1"+*.conf; do
    [ -e "$entry" ] && mv -f "$entry" "/esp/loader/entries/kiosk-$1+0.conf"
  done
  sync
}

leave_and_reboot() {
  say "$1; starting again"
  umount /esp 2>/dev/null
  sync
  sleep 3
  reboot -f
}
