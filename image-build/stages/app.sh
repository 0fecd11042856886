# shellcheck shell=bash disable=SC2034,SC2154
# Stage app: the kiosk program, self-contained and compiled ahead of time (ReadyToRun), and the list of its NuGet packages.
# Every profile carries this Release build. It depends on the version, because the program reports it, but not on the profile.
app="$out/work/app-$version"
packages_of_app="$out/work/app-$version.nuget.json"

app_inputs() {
  local models=(models/build/*.onnx)
  [ -e "${models[0]}" ] || { echo none; return; }
  [ ! -d artifacts/voices ] || digest_of artifacts/voices
  digest_of LICENSE THIRD-PARTY-NOTICES.md src models/manifest.json "${models[@]}" image-build/checks \
    Directory.Build.props Directory.Packages.props global.json .config/dotnet-tools.json
  echo "$version"
}
app_made() { echo "$app/kiosk" "$app/models/manifest.json" "$packages_of_app"; }
app_summary() {
  echo "$(du -sm "$app" | cut -f1) MiB$([ -d "$app/voices" ] || echo "; WITHOUT SPEECH (chimes only): run ./dev voices, build again")"
}

app_build() {
  # Always the same folder, emptied first: names of types that the compiler generates contain a digest of the build path.
  local place="$root/artifacts/image/dotnet"
  rm -rf "$app" "$place"
  dotnet publish src/Kiosk.App -c Release -r linux-x64 --self-contained -o "$app" \
    --artifacts-path "$place" -v quiet -p:Version="$version" \
    -p:PublishReadyToRun=true -p:DebugType=none -p:IncludeSourceRevisionInInformationalVersion=false \
    -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false
  "$here/checks/no-simulators.sh" "$app"
  list_packages "$place/obj"
  [ -n "$(ls models/build/*.onnx 2>/dev/null)" ] || { echo "no face models in models/build: ./dev models build"; return 1; }
  mkdir -p "$app/models/build"
  cp models/manifest.json "$app/models/"
  cp models/build/*.onnx "$app/models/build/"
  # Debug symbols are of no use on a device.
  strip --strip-unneeded "$app/libOpenCvSharpExtern.so"
  # The spoken texts, for patients who cannot see the screen.
  if [ -d artifacts/voices ]; then
    mkdir -p "$app/voices"
    (cd artifacts/voices && find . -name '*.ogg' -exec cp --parents -t "$app/voices" {} +)
    # Whom the licence of the Japanese voice asks to name, beside the clips that were made with it.
    [ ! -e artifacts/voices/NOTICE.txt ] || cp artifacts/voices/NOTICE.txt "$app/voices/"
  fi
  # Licences and whom to name, in /opt/kiosk of the image.
  cp LICENSE THIRD-PARTY-NOTICES.md "$app/"
}

# The NuGet packages that the publish resolved, by the CycloneDX tool. It reads the restored project and NuGet's package folder,
# and needs no network. $1: the folder that holds obj of each project.
list_packages() {
  dotnet tool restore
  dotnet tool run dotnet-CycloneDX -- src/Kiosk.App/Kiosk.App.csproj --disable-package-restore \
    --base-intermediate-output-path "$1" --runtime linux-x64 --configuration Release --exclude-dev \
    --no-serial-number --spec-version 1.5 --set-name kiosk --set-version "$version" \
    --output-format Json --output "$(dirname "$packages_of_app")" --filename "$(basename "$packages_of_app")"
}
