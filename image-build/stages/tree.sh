# shellcheck shell=bash disable=SC2034,SC2154
# Stage tree: the content of the device's root file system: packages, overlay, profile, kiosk program, users, units, initial RAM disk.
tree="$work/tree"

tree_inputs() {
  key_of packages; key_of app
  echo "$profile $version ${broken:-}"
  digest_of src/Kiosk.App/Screens
  digest_of image-build/overlay image-build/initramfs image-build/profile image-build/checks image-build/packages/strip.list \
    image-build/packages/masked.units image-build/boot/partitions.sfdisk
  sha256sum <"$keys/update-ca.crt"; sha256sum <"$keys/provision-ca.crt"
  clock_floor
}
tree_made() { echo "$tree/etc/os-release" "$work/initrd.img" "$work/vmlinuz"; }
tree_summary() { echo "$(du -sm "$tree" | cut -f1) MiB, initial RAM disk $(mib "$work/initrd.img")"; }

tree_build() {
  rm -rf "$tree"; mkdir -p "$tree"
  tar -xf "$base" -C "$tree" --exclude=./dev
  mkdir -p "$tree/dev"
  lay "$here/overlay"
  [ ! -d "$here/profile/$profile" ] || lay "$here/profile/$profile"
  # The bench profile is the vm profile with fault injectors.
  [ "$profile" != bench ] || lay "$here/profile/vm"
  mkdir -p "$tree/opt/kiosk"
  cp -r "$app/." "$tree/opt/kiosk/"
  mkdir -p "$tree/etc/kiosk"
  install -m 644 "$keys/update-ca.crt" "$tree/etc/rauc/keyring.pem"
  install -m 644 "$keys/provision-ca.crt" "$tree/etc/kiosk/provision-ca.pem"
  # An image of another profile never takes the place of a product, nor the other way round.
  sed -i "s/^compatible=.*/compatible=$(compatible)/" "$tree/etc/rauc/system.conf"
  grep -qx "compatible=$(compatible)" "$tree/etc/rauc/system.conf"
  # systemd sets the clock to the time of this file when it is behind (systemd(1), files); mksquashfs keeps it (stage root).
  touch -d "@$(clock_floor)" "$tree/usr/lib/clock-epoch"
  install -m 644 "$here/boot/partitions.sfdisk" "$tree/usr/lib/kiosk/partitions.sfdisk"
  printf '%s\n' 'NAME="Kiosk OS"' "PRETTY_NAME=\"Kiosk OS $version\"" ID=kiosk ID_LIKE=debian "VERSION_ID=$version" \
    IMAGE_ID=kiosk "IMAGE_VERSION=$version" "VARIANT_ID=$profile" >"$tree/usr/lib/os-release"
  # --broken: a version that never becomes healthy, for the rollback test.
  [ -z "$broken" ] || { touch "$tree/usr/lib/kiosk/broken"; echo KIOSK_PATIENCE=60 >>"$tree/usr/lib/kiosk/health.env"; }

  users
  units
  initrd
  # No setuid or setgid programs; no account has a shell or a password.
  find "$tree" -xdev -perm /6000 -type f -exec chmod ug-s {} +
  sed -i -E 's#^([^:]*:[^:]*:[^:]*:[^:]*:[^:]*:[^:]*):.*#\1:/usr/sbin/nologin#' "$tree/etc/passwd"
  sed -i -E 's#^([^:]*):[^:]*:[^:]*:#\1:!*:20000:#' "$tree/etc/shadow"
  rm -f "$tree"/etc/{passwd,shadow,group,gshadow,subuid,subgid}- "$tree/etc/resolv.conf" "$tree/etc/hostname"
  ln -s /run/kiosk/hosts "$tree/etc/hosts.new"; mv -f "$tree/etc/hosts.new" "$tree/etc/hosts"
  echo kiosk >"$tree/etc/hostname"
  # Empty, not absent: with an empty file on a read-only root systemd makes a new id at each start.
  : >"$tree/etc/machine-id"
  mkdir -p "$tree/efi"
  strip_tree
  fonts
  chroot "$tree" depmod "$(basename "$(ls -d "$tree"/usr/lib/modules/*)")"
  "$here/checks/tree.sh" "$tree" "$profile"
}

# Removed here and not on the device, so that checks/tree.sh sees the same files as the device.
strip_tree() {
  local pattern
  listed "$here/packages/strip.list" | while read -r pattern; do
    # eval expands the braces; the list comes from this repository.
    (cd "$tree" && eval "rm -rf -- $pattern")
  done
}

# The Chinese and Korean fonts are 40 MB and hardly compress: only the letters of the screens and punctuation are kept. The Japanese font
# (BIZ UDP) stays whole.
fonts() {
  local of="$tree/usr/share/fonts/opentype/noto" weight face
  cat "$root"/src/Kiosk.App/Screens/Texts/*.json "$root"/src/Kiosk.App/Screens/*.* "$root"/src/Kiosk.App/Screens/Parts/*.* >"$work/letters"
  for weight in Regular Bold; do
    for face in KR:1 SC:2; do
      hb-subset --face-index="${face#*:}" --text-file="$work/letters" --unicodes+=20-FF,2000-206F,3000-303F,FF00-FFEF \
        --output-file="$of/NotoSansCJK${face%:*}-$weight.otf" "$of/NotoSansCJK-$weight.ttc"
      # Fails when a later version of the package has the faces in another order.
      fc-query -f '%{family[0]}\n' "$of/NotoSansCJK${face%:*}-$weight.otf" | grep -qx "Noto Sans CJK ${face%:*}"
    done
    rm "$of/NotoSansCJK-$weight.ttc"
  done
}

# Copies a folder of this repository over the tree. The files belong to root, whoever owns the checkout.
lay() { cp -rT --preserve=mode,links "$1" "$tree"; }

users() {
  chroot "$tree" systemd-sysusers
}

units() {
  systemctl --root="$tree" preset-all
  systemctl --root="$tree" set-default multi-user.target
  local unit
  for unit in $(listed "$here/packages/masked.units"); do
    [ "$profile" != product ] && [ "$unit" = debug-shell.service ] || ln -sfn /dev/null "$tree/etc/systemd/system/$unit"
  done
}

initrd() {
  cp -rT "$here/initramfs" "$tree/etc/initramfs-tools"
  local kernel; kernel=$(basename "$(ls -d "$tree"/usr/lib/modules/*)")
  cp "$tree/boot/vmlinuz-$kernel" "$work/vmlinuz"
  chroot "$tree" env SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" mkinitramfs -o /boot/kiosk.img "$kernel"
  cp "$tree/boot/kiosk.img" "$work/initrd.img"
}
