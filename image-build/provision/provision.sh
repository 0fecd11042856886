#!/usr/bin/env bash
# provision.sh --csr FILE --answer FILE --site site.json --trust DIR [--update-ca FILE] [--keys DIR] [--out DIR]
# Writes the provisioning file of a device, signed with a provisioning key: the reception's answer to the device's request (reception pair
# --request), the site's settings, the trust anchors for the cards. The device answers with ID.recovery: keep it.
# --csr FILE --wipe: the order to delete everything on this device; it names the key in the request, so it is good once.
# --lost FILE --wipe: the same for a device that cannot read its data and wrote ID.lost. --recovery FILE: ID.unlock, which opens its data.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
csr="" lost="" recovery="" update_ca="" site="" answer="" trust="" keys="${KIOSK_KEYS:-$here/../../artifacts/image/keys}" out=. wipe=""
die() { printf 'provision: %s\n' "$*" >&2; exit 1; }
while [ $# -gt 0 ]; do
  case "$1" in
    --csr) csr=$2; shift ;; --site) site=$2; shift ;; --answer) answer=$2; shift ;; --trust) trust=$2; shift ;;
    --lost) lost=$2; shift ;; --recovery) recovery=$2; shift ;; --update-ca) update_ca=$2; shift ;;
    --keys) keys=$2; shift ;; --out) out=$2; shift ;; --wipe) wipe=yes ;;
    *) sed -n '2,6s/^# //p' "$0"; exit 2 ;;
  esac
  shift
done
# $1: content; $2: signed file to write.
sign() {
  local engine=()
  [ ! -e "$keys/provision.uri" ] || engine=(-engine pkcs11 -keyform engine)
  openssl cms -sign -binary -nodetach -in "$1" -signer "$keys/provision.crt" "${engine[@]}" \
    -inkey "$(if [ -e "$keys/provision.uri" ]; then cat "$keys/provision.uri"; else echo "$keys/provision.key"; fi)" -outform DER -out "$2"
}

work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
is_id() { [[ $1 =~ ^[a-z0-9-]{1,32}$ ]]; }

# $1: content; $2: name of the signed file.
order() {
  printf '%s\n' "$1" >"$work/order"
  sign "$work/order" "$out/$2"
  echo "$out/$2"
}

if [ -n "$recovery" ]; then
  id=$(basename "$recovery" .recovery)
  is_id "$id" || die "$recovery: the file must have the name that the device gave it, kiosk-….recovery"
  [ -s "$keys/escrow.key" ] || die "$keys has no escrow.key, which opens recovery keys"
  key=$(openssl cms -decrypt -binary -inform DER -in "$recovery" -inkey "$keys/escrow.key" -recip "$keys/escrow.crt" 2>/dev/null) ||
    die "$recovery is not encrypted to $keys/escrow.crt"
  order "unlock $id
$key" "$id.unlock"
  echo "whoever holds this file and the device can read the device's data: delete it after use" >&2
  exit
fi
if [ -n "$lost" ]; then
  read -r word id uuid <"$lost" || true
  [ "$word" = lost ] && is_id "$id" && [[ $uuid =~ ^(none|[0-9A-Fa-f-]{36})$ ]] || die "$lost is not a file that a device wrote"
  [ -n "$wipe" ] || die "--lost goes with --wipe"
  order "wipe $id data $uuid" "$id.wipe"
  exit
fi
[ -s "$csr" ] || die "no request; give --csr kiosk-….csr, which the device wrote to the stick"
openssl req -in "$csr" -noout -verify 2>/dev/null || die "$csr is not a certificate request, or its signature is wrong"
id=$(openssl req -in "$csr" -noout -subject -nameopt multiline | sed -n 's/.*commonName *= //p')
is_id "$id" || die "$csr: the device's name '$id' must have 1 to 32 of the characters a-z, 0-9 and -"

if [ -n "$wipe" ]; then
  order "wipe $id key $(openssl req -in "$csr" -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1)" "$id.wipe"
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
wrong=$(jq -r -f "$here/../overlay/usr/lib/kiosk/site.jq" "$work/site.json") || die "$site cannot be checked"
[ -z "$wrong" ] || die "$site: $(head -n 1 <<<"$wrong")"
jq -e '.peers | length > 0' "$work/site.json" >/dev/null ||
  die "$site: peers is missing: [\"IP:PORT\", …], the only addresses that the device may reach"
# The device encrypts the recovery key of its data partition to this certificate.
[ -s "$keys/escrow.crt" ] || die "$keys has no escrow.crt; image-build/keys/README.md says how to make one"
cp "$keys/escrow.crt" "$work/escrow.pem"
files=(kiosk.json site.json ca.pem kiosk.pem escrow.pem)
[ -z "$update_ca" ] || { cp "$update_ca" "$work/update-ca.pem"; files+=(update-ca.pem); }
# Only files, no folders: the device refuses anything else.
(cd "$work" && tar --owner=0 --group=0 -cf tar "${files[@]}" trust/*)
sign "$work/tar" "$out/$id.provision"
echo "$out/$id.provision"
