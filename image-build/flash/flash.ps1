#Requires -RunAsAdministrator
<#
.SYNOPSIS
  Writes a kiosk image to a disk on Windows: checks the digest, shows the disk, asks, writes, reads back.
.EXAMPLE
  .\flash.ps1 -Image kiosk-1.0.0.img.zst -Disk 2          # disk numbers: Get-Disk
.NOTES
  Needs zstd.exe beside this script or on PATH (Windows cannot unpack it). The signature of SHA256SUMS is checked when
  -Ca names the maker's release-ca.crt and openssl.exe is found; else compare the printed digest with the maker's by eye.
#>
[CmdletBinding()]
param(
  [Parameter(Mandatory)][string]$Image,
  [Parameter(Mandatory)][int]$Disk,
  [string]$Ca
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$folder = Split-Path (Resolve-Path $Image)
$name = Split-Path $Image -Leaf
$sums = Join-Path $folder 'SHA256SUMS'
if (-not (Test-Path $sums)) { throw "no $sums; take the whole folder of the release" }
$wanted = (Get-Content $sums | Where-Object { ($_ -split '\s+\*?', 2)[1] -eq $name }) -split '\s+' | Select-Object -First 1
if (-not $wanted) { throw "$name is not in SHA256SUMS" }
if ($Ca) {
  & openssl.exe cms -verify -binary -inform DER -in "$sums.p7s" -content $sums -CAfile $Ca -purpose any -out NUL
  if ($LASTEXITCODE -ne 0) { throw 'SHA256SUMS is not signed by this maker; do not use this image' }
}
$digest = (Get-FileHash -LiteralPath $Image -Algorithm SHA256).Hash.ToLowerInvariant()
if ($digest -ne $wanted) { throw 'the image is not what was listed; fetch it again' }
Write-Output "SHA-256 $digest"

$target = Get-Disk -Number $Disk
if ($target.IsBoot -or $target.IsSystem) { throw "disk $Disk is the one this computer runs from" }
$target | Format-List Number, FriendlyName, SerialNumber, BusType, @{ n = 'GiB'; e = { [math]::Round($_.Size / 1GB, 1) } }
if ((Read-Host "everything on disk $Disk will be lost; type its serial number to go on") -ne $target.SerialNumber.Trim()) { throw 'not written' }
$target | Clear-Disk -RemoveData -RemoveOEM -Confirm:$false -ErrorAction SilentlyContinue
Set-Disk -Number $Disk -IsOffline $true

$zstd = Get-Command zstd.exe -ErrorAction SilentlyContinue
$zstd = if ($zstd) { $zstd.Source } else { Join-Path $PSScriptRoot 'zstd.exe' }
function Open-Image {
  $start = [System.Diagnostics.ProcessStartInfo]::new($zstd, "-dc `"$((Resolve-Path $Image).Path)`"")
  $start.RedirectStandardOutput = $true
  $start.UseShellExecute = $false
  [System.Diagnostics.Process]::Start($start)
}
function Step-Image([scriptblock]$each) {
  $process = Open-Image
  $stream = $process.StandardOutput.BaseStream
  $buffer = [byte[]]::new(4MB)
  while ($true) {
    $filled = 0
    while ($filled -lt $buffer.Length -and ($got = $stream.Read($buffer, $filled, $buffer.Length - $filled)) -gt 0) { $filled += $got }
    if ($filled -eq 0) { break }
    & $each $buffer $filled
  }
  $process.WaitForExit()
  if ($process.ExitCode -ne 0) { throw 'zstd could not unpack the image' }
}
$raw = [System.IO.File]::Open("\\.\PhysicalDrive$Disk", 'Open', 'ReadWrite', 'None')
try {
  Step-Image { param($data, $count) $raw.Write($data, 0, $count) }
  $raw.Flush($true)
  $raw.Position = 0
  $back = [byte[]]::new(4MB)
  Step-Image {
    param($data, $count)
    $filled = 0
    while ($filled -lt $count) { $filled += $raw.Read($back, $filled, $count - $filled) }
    if ([Convert]::ToBase64String($data, 0, $count) -ne [Convert]::ToBase64String($back, 0, $count)) { throw 'what was read back is not what was written: change the disk' }
  }
} finally { $raw.Dispose() }
Set-Disk -Number $Disk -IsOffline $false -ErrorAction SilentlyContinue
Write-Output 'written and compared'
