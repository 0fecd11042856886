#Requires -RunAsAdministrator
<#
.SYNOPSIS
  Installs, updates or removes the reception terminal on a Windows PC, as a service.
.DESCRIPTION
  install     copies this version beside the present one under C:\Reception, switches the service "KioskReception" to it
  rollback    switches the service back to the version before
  remove      removes service, firewall rule and programs; C:\Reception\data, with the arrivals, stays
  A service does not see the drive letters that a person has connected. Name shares as \\SERVER\SHARE in reception.json. On a share the
  service acts as the computer's account (DOMAIN\PC$); without a domain give -Account and -Password of an account that the share knows.
#>
[CmdletBinding()]
param(
  [Parameter(Mandatory)][ValidateSet('install', 'rollback', 'remove')][string]$Action,
  [string]$Config = 'C:\Reception\data\reception.json',
  [string]$Account = 'NT SERVICE\KioskReception',
  [securestring]$Password
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$home_ = 'C:\Reception'
$service = 'KioskReception'

function Invoke-Tool([string]$tool) {
  & $tool @args | Out-Null
  if ($LASTEXITCODE -ne 0) { throw "$tool $($args[0]) $($args[1]) ended with $LASTEXITCODE" }
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

function Assert-NoDriveLetter {
  # A drive letter of the network works in a console and not in the service, so it is found here and not by a clinic that waits for files.
  $oqs = (Get-Content -Raw -Encoding UTF8 $Config | ConvertFrom-Json).PSObject.Properties['oqs']
  if (-not $oqs) { return }
  foreach ($item in $oqs.Value.PSObject.Properties) {
    if ($item.Value -isnot [string] -or $item.Value -notmatch '^([A-Za-z]):') { continue }
    $disk = Get-CimInstance Win32_LogicalDisk -Filter "DeviceID='$($Matches[1]):'"
    # 4: network drive.
    if (-not $disk -or $disk.DriveType -eq 4) {
      throw "oqs.$($item.Name): $($item.Value) is on a drive letter that the service does not see; write \\SERVER\SHARE\FOLDER"
    }
  }
}

function Set-ReceptionService([string]$folder) {
  $program = "`"$folder\reception.exe`" run --config `"$Config`" --service"
  if (Get-Service $service -ErrorAction SilentlyContinue) {
    Stop-Service $service -Force
    $changed = Get-CimInstance Win32_Service -Filter "Name='$service'" |
      Invoke-CimMethod -MethodName Change -Arguments @{ PathName = $program }
    if ($changed.ReturnValue -ne 0) { throw "the service could not be switched to $folder (Win32_Service.Change: $($changed.ReturnValue))" }
  } else {
    New-Service -Name $service -BinaryPathName $program -DisplayName 'Kiosk reception' -StartupType Automatic | Out-Null
  }
  if ($Password) {
    $plain = [System.Net.NetworkCredential]::new('', $Password).Password
    Invoke-Tool sc.exe config $service obj= $Account password= $plain
  } else {
    Invoke-Tool sc.exe config $service obj= $Account
  }
  # Restart after every failure; a day without a failure resets the count.
  Invoke-Tool sc.exe failure $service reset= 86400 actions= restart/1000/restart/1000/restart/5000
  Invoke-Tool sc.exe failureflag $service 1
  Start-Service $service
}

function Test-Running {
  # It must run for twenty seconds without a break: a reception that cannot start ends at once.
  for ($i = 0; $i -lt 20; $i++) {
    Start-Sleep 1
    if ((Get-Service $service).Status -ne 'Running') { return $false }
  }
  $true
}

function Restore-Reception {
  $previous = Join-Path $home_ 'previous.txt'
  if (-not (Test-Path $previous)) { throw 'there is no version before this one' }
  $folder = (Get-Content $previous -TotalCount 1).Trim()
  if (-not (Test-Path "$folder\reception.exe")) { throw "the folder of the version before is missing: $folder" }
  Copy-Item $previous (Join-Path $home_ 'current.txt') -Force
  Set-ReceptionService $folder
}

function Install-Reception {
  Assert-Package
  if (-not (Test-Path $Config)) { throw "no $Config; make it first (README.md, Reception)" }
  Assert-NoDriveLetter
  $version = Split-Path $PSScriptRoot -Leaf
  $target = Join-Path $home_ $version
  if (Test-Path $target) { throw "$version is installed already; use -Action remove or rollback first" }
  New-Item -ItemType Directory -Force "$home_\data" | Out-Null
  Copy-Item -Recurse (Join-Path $PSScriptRoot 'app') $target
  $current = Join-Path $home_ 'current.txt'
  if (Test-Path $current) { Copy-Item $current (Join-Path $home_ 'previous.txt') -Force }
  Set-Content $current $target -Encoding ascii
  # The account of the service exists once the service does. Only it, administrators and SYSTEM may read keys and arrivals.
  if (-not (Get-Service $service -ErrorAction SilentlyContinue)) {
    New-Service -Name $service -BinaryPathName "`"$target\reception.exe`"" -DisplayName 'Kiosk reception' -StartupType Automatic | Out-Null
  }
  Invoke-Tool icacls.exe $home_ /inheritance:r /grant '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-18:(OI)(CI)F' "${Account}:(OI)(CI)RX"
  Invoke-Tool icacls.exe "$home_\data" /grant "${Account}:(OI)(CI)M"
  $chosen = (Get-Content -Raw -Encoding UTF8 $Config | ConvertFrom-Json).PSObject.Properties['port']
  $port = if ($chosen) { $chosen.Value } else { 8601 }
  Remove-NetFirewallRule -Name KioskReception -ErrorAction SilentlyContinue
  New-NetFirewallRule -Name KioskReception -DisplayName 'Kiosks to this reception' -Direction Inbound -Action Allow `
    -Protocol TCP -LocalPort $port -Program "$target\reception.exe" -Profile Private, Domain | Out-Null
  Set-ReceptionService $target
  if (Test-Running) { Write-Output "$version runs as the service $service"; return }
  if (-not (Test-Path (Join-Path $home_ 'previous.txt'))) {
    throw "the service does not stay up; to see the reason run in a console: $target\reception.exe run --config $Config"
  }
  Write-Warning 'the service does not stay up; going back to the version before'
  Restore-Reception
  Remove-Item -Recurse -Force $target
  throw 'the new version did not stay up; the version before is running'
}

switch ($Action) {
  'install' { Install-Reception }
  'rollback' { Restore-Reception }
  'remove' {
    if (Get-Service $service -ErrorAction SilentlyContinue) { Stop-Service $service -Force; & sc.exe delete $service | Out-Null }
    Remove-NetFirewallRule -Name KioskReception -ErrorAction SilentlyContinue
    Get-ChildItem $home_ -Exclude data | Remove-Item -Recurse -Force
  }
}
