# shellcheck shell=bash disable=SC2034,SC2154
# Helpers of build.sh: messages, stages and when a stage is reused, keys and signatures.
began=$SECONDS

say() { printf '%s\n' "$*" >&2; }
die() { printf 'image: %s\n' "$*" >&2; exit 1; }

need_tools() {
  local missing=() tool
  for tool in "$@"; do command -v "$tool" >/dev/null || missing+=("$tool"); done
  [ ${#missing[@]} -eq 0 ] || die "missing on this machine: ${missing[*]}; ./dev image installs them"
}

# One digest over the paths and contents of files and folders, in a fixed order. Leaves out bin and obj folders.
digest_of() {
  (cd "$root" && find "$@" \( -name bin -o -name obj \) -prune -o \( -type f -o -type l \) -print0 | sort -z |
    xargs -0 -r sha256sum && find "$@" -type f -perm -u+x | sort) | sha256sum | cut -c1-64
}

# A stage NAME consists of these functions: NAME_inputs prints what it depends on, NAME_build builds it, NAME_made prints the names of
# its products, NAME_summary prints one line for the screen. It is built again when the output of NAME_inputs or the text of NAME_build
# has changed, or when a product is missing.
run_stage() {
  local name=$1 key started=$SECONDS log="$work/$1.log" product kept
  kept=$(key_file "$name")
  key=$(key_now "$name")
  if [ "$(cat "$kept" 2>/dev/null)" = "$key" ]; then
    local whole=yes
    for product in $("${name}_made"); do [ -e "$product" ] || whole=; done
    if [ -n "$whole" ]; then printf '%-9s reused\n' "$name" >&2; return; fi
  fi
  printf '%-9s …\r' "$name" >&2
  rm -f "$kept"
  # In a subshell with "set -e": inside "if" or "||" a failing line would not stop the stage.
  set +e
  (set -e; "${name}_build") >"$log" 2>&1
  local result=$?
  set -e
  if [ $result -ne 0 ]; then
    tail -n 25 "$log" >&2
    die "stage $name failed; all of its output is in $log"
  fi
  echo "$key" >"$kept"
  printf '%-9s %4d s  %s\n' "$name" $((SECONDS - started)) "$("${name}_summary" 2>/dev/null || true)" >&2
}

# The digest of a stage's present inputs.
key_now() { { "${1}_inputs"; declare -f "${1}_build"; echo "$SOURCE_DATE_EPOCH"; } | sha256sum | cut -c1-64; }

# The packages are shared by all profiles and versions, the app by all profiles of a version.
key_file() { case "$1" in packages) echo "$out/work/$1.key" ;; app) echo "$out/work/$1-$version.key" ;; *) echo "$work/$1.key" ;; esac; }
key_of() { cat "$(key_file "$1")"; }

# What a bundle and a device of this profile are for: neither takes the other's.
compatible() { if [ "$profile" = product ]; then echo kiosk-terminal-x86_64; else echo "kiosk-terminal-x86_64-$profile"; fi; }

# The earliest time that can be true on a device with this image: the sources' time, or the begin of a certificate that it trusts.
clock_floor() {
  local floor=$SOURCE_DATE_EPOCH begin name
  for name in update-ca provision-ca update; do
    begin=$(date -d "$(openssl x509 -in "$keys/$name.crt" -noout -startdate | cut -d= -f2)" +%s)
    [ "$begin" -le "$floor" ] || floor=$begin
  done
  echo "$floor"
}

mib() { echo "$((($(stat -c %s "$1") + 1048575) / 1048576)) MiB"; }

# The lines of a list file, without comments and empty lines.
listed() { sed 's/#.*//; s/[[:space:]]*$//; /^$/d' "$@"; }

summary() {
  say ""
  # When the build stopped at an earlier stage, the files there belong to an earlier build.
  [ ${#wanted[@]} -eq 0 ] && [ -e "$made/SHA256SUMS" ] || return 0
  say "image     $made/kiosk-$version.img.zst ($(mib "$made/kiosk-$version.img.zst")), root hash $(cut -c1-16 "$made/roothash")…"
  say "update    $made/kiosk-$version.raucb ($(mib "$made/kiosk-$version.raucb"))"
  say "built in  $((SECONDS - began)) s"
}

# Makes test keys once for each output folder; they are never in git. The keys of a product come from a folder with the same file names
# (--keys, $KIOSK_KEYS); NAME.uri with a PKCS#11 address may stand in place of NAME.key.
make_test_keys() {
  if [ -e "$keys/db.crt" ]; then add_test_keys; check_keys; return; fi
  [ "$keys" = "$out/keys" ] || die "no keys in $keys; image-build/keys/README.md lists the files"
  say "making test keys in $keys"
  mkdir -p "$keys"; chmod 700 "$keys"
  (
    cd "$keys"
    uuidgen >owner
    for name in PK KEK db; do
      openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=kiosk TEST $name/" -keyout $name.key -out $name.crt
      openssl x509 -in $name.crt -outform DER -out $name.der
      sbsiglist --owner "$(cat owner)" --type x509 --output $name.esl $name.der
    done
    # Without --attr systemd-boot stops half-way through the enrolment and starts with Secure Boot off.
    for pair in PK:PK PK:KEK KEK:db; do
      sbvarsign --attr NON_VOLATILE,BOOTSERVICE_ACCESS,RUNTIME_ACCESS,TIME_BASED_AUTHENTICATED_WRITE_ACCESS \
        --key "${pair%:*}.key" --cert "${pair%:*}.crt" --output "${pair#*:}.auth" "${pair#*:}" "${pair#*:}.esl"
    done
    for use in update release provision; do
      openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -subj "/CN=kiosk TEST $use CA/" -keyout $use-ca.key -out $use-ca.crt
      openssl req -newkey rsa:3072 -nodes -subj "/CN=kiosk TEST $use signer/" -keyout $use.key -out $use.csr
      openssl x509 -req -in $use.csr -CA $use-ca.crt -CAkey $use-ca.key -CAcreateserial -days 1825 -out $use.crt \
        -extfile <(printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=emailProtection\n')
    done
  ) >"$work/keys.log" 2>&1 || { tail "$work/keys.log" >&2; die "the test keys could not be made"; }
  add_test_keys
}

# Also for a folder of test keys that an earlier version made.
add_test_keys() {
  [ "$keys" = "$out/keys" ] || return 0
  [ -e "$keys/pcr.pub" ] ||
    { openssl genrsa -out "$keys/pcr.key" 2048 && openssl rsa -in "$keys/pcr.key" -pubout -out "$keys/pcr.pub"; } 2>/dev/null ||
    die "the test keys could not be made"
  [ -e "$keys/escrow.crt" ] || openssl req -x509 -newkey rsa:3072 -nodes -days 3650 -subj "/CN=kiosk TEST escrow/" \
    -keyout "$keys/escrow.key" -out "$keys/escrow.crt" 2>/dev/null || die "the test keys could not be made"
}

check_keys() {
  local file
  for file in PK.auth KEK.auth db.auth db.crt update-ca.crt update.crt release.crt release-ca.crt provision-ca.crt pcr.key pcr.pub; do
    [ -e "$keys/$file" ] || die "$keys has no $file; image-build/keys/README.md lists the files"
  done
  # The vm and bench profiles have a root shell. Signed with the keys of a product, they would open every device.
  if [ "$profile" != product ]; then
    for file in db update-ca update release-ca release provision-ca; do
      grep -q TEST <(openssl x509 -in "$keys/$file.crt" -noout -subject) ||
        die "the $profile profile has a root shell and takes test keys only; $keys/$file.crt is not one of them"
    done
  fi
  [ "$profile" != product ] || ! grep -qs TEST <(openssl x509 -in "$keys/db.crt" -noout -subject) ||
    say "TEST KEYS: only for trying the image, not for a device that serves patients (--keys DIR, image-build/keys/README.md)"
}

# Prints the file of the private key with this name, or its PKCS#11 address.
secret() { if [ -e "$keys/$1.uri" ]; then cat "$keys/$1.uri"; else echo "$keys/$1.key"; fi; }

# $1: EFI program; $2: signed program to write.
sign_efi() {
  local engine=()
  [ ! -e "$keys/db.uri" ] || engine=(--engine pkcs11)
  sbsign "${engine[@]}" --key "$(secret db)" --cert "$keys/db.crt" --output "$2" "$1"
}

# $1: key name (release, provision); $2: file; $3: detached CMS signature to write.
sign_file() {
  local engine=()
  [ ! -e "$keys/$1.uri" ] || engine=(-engine pkcs11 -keyform engine)
  openssl cms -sign -binary -in "$2" -signer "$keys/$1.crt" "${engine[@]}" -inkey "$(secret "$1")" -outform DER -out "$3"
}
