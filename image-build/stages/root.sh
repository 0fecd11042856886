# shellcheck shell=bash disable=SC2034,SC2154
# Stage root: the squashfs file followed by its dm-verity hash tree. The root hash covers every byte of the file system.
rootimg="$work/root.img"

root_inputs() { key_of tree; echo "$profile"; clock_floor; }
root_made() { echo "$rootimg" "$work/roothash" "$work/hashoffset"; }
root_summary() { echo "$(mib "$rootimg"), root hash $(cut -c1-16 "$work/roothash")…"; }

root_build() {
  rm -f "$rootimg"
  # The product is packed small, the other profiles fast.
  local level=15 block=1M
  [ "$profile" = product ] || level=3 block=256K
  # All times of files become at most the clock's floor: the build is repeatable, and the floor itself stays.
  SOURCE_DATE_EPOCH=$(clock_floor) mksquashfs "$tree" "$rootimg" -comp zstd -Xcompression-level "$level" -b "$block" -noappend -no-progress -no-xattrs
  local size salt; size=$((($(stat -c %s "$rootimg") + 4095) / 4096 * 4096))
  truncate -s "$size" "$rootimg"
  # Salt and UUID are derived from the content, so that the same tree gives the same root hash.
  salt=$(sha256sum "$rootimg" | cut -c1-64)
  veritysetup format --salt="$salt" --uuid="${salt:0:8}-${salt:8:4}-4${salt:13:3}-8${salt:17:3}-${salt:20:12}" \
    --hash-offset="$size" "$rootimg" "$rootimg" >"$work/verity"
  awk '/^Root hash/ { print $3 }' "$work/verity" >"$work/roothash"
  echo "$size" >"$work/hashoffset"
  veritysetup verify --hash-offset="$size" "$rootimg" "$rootimg" "$(cat "$work/roothash")"
}
