#!/usr/bin/env bash
# flash.sh kiosk-V.img.zst DISK [--ca release-ca.crt] [--yes]
# Checks signature and digests, shows what the disk is, asks, writes, reads back and compares. DISK may be a file (for trying).
set -euo pipefail
die() { printf 'flash: %s\n' "$*" >&2; exit 1; }
image="" disk="" yes="" ca=""
while [ $# -gt 0 ]; do
  case "$1" in
    --ca) ca=${2:?--ca FILE}; shift ;;
    --yes) yes=yes ;;
    -*) sed -n '2,3s/^# //p' "$0"; exit 2 ;;
    *) if [ -z "$image" ]; then image=$1; else disk=$1; fi ;;
  esac
  shift
done
[ -n "$image" ] && [ -n "$disk" ] || { sed -n '2,3s/^# //p' "$0"; exit 2; }
folder=$(cd "$(dirname "$image")" && pwd) name=$(basename "$image" .zst)
ca=${ca:-$folder/../../keys/release-ca.crt}
[ -s "$image" ] || die "no $image"
for file in SHA256SUMS SHA256SUMS.p7s "$name.bmap"; do [ -s "$folder/$file" ] || die "$folder has no $file: take the whole folder of the release"; done
[ -s "$ca" ] || die "no $ca: --ca FILE, the maker's release-ca.crt, got by another way than the image"

openssl cms -verify -binary -inform DER -in "$folder/SHA256SUMS.p7s" -content "$folder/SHA256SUMS" -CAfile "$ca" -purpose any -out /dev/null 2>/dev/null ||
  die "SHA256SUMS is not signed by $ca; do not use this image"
(cd "$folder" && grep -E " ($(basename "$image")|$name.bmap)\$" SHA256SUMS | sha256sum -c --quiet) || die "the image is not what was signed; fetch it again"
echo "signature and digests are right"

if [ -b "$disk" ]; then
  [ "$(lsblk -dno TYPE "$disk")" = disk ] || die "$disk is not a whole disk (give /dev/sdX, not /dev/sdX1)"
  ! lsblk -nro MOUNTPOINT "$disk" | grep -q . || die "$disk is in use (mounted): $(lsblk -nro NAME,MOUNTPOINT "$disk" | tr '\n' ' ')"
  echo "everything on this disk will be lost:"
  lsblk -do NAME,SIZE,MODEL,SERIAL,TRAN "$disk"
elif [ -e "$disk" ] && [ ! -f "$disk" ]; then
  die "$disk is neither a disk nor a file"
fi
if [ -z "$yes" ]; then
  read -r -p "type the disk's name ($disk) to go on: " typed
  [ "$typed" = "$disk" ] || die "not written"
fi

began=$SECONDS
if command -v bmaptool >/dev/null; then
  # Writes only what the image holds, and compares each range with the digest in the block map.
  bmaptool copy --bmap "$folder/$name.bmap" "$image" "$disk"
else
  zstd -dc "$image" | dd of="$disk" bs=4M conv=fsync,notrunc status=progress
fi
sync
# Read back from the disk itself, not from memory.
[ ! -b "$disk" ] || blockdev --flushbufs "$disk"
echo "reading back"
python3 - "$folder/$name.bmap" "$disk" <<'P' || die "what was read back is not what was written: change the disk"
import hashlib, re, sys
block, ranges = 4096, re.findall(r'<Range chksum="([0-9a-f]+)">\s*(\d+)(?:-(\d+))?\s*</Range>', open(sys.argv[1]).read())
assert ranges, "no ranges in the block map"
with open(sys.argv[2], "rb") as disk:
    for digest, first, last in ranges:
        disk.seek(int(first) * block)
        left, sha = (int(last or first) - int(first) + 1) * block, hashlib.sha256()
        while left and (data := disk.read(min(left, 1 << 20))):
            sha.update(data)
            left -= len(data)
        # The image's last block may be shorter than a block.
        if sha.hexdigest() != digest:
            sys.exit(f"blocks {first}-{last or first} differ")
P
echo "written and compared in $((SECONDS - began)) s"
