# shellcheck shell=bash disable=SC2034,SC2154
# Stage app: the kiosk, self-contained and compiled ahead (ReadyToRun). Release: no simulators, in every profile.
app="$out/work/app"

app_inputs() {
  local models=(models/build/*.onnx)
  [ -e "${models[0]}" ] || { echo none; return; }
  [ ! -d artifacts/voices ] || digest_of artifacts/voices
  digest_of src models/manifest.json "${models[@]}" Directory.Build.props Directory.Packages.props global.json
}
app_made() { echo "$app/kiosk" "$app/models/manifest.json"; }
app_told() { echo "$(du -sm "$app" | cut -f1) MiB$([ -d "$app/voices" ] || echo "; WITHOUT SPEECH (chimes only): ./dev voices, then again")"; }

app_build() {
  # Always the same place, emptied: names of types that the compiler makes hold a digest of the path they were made at.
  local place="$root/artifacts/image/dotnet"
  rm -rf "$app" "$place"
  dotnet publish src/Kiosk.App -c Release -r linux-x64 --self-contained -o "$app" \
    --artifacts-path "$place" -v quiet \
    -p:PublishReadyToRun=true -p:DebugType=none -p:IncludeSourceRevisionInInformationalVersion=false \
    -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false
  [ -n "$(ls models/build/*.onnx 2>/dev/null)" ] || { echo "no face models in models/build: ./dev models build"; return 1; }
  mkdir -p "$app/models/build"
  cp models/manifest.json "$app/models/"
  cp models/build/*.onnx "$app/models/build/"
  # Symbols that nobody on a device reads.
  strip --strip-unneeded "$app/libOpenCvSharpExtern.so"
  # The spoken texts, for those who do not see the screen.
  [ ! -d artifacts/voices ] || (cd artifacts/voices && find . -name '*.ogg' -exec cp --parents -t "$(mkdir -p "$app/voices"; echo "$app/voices")" {} +)
}
