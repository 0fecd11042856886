# Runs when no slot starts: prints the reasons and tries again every ten minutes, because the cause may have been a part that was unplugged.
say "-------------------------------------------------------------"
say "RECOVERY. No version of this kiosk becomes healthy. Reasons:"
[ -e /esp/EFI/kiosk/why.txt ] && tail -n 5 /esp/EFI/kiosk/why.txt >/dev/console
say "Switch off, plug in the installer stick, switch on. Or wait:"
say "the newest version is tried again in 10 minutes."
say "-------------------------------------------------------------"
minutes=0
while [ $minutes -lt 10 ]; do
  # The watchdog was started at the beginning of the initial RAM disk.
  half=0; while [ $half -lt 6 ]; do echo >/dev/watchdog0; sleep 10; half=$((half + 1)); done
  minutes=$((minutes + 1))
done
printf '%-511s\n' "0 -" | dd of=/esp/EFI/kiosk/boots bs=512 conv=notrunc 2>/dev/null
for slot in a b; do
  [ -e "/esp/loader/entries/kiosk-$slot+0.conf" ] && mv -f "/esp/loader/entries/kiosk-$slot+0.conf" "/esp/loader/entries/kiosk-$slot+1.conf"
  for entry in /esp/loader/entries/kiosk-"$slot"+0-*.conf; do
    [ -e "$entry" ] && mv -f "$entry" "/esp/loader/entries/kiosk-$slot+1.conf"
  done
done
leave_and_reboot "trying again"
