#!/bin/sh
# tree.sh TREE PROFILE: what must not be on a device. Prints every finding; exit 1 when there is one.
# The build runs it on what it is about to seal; the tests run it on trees with planted findings.
set -eu
tree=$1 profile=$2
findings=$(mktemp)
trap 'rm -f "$findings"' EXIT
found() { echo "$*" >>"$findings"; }
each() { while read -r one; do found "$1: ${one#"$tree"}"; done; }

for program in usr/sbin/sshd usr/bin/ssh usr/sbin/telnetd usr/sbin/in.telnetd usr/bin/gdb usr/bin/strace usr/bin/python3 usr/bin/nc usr/bin/socat usr/bin/wget; do
  [ ! -e "$tree/$program" ] || found "a way in or out: /$program"
done
find "$tree" -xdev -type f -perm /6000 | each "gains rights when run"
find "$tree" -xdev ! -type l -perm -o+w ! -path "$tree/tmp" ! -path "$tree/var/*" ! -path "$tree/dev/*" ! -path "$tree/run/*" | each "everybody may write it"
# Certificates are public; whatever says PRIVATE KEY is not.
grep -rlIE -e '^-----BEGIN ([A-Z]+ )?PRIVATE KEY-----' "$tree/etc" "$tree/usr/lib/kiosk" "$tree/opt" "$tree/root" 2>/dev/null | each "a private key"
grep -vE ':(/usr/sbin/nologin|/bin/false|/usr/bin/false)$' "$tree/etc/passwd" | each "has a shell"
grep -vE '^[^:]*:[!*]+:' "$tree/etc/shadow" | each "has a password"
grep -rlE 'Kiosk\.[A-Za-z.]*Simulated' "$tree/opt/kiosk" --include='*.dll' 2>/dev/null | each "simulators"

if [ "$profile" = product ]; then
  for unit in getty@.service serial-getty@.service console-getty.service debug-shell.service emergency.service rescue.service; do
    [ "$(readlink "$tree/etc/systemd/system/$unit" 2>/dev/null)" = /dev/null ] || found "not masked: $unit"
  done
  find "$tree/etc/systemd/system" -name 'vm-shell*' -o -name 'vm.conf' | each "of the vm profile"
  # A unit with a terminal as its input is a shell or a login.
  grep -rlE '^StandardInput=tty' "$tree/etc/systemd/system" 2>/dev/null | each "reads from a terminal"
fi
# Whatever listens is started by one of these; a new one is looked at first.
for wants in "$tree"/etc/systemd/system/*.wants/*; do
  [ -e "$wants" ] || [ -L "$wants" ] || continue
  case "$(basename "$wants")" in
    kiosk*.service | kiosk*.socket | kiosk*.timer | var.mount | seatd.service | pcscd.socket | nftables.service | rauc.service | systemd-networkd*.service | \
      systemd-networkd.socket | systemd-timesyncd.service | systemd-network-generator.service) ;;
    vm-shell.service) [ "$profile" != product ] || found "started: vm-shell.service" ;;
    *) found "started, and not on the list of what a device starts: $(basename "$wants")" ;;
  esac
done
cat "$findings"
[ ! -s "$findings" ]
