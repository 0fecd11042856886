#Requires -RunAsAdministrator
<#
.SYNOPSIS
  Installs, updates or removes the kiosk on Windows 11 IoT Enterprise LTSC.
.DESCRIPTION
  install     two side-by-side versions under C:\Kiosk, the service "Kiosk" on the new one, lock-down applied
  rollback    the service goes back to the version before
  remove      everything of the kiosk goes; the lock-down is lifted
  Windows has no A/B system partition: two versions side by side and a service that is switched over take its place.
#>
[CmdletBinding()]
param(
  [Parameter(Mandatory)][ValidateSet('install', 'rollback', 'remove')][string]$Action,
  [string]$Config = 'C:\Kiosk\kiosk.json',
  [switch]$WithoutLockdown
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$home_ = 'C:\Kiosk'
$service = 'Kiosk'
$account = 'NT SERVICE\Kiosk'

# The service's SID is a digest of its name; by it rights can be given before the service is there, when its name is not yet known.
function Get-ServiceSid([string]$name) {
  $sha1 = [System.Security.Cryptography.SHA1]::Create()
  try { $hash = $sha1.ComputeHash([System.Text.Encoding]::Unicode.GetBytes($name.ToUpperInvariant())) } finally { $sha1.Dispose() }
  'S-1-5-80-' + ((0..4 | ForEach-Object { [BitConverter]::ToUInt32($hash, $_ * 4) }) -join '-')
}
$sid = Get-ServiceSid $service

function Invoke-Tool([string]$tool) {
  & $tool @args | Out-Null
  if ($LASTEXITCODE -ne 0) { throw "$tool $args ended with $LASTEXITCODE" }
}

function Assert-Package {
  # Every file against the list that was made with the package.
  foreach ($line in Get-Content (Join-Path $PSScriptRoot 'SHA256SUMS')) {
    $digest, $name = $line -split '\s+\*?', 2
    $file = Join-Path $PSScriptRoot $name
    if (-not (Test-Path -LiteralPath $file)) { throw "missing: $name" }
    if ((Get-FileHash -LiteralPath $file -Algorithm SHA256).Hash -ne $digest.ToUpperInvariant()) { throw "changed: $name" }
  }
}

function Set-KioskService([string]$folder) {
  $program = "`"$folder\kiosk.exe`" run --config `"$Config`" --service --door `"$home_\screen\screen.html`""
  if (Get-Service $service -ErrorAction SilentlyContinue) {
    Stop-Service $service -Force
    # Not by sc.exe: Windows PowerShell 5.1 loses the quotes within an argument.
    $changed = Get-CimInstance Win32_Service -Filter "Name='$service'" | Invoke-CimMethod -MethodName Change -Arguments @{ PathName = $program }
    if ($changed.ReturnValue -ne 0) { throw "the service could not be switched to $folder (Win32_Service.Change: $($changed.ReturnValue))" }
  } else {
    New-Service -Name $service -BinaryPathName $program -DisplayName 'Kiosk' -StartupType Automatic -DependsOn SCardSvr | Out-Null
  }
  Invoke-Tool sc.exe config $service obj= $account
  Invoke-Tool sc.exe sidtype $service restricted
  Invoke-Tool sc.exe privs $service SeChangeNotifyPrivilege
  # Restarted after 1 s, for ever; a day without a fault clears the count.
  Invoke-Tool sc.exe failure $service reset= 86400 actions= restart/1000/restart/1000/restart/5000
  Invoke-Tool sc.exe failureflag $service 1
  # ONNX Runtime tells its maker nothing (QuietRuntime.cs sets it too).
  Set-ItemProperty "HKLM:\SYSTEM\CurrentControlSet\Services\$service" -Name Environment -Type MultiString -Value 'ORT_DISABLE_TELEMETRY=1'
  Start-Service $service
}

function Install-Kiosk {
  Assert-Package
  if (-not (Test-Path $Config)) { throw "no $Config; write it first (README.md names the keys)" }
  $version = Split-Path $PSScriptRoot -Leaf
  $target = Join-Path $home_ $version
  if (Test-Path $target) { throw "$version is installed already; remove or roll back first" }
  New-Item -ItemType Directory -Force $home_ | Out-Null
  Copy-Item -Recurse (Join-Path $PSScriptRoot 'app') $target
  # Nobody but administrators writes programs; the kiosk's own data is the service's.
  if (-not (Get-LocalUser KioskScreen -ErrorAction SilentlyContinue)) {
    New-LocalUser KioskScreen -NoPassword -AccountNeverExpires | Out-Null
  }
  Invoke-Tool icacls.exe $home_ /inheritance:r /grant '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-18:(OI)(CI)F' "*${sid}:(OI)(CI)RX"
  New-Item -ItemType Directory -Force "$home_\data" | Out-Null
  Invoke-Tool icacls.exe "$home_\data" /grant "*${sid}:(OI)(CI)M"
  # The page with the screen's address: the kiosk writes it, the screen's account reads it, nobody else.
  New-Item -ItemType Directory -Force "$home_\screen" | Out-Null
  Invoke-Tool icacls.exe "$home_\screen" /inheritance:r /grant '*S-1-5-32-544:(OI)(CI)F' "*${sid}:(OI)(CI)M" 'KioskScreen:(OI)(CI)R'
  $current = Join-Path $home_ 'current.txt'
  if (Test-Path $current) { Copy-Item $current (Join-Path $home_ 'previous.txt') -Force }
  Set-Content $current $target -Encoding ascii
  Set-KioskService $target
  Wait-Healthy
  if (-not $WithoutLockdown) { & (Join-Path $PSScriptRoot 'lockdown.ps1') -Apply }
}

function Wait-Healthy {
  # The health page is the kiosk's own word; two minutes without a break make a version good.
  $well = $null
  $deadline = (Get-Date).AddMinutes(10)
  while ((Get-Date) -lt $deadline) {
    try { $ok = (Invoke-WebRequest 'http://127.0.0.1:8600/healthz' -UseBasicParsing -TimeoutSec 5).StatusCode -eq 200 } catch { $ok = $false }
    if (-not $ok) { $well = $null } elseif (-not $well) { $well = Get-Date }
    if ($well -and ((Get-Date) - $well).TotalSeconds -ge 120) { return }
    Start-Sleep 2
  }
  if (-not (Test-Path (Join-Path $home_ 'previous.txt'))) { throw 'not healthy within ten minutes; stop the service, run its command line (sc.exe qc Kiosk) without --service in a console and read why; then -Action remove' }
  $bad = (Get-Content (Join-Path $home_ 'current.txt') -TotalCount 1).Trim()
  Write-Warning 'not healthy within ten minutes; going back to the version before'
  Restore-Kiosk
  # Gone, so that the same package can be tried again.
  Remove-Item -Recurse -Force $bad
  throw 'the new version did not get healthy; the one before runs'
}

function Restore-Kiosk {
  $previous = Join-Path $home_ 'previous.txt'
  if (-not (Test-Path $previous)) { throw 'there is no version before this one' }
  $folder = (Get-Content $previous -TotalCount 1).Trim()
  if (-not (Test-Path "$folder\kiosk.exe")) { throw "gone: $folder" }
  Copy-Item $previous (Join-Path $home_ 'current.txt') -Force
  Set-KioskService $folder
}

switch ($Action) {
  'install' { Install-Kiosk }
  'rollback' { Restore-Kiosk }
  'remove' {
    & (Join-Path $PSScriptRoot 'lockdown.ps1') -Lift
    if (Get-Service $service -ErrorAction SilentlyContinue) { Stop-Service $service -Force; & sc.exe delete $service | Out-Null }
    Remove-Item -Recurse -Force $home_
  }
}
