#!/bin/sh
# no-simulators.sh DIR: exit 1, with a line for each finding, when the published program in DIR contains a simulator or the lab program.
set -eu
dir=$1
findings=$(mktemp)
trap 'rm -f "$findings"' EXIT
{
  # The two projects that never ship, as files and as a dependency that the program names.
  find "$dir" -type f \( -iname 'Kiosk.Simulators*' -o -iname 'Kiosk.Lab*' -o -iname 'kiosk-lab*' \)
  grep -rlE '"(Kiosk\.Simulators|Kiosk\.Lab|kiosk-lab)/' "$dir" --include='*.deps.json' 2>/dev/null || true
  # A simulator that was compiled into another assembly.
  grep -rlE 'Kiosk\.[A-Za-z.]*Simulated' "$dir" --include='*.dll' 2>/dev/null || true
} | sort -u >"$findings"
sed 's/^/simulators: /' "$findings"
[ ! -s "$findings" ]
