#!/usr/bin/env bash
# provision.sh --csr FILE --answer FILE --site site.json --trust DIR [--keys DIR] [--out DIR]     or: --csr FILE --wipe
# Writes the provisioning file of a device, signed with a provisioning key: the reception's answer to the device's request (reception pair
# --request), the site's settings, the trust anchors for the cards. --wipe: writes the order to delete everything on the device instead.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
csr="" site="" answer="" trust="" keys="${KIOSK_KEYS:-$here/../../artifacts/image/keys}" out=. wipe=""
die() { printf 'provision: %s\n' "$*" >&2; exit 1; }
while [ $# -gt 0 ]; do
  case "$1" in
    --csr) csr=$2; shift ;; --site) site=$2; shift ;; --answer) answer=$2; shift ;; --trust) trust=$2; shift ;;
    --keys) keys=$2; shift ;; --out) out=$2; shift ;; --wipe) wipe=yes ;;
    *) sed -n '2,4s/^# //p' "$0"; exit 2 ;;
  esac
  shift
done
[ -s "$csr" ] || die "no request; give --csr kiosk-….csr, which the device wrote to the stick"
openssl req -in "$csr" -noout -verify 2>/dev/null || die "$csr is not a certificate request, or its signature is wrong"
id=$(openssl req -in "$csr" -noout -subject -nameopt multiline | sed -n 's/.*commonName *= //p')
[[ $id =~ ^[a-z0-9-]{1,32}$ ]] || die "$csr: the device's name '$id' must have 1 to 32 of the characters a-z, 0-9 and -"

# $1: content; $2: signed file to write.
sign() {
  local engine=()
  [ ! -e "$keys/provision.uri" ] || engine=(-engine pkcs11 -keyform engine)
  openssl cms -sign -binary -nodetach -in "$1" -signer "$keys/provision.crt" "${engine[@]}" \
    -inkey "$(if [ -e "$keys/provision.uri" ]; then cat "$keys/provision.uri"; else echo "$keys/provision.key"; fi)" -outform DER -out "$2"
}

work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
if [ -n "$wipe" ]; then
  printf 'wipe %s\n' "$id" >"$work/wipe"
  sign "$work/wipe" "$out/$id.wipe"
  echo "$out/$id.wipe"
  exit
fi
[ -s "$site" ] || die "no site settings; give --site site.json (image-build/README.md lists the keys)"
unknown=$(jq -r 'keys - ["hosts", "peers", "ntp", "network", "update", "ui", "card", "face", "outbox", "devices", "telemetry", "usb"] | join(", ")' \
  "$site") || die "$site is not a JSON object"
[ -z "$unknown" ] || die "$site: unknown settings: $unknown"
[ -s "$answer" ] ||
  die "no answer of the reception; make it with: reception pair --dir pki --name HOST --kiosk $id --request $csr --answer FILE"
jq -r .content "$answer" | base64 -d >"$work/answer.json" && jq -e .address "$work/answer.json" >/dev/null ||
  die "$answer is not an answer of reception pair"
[ "$(jq -r .kiosk "$work/answer.json")" = "$id" ] ||
  die "$answer is for $(jq -r .kiosk "$work/answer.json"), the request is from $id"
ls "$trust"/jpki-*.pem >/dev/null 2>&1 || die "$trust must contain jpki-*.pem and cv-KEYID.pem, the trust anchors for the cards"

jq -r .certificate "$work/answer.json" >"$work/kiosk.pem"
jq -r .ca "$work/answer.json" >"$work/ca.pem"
mkdir "$work/trust"; cp "$trust"/jpki-*.pem "$work/trust/"; cp "$trust"/cv-*.pem "$work/trust/" 2>/dev/null || true
jq --arg id "$id" --slurpfile a "$work/answer.json" '{id: $id, ui: ({voices: "/opt/kiosk/voices"} + (.ui // {}) + {port: 8600}),
  card: ((.card // {}) + {trust: "trust"}), face: (.face // {}),
  reception: {address: $a[0].address, pins: $a[0].pins, ca: "ca.pem", certificate: "kiosk.pem", key: "kiosk.key"}}
  + (. | {outbox, devices, telemetry} | with_entries(select(.value != null)))' "$site" >"$work/kiosk.json"
# The settings of the device itself; peers are the addresses that the packet filter allows.
jq '{hosts, ntp, network, update, peers, usb, display: .ui.display}' "$site" | jq 'with_entries(select(.value != null))' >"$work/site.json"
jq -e '.peers | length > 0' "$work/site.json" >/dev/null ||
  die "$site: peers is missing: [\"IP:PORT\", …], the only addresses that the device may reach"
# Only files, no folders: the device refuses anything else.
(cd "$work" && tar --owner=0 --group=0 -cf tar kiosk.json site.json ca.pem kiosk.pem trust/*)
sign "$work/tar" "$out/$id.provision"
echo "$out/$id.provision"
