#!/usr/bin/env bash
# flash.sh kiosk-V.img.zst DISK [--ca release-ca.crt] [--yes]
# Checks signature and digests, shows the disk, asks, writes, reads back and compares. DISK may be a file, to try it out.
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
for file in SHA256SUMS SHA256SUMS.p7s "$name.bmap"; do
  [ -s "$folder/$file" ] || die "$folder has no $file; copy the whole folder of the release"
done
[ -s "$ca" ] || die "no $ca; give --ca FILE: the maker's release-ca.crt, received by another way than the image"

openssl cms -verify -binary -inform DER -in "$folder/SHA256SUMS.p7s" -content "$folder/SHA256SUMS" \
  -CAfile "$ca" -purpose any -out /dev/null 2>/dev/null ||
  die "SHA256SUMS is not signed by $ca; do not use this image"
(cd "$folder" && grep -E " ($(basename "$image")|$name.bmap)\$" SHA256SUMS | sha256sum -c --quiet) ||
  die "the image is not the one that was signed; download it again"
echo "signature and digests are correct"

if [ -b "$disk" ]; then
  [ "$(lsblk -dno TYPE "$disk")" = disk ] || die "$disk is not a whole disk (give /dev/sdX, not /dev/sdX1)"
  ! lsblk -nro MOUNTPOINT "$disk" | grep -q . ||
    die "$disk is in use (mounted): $(lsblk -nro NAME,MOUNTPOINT "$disk" | tr '\n' ' ')"
  echo "everything on this disk will be erased:"
  lsblk -do NAME,SIZE,MODEL,SERIAL,TRAN "$disk"
elif [ -e "$disk" ] && [ ! -f "$disk" ]; then
  die "$disk is neither a disk nor a file"
fi
if [ -z "$yes" ]; then
  read -r -p "type the disk's name ($disk) to continue: " typed
  [ "$typed" = "$disk" ] || die "stopped; nothing was written"
fi

began=$SECONDS
if command -v bmaptool >/dev/null; then
  # Writes only the used ranges of the image and checks each one against the digest in the block map.
  bmaptool copy --bmap "$folder/$name.bmap" "$image" "$disk"
else
  zstd -dc "$image" | dd of="$disk" bs=4M conv=fsync,notrunc status=progress
fi
sync
# Read back from the disk, not from the cache in memory.
[ ! -b "$disk" ] || blockdev --flushbufs "$disk"
echo "reading back"
python3 - "$folder/$name.bmap" "$disk" <<'P' || die "the disk does not hold what was written to it; replace the disk"
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
        if sha.hexdigest() != digest:
            sys.exit(f"blocks {first}-{last or first} differ")
P
echo "written and compared in $((SECONDS - began)) s"
