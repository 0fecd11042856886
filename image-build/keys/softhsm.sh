#!/usr/bin/env bash
# softhsm.sh KEYS DIR: copies the test keys of KEYS into a PKCS#11 token in software (SoftHSM), to try a build with an HSM. Afterwards
# DIR/keys is a folder for --keys. Prints the environment variables that the build needs. Needs softhsm2 and libengine-pkcs11-openssl.
set -euo pipefail
umask 077
from=$(realpath "${1:?KEYS DIR}"); to=$(realpath -m "${2:?KEYS DIR}")
grep -q TEST <(openssl x509 -in "$from/db.crt" -noout -subject) ||
  { echo "softhsm: $from does not hold test keys; a token in software is not safe for other keys" >&2; exit 1; }
module=/usr/lib/softhsm/libsofthsm2.so
[ -e "$module" ] || { echo "softhsm: no $module: apt-get install softhsm2 libengine-pkcs11-openssl" >&2; exit 1; }
rm -rf "$to"; mkdir -p "$to/tokens" "$to/keys"
echo "directories.tokendir = $to/tokens" >"$to/softhsm2.conf"
export SOFTHSM2_CONF=$to/softhsm2.conf
softhsm2-util --init-token --free --label kiosk --pin 1234 --so-pin 4321 >/dev/null
cp "$from"/*.auth "$from"/*.crt "$to/keys/"
# systemd-measure of Debian 12 takes this key as a file only.
cp "$from/pcr.key" "$from/pcr.pub" "$to/keys/"
number=0
for name in db update release provision; do
  number=$((number + 1))
  openssl pkcs8 -topk8 -nocrypt -in "$from/$name.key" -out "$to/key"
  softhsm2-util --import "$to/key" --token kiosk --label $name --id "0$number" --pin 1234 >/dev/null
  shred -u "$to/key"
  echo "pkcs11:token=kiosk;object=$name;type=private?pin-value=1234" >"$to/keys/$name.uri"
done
# sbsign and openssl read PKCS11_MODULE_PATH, RAUC reads RAUC_PKCS11_MODULE.
echo "SOFTHSM2_CONF=$to/softhsm2.conf PKCS11_MODULE_PATH=$module RAUC_PKCS11_MODULE=$module"
