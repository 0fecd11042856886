#Requires -RunAsAdministrator
<#
.SYNOPSIS
  Installs, updates or removes the kiosk on Windows 11 IoT Enterprise LTSC.
.DESCRIPTION
  install     copies this version beside the present one under C:\Kiosk, switches the service "Kiosk" to it, applies the lock-down
  rollback    switches the service back to the version before
  remove      lifts the lock-down and removes the kiosk
  Two versions side by side replace the two system partitions (A/B) of the Linux image.
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

# The SID of a service is a digest of its name. With it rights can be given before the service exists and Windows knows its name.
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
  # Compares every file with the list of the package.
  foreach ($line in Get-Content (Join-Path $PSScriptRoot 'SHA256SUMS')) {
    $digest, $name = $line -split '\s+\*?', 2
    $file = Join-Path $PSScriptRoot $name
    if (-not (Test-Path -LiteralPath $file)) { throw "missing: $name" }
    if ((Get-FileHash -LiteralPath $file -Algorithm SHA256).Hash -ne $digest.ToUpperInvariant()) { throw "changed: $name" }
  }
}

function Set-KioskService([string]$folder) {
  $program = "`"$folder\kiosk.exe`" run --config `"$Config`" --service --browser-url `"$home_\screen\screen.html`""
  if (Get-Service $service -ErrorAction SilentlyContinue) {
    Stop-Service $service -Force
    # Not with sc.exe: Windows PowerShell 5.1 loses the quotation marks inside an argument.
    $changed = Get-CimInstance Win32_Service -Filter "Name='$service'" |
      Invoke-CimMethod -MethodName Change -Arguments @{ PathName = $program }
    if ($changed.ReturnValue -ne 0) { throw "the service could not be switched to $folder (Win32_Service.Change: $($changed.ReturnValue))" }
  } else {
    New-Service -Name $service -BinaryPathName $program -DisplayName 'Kiosk' -StartupType Automatic -DependsOn SCardSvr | Out-Null
  }
  Invoke-Tool sc.exe config $service obj= $account
  Invoke-Tool sc.exe sidtype $service restricted
  Invoke-Tool sc.exe privs $service SeChangeNotifyPrivilege
  # Restart after every failure; a day without a failure resets the count.
  Invoke-Tool sc.exe failure $service reset= 86400 actions= restart/1000/restart/1000/restart/5000
  Invoke-Tool sc.exe failureflag $service 1
  # Keeps ONNX Runtime from sending telemetry.
  Set-ItemProperty "HKLM:\SYSTEM\CurrentControlSet\Services\$service" -Name Environment -Type MultiString -Value 'ORT_DISABLE_TELEMETRY=1'
  Start-Service $service
}

function Install-Kiosk {
  Assert-Package
  if (-not (Test-Path $Config)) { throw "no $Config; make it first with kiosk.exe enroll (README.md, Install)" }
  $version = Split-Path $PSScriptRoot -Leaf
  $target = Join-Path $home_ $version
  if (Test-Path $target) { throw "$version is installed already; use -Action remove or rollback first" }
  New-Item -ItemType Directory -Force $home_ | Out-Null
  Copy-Item -Recurse (Join-Path $PSScriptRoot 'app') $target
  # Only administrators may write programs; the service may write the kiosk's data.
  if (-not (Get-LocalUser KioskScreen -ErrorAction SilentlyContinue)) {
    New-LocalUser KioskScreen -NoPassword -AccountNeverExpires | Out-Null
  }
  Invoke-Tool icacls.exe $home_ /inheritance:r /grant '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-18:(OI)(CI)F' "*${sid}:(OI)(CI)RX"
  # The program that starts the browser runs as the screen's account.
  Invoke-Tool icacls.exe $target /grant 'KioskScreen:(OI)(CI)RX'
  New-Item -ItemType Directory -Force "$home_\data" | Out-Null
  Invoke-Tool icacls.exe "$home_\data" /grant "*${sid}:(OI)(CI)M"
  # The page with the address for the browser: only the kiosk writes it, only the account of the screen reads it.
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
  # Two minutes of health without a break make a version good.
  $healthy = $null
  $deadline = (Get-Date).AddMinutes(10)
  while ((Get-Date) -lt $deadline) {
    try {
      $ok = (Invoke-WebRequest 'http://127.0.0.1:8600/healthz' -UseBasicParsing -TimeoutSec 5).StatusCode -eq 200
    } catch { $ok = $false }
    if (-not $ok) { $healthy = $null } elseif (-not $healthy) { $healthy = Get-Date }
    if ($healthy -and ((Get-Date) - $healthy).TotalSeconds -ge 120) { return }
    Start-Sleep 2
  }
  if (-not (Test-Path (Join-Path $home_ 'previous.txt'))) {
    throw ('not healthy within ten minutes; to see the reason stop the service and run its command line (sc.exe qc Kiosk) without ' +
      '--service in a console; then use -Action remove')
  }
  $bad = (Get-Content (Join-Path $home_ 'current.txt') -TotalCount 1).Trim()
  Write-Warning 'not healthy within ten minutes; going back to the version before'
  Restore-Kiosk
  # Removed, so that the same package can be installed again.
  Remove-Item -Recurse -Force $bad
  throw 'the new version did not become healthy; the version before is running'
}

function Restore-Kiosk {
  $previous = Join-Path $home_ 'previous.txt'
  if (-not (Test-Path $previous)) { throw 'there is no version before this one' }
  $folder = (Get-Content $previous -TotalCount 1).Trim()
  if (-not (Test-Path "$folder\kiosk.exe")) { throw "the folder of the version before is missing: $folder" }
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
