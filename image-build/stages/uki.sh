# shellcheck shell=bash disable=SC2034,SC2154
# Stage uki: kernel, initial RAM disk and command line in one signed EFI program (UKI). The signature covers the root hash, which is in
# the command line.
stub=/usr/lib/systemd/boot/efi/linuxx64.efi.stub

uki_inputs() {
  key_of root; digest_of image-build/profile; cat "$here/boot/counter"
  sha256sum <"$keys/db.crt"; sha256sum <"$keys/pcr.pub"; sha256sum <"$stub"
}
uki_made() { echo "$work/kiosk.efi" "$work/recovery.efi" "$work/installer.common"; }
uki_summary() { mib "$work/kiosk.efi"; }

uki_build() {
  # lockdown=confidentiality keeps even root from reading kernel memory. The bench profile does not set it, because testers trace the
  # kernel there; under Secure Boot Debian's kernel still refuses unsigned modules.
  local common verity
  common="loglevel=4 panic=10 vt.global_cursor_default=0 systemd.gpt_auto=no rd.emergency=reboot $(cat "$here/profile/cmdline.$profile")"
  common="$common kiosk.counter=$(listed "$here/boot/counter")"
  verity="root=/dev/mapper/root ro rootfstype=squashfs kiosk.roothash=$(cat "$work/roothash") kiosk.hashoffset=$(cat "$work/hashoffset")"
  # Only this kernel may open the data partition: recovery and installer carry no signed measurements.
  assemble kiosk "$common $verity" measured
  printf '%s' "$common $verity" >"$work/installer.common"
  assemble recovery "$common kiosk.mode=recovery root=/dev/ram0"
}

# $1: name; $2: kernel command line; $3: "measured" adds the signed measurements that the TPM asks for (systemd-measure(1)).
# Debian 12 has no ukify, so the sections are added here, after the last section of the stub.
assemble() {
  printf '%s' "$2" >"$work/$1.cmdline"
  rm -f "$work/$1.pcrsig"
  local at section file options=()
  at=$(objdump -h "$stub" | awk 'NF == 7 && $1 ~ /^[0-9]+$/ { print "0x" $4, "0x" $3 }' |
    while read -r start size; do echo $((start + size)); done | sort -n | tail -1)
  at=$(((at + 4095) / 4096 * 4096))
  local sections=(.osrel="$tree/usr/lib/os-release" .cmdline="$work/$1.cmdline" .linux="$work/vmlinuz" .initrd="$work/initrd.img")
  if [ "${3:-}" = measured ]; then
    sign_measurements "$1"
    sections+=(.pcrsig="$work/$1.pcrsig" .pcrpkey="$keys/pcr.pub")
  fi
  for section in "${sections[@]}"; do
    file=${section#*=}
    options+=(--add-section "$section" --change-section-vma "${section%%=*}=$(printf 0x%x "$at")")
    at=$(((at + $(stat -c %s "$file") + 4095) / 4096 * 4096))
  done
  objcopy "${options[@]}" "$stub" "$work/$1.unsigned.efi"
  sign_efi "$work/$1.unsigned.efi" "$work/$1.efi"
  sbverify --cert "$keys/db.crt" "$work/$1.efi"
}

# Signs PCR 11 as it is when this kernel starts, before any phase is measured into it. The device measures a phase as soon as it has opened
# its data partition, so later programs of the same start cannot ask the TPM for the key (overlay/usr/lib/kiosk/data). $1: name.
sign_measurements() {
  # systemd-measure computes the policy in a TPM; a TPM in software is enough, nothing of it is kept.
  local tpm; tpm=$(mktemp -d)
  swtpm socket --tpm2 --tpmstate "dir=$tpm" --server "type=unixio,path=$tpm/tpm" --ctrl "type=unixio,path=$tpm/tpm.ctrl" \
    --flags not-need-init,startup-clear --daemon --pid "file=$tpm/pid"
  measure_and_sign "$1" "swtpm:path=$tpm/tpm" >"$work/$1.pcrsig" || true
  kill "$(cat "$tpm/pid")" 2>/dev/null || true
  rm -rf "$tpm"
  jq -e '.sha256 | length > 0' "$work/$1.pcrsig" >/dev/null
}

# $1: name; $2: TPM.
measure_and_sign() {
  /usr/lib/systemd/systemd-measure sign --tpm2-device="$2" --bank=sha256 --phase= --osrel="$tree/usr/lib/os-release" \
    --cmdline="$work/$1.cmdline" --linux="$work/vmlinuz" --initrd="$work/initrd.img" --pcrpkey="$keys/pcr.pub" \
    --private-key="$keys/pcr.key" --public-key="$keys/pcr.pub"
}
