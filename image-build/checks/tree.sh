#!/bin/sh
# tree.sh TREE PROFILE: looks in the tree of a root file system for what must not be on a device. Prints every finding; exit 1 when there
# is one. The build runs it before it packs the tree; the tests run it on trees with planted findings.
set -eu
tree=$1 profile=$2
findings=$(mktemp)
trap 'rm -f "$findings"' EXIT
found() { echo "$*" >>"$findings"; }
each() { while read -r one; do found "$1: ${one#"$tree"}"; done; }

for program in usr/sbin/sshd usr/bin/ssh usr/sbin/telnetd usr/sbin/in.telnetd usr/bin/gdb usr/bin/strace usr/bin/python3 usr/bin/nc \
  usr/bin/socat usr/bin/wget; do
  [ ! -e "$tree/$program" ] || found "a program that opens a way in or out: /$program"
done
find "$tree" -xdev -type f -perm /6000 | each "setuid or setgid program"
find "$tree" -xdev ! -type l -perm -o+w ! -path "$tree/tmp" ! -path "$tree/var/*" ! -path "$tree/dev/*" ! -path "$tree/run/*" |
  each "writable by everybody"
grep -rlIE -e '^-----BEGIN ([A-Z]+ )?PRIVATE KEY-----' "$tree/etc" "$tree/usr/lib/kiosk" "$tree/opt" "$tree/root" 2>/dev/null |
  each "private key"
grep -vE ':(/usr/sbin/nologin|/bin/false|/usr/bin/false)$' "$tree/etc/passwd" | each "account with a shell"
grep -vE '^[^:]*:[!*]+:' "$tree/etc/shadow" | each "account with a password"
if simulators=$("$(dirname "$0")/no-simulators.sh" "$tree/opt/kiosk"); then :; else echo "$simulators" >>"$findings"; fi

if [ "$profile" = product ]; then
  for unit in getty@.service serial-getty@.service console-getty.service debug-shell.service emergency.service rescue.service; do
    [ "$(readlink "$tree/etc/systemd/system/$unit" 2>/dev/null)" = /dev/null ] || found "unit that is not masked: $unit"
  done
  find "$tree/etc/systemd/system" -name 'vm-shell*' -o -name 'vm.conf' | each "file of the vm profile"
  # A unit whose input is a terminal is a shell or a login.
  grep -rlE '^StandardInput=tty' "$tree/etc/systemd/system" 2>/dev/null | each "unit that reads from a terminal"
fi
# Only these units may start. A new one must be reviewed and added here.
for wants in "$tree"/etc/systemd/system/*.wants/*; do
  [ -e "$wants" ] || [ -L "$wants" ] || continue
  case "$(basename "$wants")" in
    kiosk*.service | kiosk*.socket | kiosk*.timer | var.mount | seatd.service | pcscd.socket | nftables.service | rauc.service | \
      systemd-networkd*.service | systemd-networkd.socket | systemd-timesyncd.service | systemd-network-generator.service) ;;
    vm-shell.service) [ "$profile" != product ] || found "unit of the vm profile that starts: vm-shell.service" ;;
    *) found "unit that starts and is not on the list of checks/tree.sh: $(basename "$wants")" ;;
  esac
done
cat "$findings"
[ ! -s "$findings" ]
