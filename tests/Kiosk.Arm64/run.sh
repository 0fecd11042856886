#!/usr/bin/env bash
# ./dev test --arm64: the managed tests of Core, Contract and Reception, on the arm64 runtime under qemu-user. The assemblies are those of
# ./dev test: IL is the same for every processor. Libraries of OpenCV and ONNX for arm64 are not in the packages, so tests that need
# them are not run. Needs qemu-user-static, mmdebstrap and a built tests/Kiosk.Tests and tests/Kiosk.Arm64.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=artifacts/arm64 system=artifacts/arm64/system app=artifacts/arm64/app bin=artifacts/bin
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
version=$(dotnet --list-runtimes | sed -n 's/^Microsoft.NETCore.App \([0-9.]*\) .*/\1/p' | tail -1)
mkdir -p "$work"
# The libraries that the runtime needs of the system, for arm64, as files only.
if [ ! -e "$system/lib/aarch64-linux-gnu/libc.so.6" ]; then
  rm -rf "$system"
  mmdebstrap --variant=extract --architectures=arm64 --include=libc6,libstdc++6,libgcc-s1,libssl3,zlib1g bookworm "$system" >"$work/system.log" 2>&1 ||
    { tail -5 "$work/system.log" >&2; echo "arm64 skipped: Debian's arm64 packages cannot be had" >&2; exit 0; }
fi
# The arm64 runtime comes as the packages of a self-contained publish.
[ -e "$packages/microsoft.netcore.app.runtime.linux-arm64/$version" ] || dotnet restore src/Kiosk.ReceptionTerminal -p:RuntimeIdentifier=linux-arm64 -p:SelfContained=true --artifacts-path "$work/.dotnet" >"$work/restore.log" 2>&1 || true
core="$packages/microsoft.netcore.app.runtime.linux-arm64/$version/runtimes/linux-arm64"
web="$packages/microsoft.aspnetcore.app.runtime.linux-arm64/$version/runtimes/linux-arm64"
host="$packages/microsoft.netcore.app.host.linux-arm64/$version/runtimes/linux-arm64/native/apphost"
for need in "$core" "$web" "$host"; do
  [ -e "$need" ] || { echo "arm64 skipped: the package source does not have $(basename "$(dirname "${need%/runtimes*}")") $version" >&2; exit 0; }
done
root="$work/dotnet"
rm -rf "$root" "$app"
mkdir -p "$root/host/fxr/$version" "$root/shared/Microsoft.NETCore.App/$version" "$root/shared/Microsoft.AspNetCore.App/$version"
cp "$core/native/libhostfxr.so" "$root/host/fxr/$version/"
cp "$core"/native/* "$core"/lib/net*/* "$root/shared/Microsoft.NETCore.App/$version/"
cp "$web"/lib/net*/* "$root/shared/Microsoft.AspNetCore.App/$version/"
printf '{"runtimeOptions":{"tfm":"net10.0","framework":{"name":"Microsoft.NETCore.App","version":"%s"}}}' "$version" \
  >"$root/shared/Microsoft.AspNetCore.App/$version/Microsoft.AspNetCore.App.runtimeconfig.json"
cp -r "$bin/Kiosk.Tests/debug" "$app"
cp "$bin/Kiosk.Arm64/debug/Kiosk.Arm64.dll" "$app/"
cp "$app/Kiosk.Tests.deps.json" "$app/Kiosk.Arm64.deps.json"
cp "$app/Kiosk.Tests.runtimeconfig.json" "$app/Kiosk.Arm64.runtimeconfig.json"
# What the SDK does when it makes a program: the host's place holder becomes the name of the assembly (HostWriter.cs of dotnet/runtime).
python3 - "$host" "$app/Kiosk.Arm64" <<'P'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
holder = b"c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2"
at = data.index(holder)
name = b"Kiosk.Arm64.dll"
data[at:at + len(holder)] = name + bytes(len(holder) - len(name))
open(sys.argv[2], "wb").write(data)
P
chmod +x "$app/Kiosk.Arm64"
# Code that the JIT changes in place makes qemu 7.2 end with "illegal instruction": it is compiled once, into pages that stay writable.
run() { DOTNET_ROOT="$PWD/$root" DOTNET_gcServer=0 DOTNET_GCHeapHardLimit=0x80000000 DOTNET_EnableWriteXorExecute=0 DOTNET_TieredCompilation=0 \
   qemu-aarch64-static -L "$system" "$@"; }
classes=("$@")
[ ${#classes[@]} -gt 0 ] || classes=(Kiosk.Tests.Cards Kiosk.Tests.Visits Kiosk.Tests.Contracts Kiosk.Tests.JapanTimeTests
  Kiosk.Tests.JapaneseDateTests Kiosk.Tests.FailureCatalogueTests Kiosk.Tests.Configuration)
run "$app/Kiosk.Arm64" "$app/Kiosk.Tests.dll" "${classes[@]}"
