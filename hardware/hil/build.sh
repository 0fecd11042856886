#!/bin/sh
# build.sh OUT APP: builds the disks of the guest in OUT: root.img (Debian, its full kernel, gpio-sim) and app.img (.NET and the programs of
# the folder APP, which holds kiosk.dll and kiosk-lab.dll). Run as root. root.img is kept until this script changes.
set -eu
out=$1 app=$2 here=$(dirname "$(realpath "$0")")
packages="linux-image-amd64,initramfs-tools,udev,kmod,iproute2,pcscd,libccid,\
libgpiod2,libgtk-3-0,libatomic1,libdrm2,libssl3,ca-certificates,i2c-tools"
mkdir -p "$out"

stamp=$(sha256sum "$0" | cut -c1-16)
if [ "$(cat "$out/root.stamp" 2>/dev/null)" != "$stamp" ]; then
  echo "hil: building the root file system (once, some minutes)" >&2
  rm -rf "$out/root" "$out/root.stamp"
  # initramfs-tools would choose modules by the hardware of this machine; the guest needs virtio and ext4.
  mmdebstrap --quiet --mode=root --variant=minbase --include="$packages" \
    --aptopt='Apt::Install-Recommends "false"' --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --essential-hook='mkdir -p "$1/etc/initramfs-tools"; printf "virtio_pci\nvirtio_blk\next4\n" > "$1/etc/initramfs-tools/modules"' \
    bookworm "$out/root" "$(ls /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -1)"
  cp "$out"/root/boot/vmlinuz-* "$out/vmlinuz"
  cp "$out"/root/boot/initrd.img-* "$out/initrd.img"
  version=$(ls "$out/root/lib/modules" | head -1)

  # Debian's kernel does not include gpio-sim: it is built from Debian's kernel source, with the interrupt simulator that it needs.
  echo "hil: gpio-sim for $version" >&2
  mkdir -p "$out/gpio-sim"
  tar -xJf /usr/src/linux-source-6.1.tar.xz -C "$out/gpio-sim" --strip-components=3 linux-source-6.1/drivers/gpio/gpio-sim.c \
    linux-source-6.1/drivers/gpio/gpiolib.h linux-source-6.1/kernel/irq/irq_sim.c
  ( cd "$out/gpio-sim"
    mv gpio-sim.c sim_main.c # a module of several sources must not have a source with its own name
    sed -i 's/irq_to_desc(irqnum)/irq_data_to_desc(irq_get_irq_data(irqnum))/' irq_sim.c # irq_to_desc is not exported
    printf 'obj-m := gpio-sim.o\ngpio-sim-y := sim_main.o irq_sim.o\n' > Kbuild
    make -s -C "/usr/src/linux-headers-$version" M="$PWD" modules >&2 )
  install -m 644 "$out/gpio-sim/gpio-sim.ko" "$out/root/lib/modules/$version/"
  # This disk only starts the other one, which is built each time.
  printf '%s\n' '#!/bin/sh' PATH=/usr/sbin:/usr/bin:/sbin:/bin 'mount -t devtmpfs dev /dev 2>/dev/null' \
    'mount -o ro /dev/vdb /app' 'exec /app/init' > "$out/root/init.hil"
  chmod 755 "$out/root/init.hil"
  mkdir -p "$out/root/app" "$out/root/out"
  rm -rf "$out"/root/var/lib/apt/lists/* "$out"/root/var/cache/apt/*
  rm -f "$out/root.img"
  mkfs.ext4 -q -L hil -d "$out/root" "$out/root.img" 2600M
  rm -rf "$out/root"
  echo "$stamp" > "$out/root.stamp"
fi

rm -rf "$out/app" "$out/app.img"
mkdir -p "$out/app/dotnet/shared"
dotnet=$(dirname "$(realpath "$(command -v dotnet)")")
cp -r "$dotnet/dotnet" "$dotnet/host" "$out/app/dotnet/"
for framework in Microsoft.NETCore.App Microsoft.AspNetCore.App; do
  newest=$(cd "$dotnet/shared/$framework" && printf '%s\n' 10.* | sort -V | tail -1)
  mkdir -p "$out/app/dotnet/shared/$framework"
  cp -r "$dotnet/shared/$framework/$newest" "$out/app/dotnet/shared/$framework/"
done
cp -r "$app" "$out/app/kiosk"
rm -rf "$out"/app/kiosk/runtimes/win* "$out"/app/kiosk/runtimes/osx* "$out"/app/kiosk/*.pdb
cp "$here"/guest/* "$out/app/"

mkfs.ext4 -q -L app -d "$out/app" "$out/app.img" "$(( $(du -sm "$out/app" | cut -f1) * 5 / 4 + 64 ))M"
rm -rf "$out/app"
