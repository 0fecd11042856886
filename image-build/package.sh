#!/usr/bin/env bash
# ./dev package windows|windows-quick|linux-arm64 [--out DIR] [--opencv]
# windows: the kiosk for Windows IoT Enterprise LTSC and the reception for a Windows PC, each as a folder and a .zip with its installer.
#   --opencv takes OpenCV's library from the package OpenCvSharp4.runtime.win (property WindowsOpenCv); without it: PIN only.
# windows-quick: the two programs alone, compiled faster and started slower, for tests under Wine.
# linux-arm64: publishes the managed programs and lists the native libraries that a board must bring.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(dirname "$here")"
cd "$root"
export LC_ALL=C DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
what=${1:-} out="$root/artifacts/package" opencv=""
[ $# -eq 0 ] || shift
while [ $# -gt 0 ]; do
  case "$1" in
    --out) out=$(realpath -m "${2:?--out DIR}"); shift 2 ;;
    --opencv) opencv=1; shift ;;
    *) echo "package: unknown: $1" >&2; exit 2 ;;
  esac
done
version=$("$here/print-version.sh")

# $1: project; $2: runtime identifier; $3: folder to write; more arguments go to dotnet publish.
publish() {
  mkdir -p "$out"
  dotnet publish "src/$1" -c Release -r "$2" --self-contained -o "$3" --artifacts-path "$out/.dotnet" -v quiet --nologo \
    -p:DebugType=none -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false \
    -p:IncludeSourceRevisionInInformationalVersion=false "${@:4}" >"$out/publish.log" 2>&1 ||
    {
      grep -E 'error' "$out/publish.log" | sort -u | head >&2
      [ -z "$opencv" ] || echo "package: --opencv needs OpenCvSharp4.runtime.win in the package source" >&2
      echo "package: dotnet publish failed; see $out/publish.log" >&2
      exit 1
    }
  "$here/checks/no-simulators.sh" "$3"
}

# $1: folder $out/windows/NAME-VERSION. Lists its files, and makes the .zip.
pack() {
  local zip="$1-windows.zip"
  (cd "$1" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS)
  (cd "$out/windows" && rm -f "$zip" && python3 - "$(basename "$1")" <<'P'
import pathlib, sys, zipfile
folder = pathlib.Path(sys.argv[1])
with zipfile.ZipFile(f"{folder}-windows.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            archive.write(file)
P
  )
  echo "$zip ($(($(stat -c %s "$zip") / 1048576)) MiB); its README.md says what was verified and what was not"
}

case "$what" in
  windows)
    dir="$out/windows/kiosk-$version"
    rm -rf "$dir"; mkdir -p "$dir/app/models/build"
    publish Kiosk.App win-x64 "$dir/app" -p:PublishReadyToRun=true ${opencv:+-p:WindowsOpenCv=true}
    if [ -e "$dir/app/OpenCvSharpExtern.dll" ]; then echo "package: with OpenCV's library from OpenCvSharp4.runtime.win"
    else echo "package: without OpenCV's library: this kiosk serves by PIN and says so at its start (--opencv takes it)" >&2; fi
    cp models/manifest.json "$dir/app/models/"
    cp models/build/*.onnx "$dir/app/models/build/" 2>/dev/null ||
      echo "package: no face models in models/build (./dev models build): this kiosk will offer the PIN only" >&2
    cp "$here"/windows/*.xml "$here"/windows/*.reg "$here"/windows/README.md "$here"/windows/kiosk-service.ps1 "$here"/windows/lockdown.ps1 "$dir/"
    pack "$dir"
    dir="$out/windows/reception-$version"
    rm -rf "$dir"; mkdir -p "$dir"
    publish Kiosk.ReceptionTerminal win-x64 "$dir/app" -p:PublishReadyToRun=true
    cp "$here"/windows/reception-service.ps1 "$here"/windows/README.md "$dir/"
    pack "$dir"
    ;;
  windows-quick)
    rm -rf "$out/windows-quick/kiosk" "$out/windows-quick/reception"
    publish Kiosk.App win-x64 "$out/windows-quick/kiosk" -p:RunAnalyzers=false
    publish Kiosk.ReceptionTerminal win-x64 "$out/windows-quick/reception" -p:RunAnalyzers=false
    ;;
  linux-arm64)
    dir="$out/linux-arm64/kiosk-$version"
    rm -rf "$dir"
    publish Kiosk.App linux-arm64 "$dir/kiosk"
    publish Kiosk.ReceptionTerminal linux-arm64 "$dir/reception"
    echo "managed: $(ls "$dir"/kiosk/*.dll | wc -l) assemblies in $dir/kiosk, $(ls "$dir"/reception/*.dll | wc -l) in $dir/reception"
    echo "native files that came with the packages:"
    find "$dir" -type f \( -name '*.so' -o -name '*.so.*' \) | sort | while read -r file; do
      printf '  %-60s %s\n' "${file#"$dir"/}" \
        "$(od -An -tx1 -j18 -N2 "$file" | tr -d ' ' | sed 's/b700/arm64/; s/3e00/x86-64: WRONG for this board/')"
    done
    echo "native libraries that the board must bring (image-build/arm64.md):" \
      "$(sed -n '/^| `/s/^| `\([^`]*\)`.*/\1/p' "$here/arm64.md" | paste -sd' ')"
    ;;
  *) sed -n '2,7s/^# //p' "$0"; exit 2 ;;
esac
