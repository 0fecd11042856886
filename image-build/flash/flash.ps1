#Requires -RunAsAdministrator
<#
.SYNOPSIS
  Writes a kiosk image to a disk on Windows: checks the digest, shows the disk, asks, writes, reads back.
.EXAMPLE
  .\flash.ps1 -Image kiosk-1.0.0.img.zst -Disk 2          # disk numbers: Get-Disk; or a file, for trying
.NOTES
  Windows PowerShell 5.1 or PowerShell 7. Needs zstd.exe beside this script or on PATH (Windows cannot unpack it). The signature
  of SHA256SUMS is checked when -Ca names the maker's release-ca.crt and openssl is found; else compare the printed digest with
  the maker's by eye.
#>
[CmdletBinding()]
param(
  [Parameter(Mandatory)][string]$Image,
  [Parameter(Mandatory)][string]$Disk,
  [string]$Ca
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
if (-not (Test-Path -LiteralPath $Image)) { throw "no $Image" }
$file = (Resolve-Path -LiteralPath $Image).Path
$name = Split-Path $file -Leaf
$sums = Join-Path (Split-Path $file) 'SHA256SUMS'
if (-not (Test-Path -LiteralPath $sums)) { throw "no $sums; take the whole folder of the release" }
$wanted = Get-Content $sums | Where-Object { ($_ -split '\s+\*?', 2)[1] -eq $name } | ForEach-Object { ($_ -split '\s+')[0] } | Select-Object -First 1
if (-not $wanted) { throw "$name is not in SHA256SUMS" }
if ($Ca) {
  & openssl cms -verify -binary -inform DER -in "$sums.p7s" -content $sums -CAfile $Ca -purpose any | Out-Null
  if ($LASTEXITCODE -ne 0) { throw 'SHA256SUMS is not signed by this maker; do not use this image' }
}
$digest = (Get-FileHash -LiteralPath $file -Algorithm SHA256).Hash.ToLowerInvariant()
if ($digest -ne $wanted) { throw 'the image is not what was listed; fetch it again' }
Write-Output "SHA-256 $digest"
$zstd = Get-Command zstd -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
$zstd = if ($zstd) { $zstd.Source } else { Join-Path $PSScriptRoot 'zstd.exe' }
if (-not (Test-Path -LiteralPath $zstd)) { throw 'zstd.exe is missing: lay it beside this script (github.com/facebook/zstd/releases)' }

$number = 0
$real = [int]::TryParse($Disk, [ref]$number)
if ($real) {
  $target = Get-Disk -Number $number
  if ($target.IsBoot -or $target.IsSystem) { throw "disk $number is the one this computer runs from" }
  $target | Format-List Number, FriendlyName, SerialNumber, BusType, @{ n = 'GiB'; e = { [math]::Round($_.Size / 1GB, 1) } }
  # Some sticks have no serial number.
  $sure = "$($target.SerialNumber)".Trim()
  if (-not $sure) { $sure = "$($target.FriendlyName)".Trim() }
  if ((Read-Host "everything on disk $number will be lost; type $sure to go on") -ne $sure) { throw 'not written' }
  $target | Clear-Disk -RemoveData -RemoveOEM -Confirm:$false -ErrorAction SilentlyContinue
  # So that Windows mounts nothing in between; a stick cannot be taken offline and needs it less, being empty now.
  Set-Disk -Number $number -IsOffline $true -ErrorAction SilentlyContinue
} elseif ((Read-Host "$Disk will be overwritten; type its name to go on") -ne $Disk) { throw 'not written' }

# .NET Framework, which Windows PowerShell runs on, opens no device by its name; Windows itself does.
function Open-Disk {
  if (-not $real) { return [System.IO.File]::Open($Disk, 'OpenOrCreate', 'ReadWrite', 'None') }
  $windows = Add-Type -PassThru -Namespace Kiosk -Name RawDisk -MemberDefinition @'
[DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
public static extern Microsoft.Win32.SafeHandles.SafeFileHandle CreateFileW(string name, uint access, uint share, IntPtr security, uint how, uint flags, IntPtr template);
'@
  # GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, OPEN_EXISTING.
  $handle = $windows::CreateFileW("\\.\PhysicalDrive$number", [uint32]3221225472, 3, [IntPtr]::Zero, 3, 0, [IntPtr]::Zero)
  if ($handle.IsInvalid) { throw "disk $number cannot be opened (error $([Runtime.InteropServices.Marshal]::GetLastWin32Error())); close whatever uses it" }
  [System.IO.FileStream]::new($handle, [System.IO.FileAccess]::ReadWrite, 4096)
}

# Runs $each with every 4 MiB of the unpacked image, and how much of it is filled: whole sectors, as a raw disk takes nothing else.
function Step-Image([scriptblock]$each) {
  $start = [System.Diagnostics.ProcessStartInfo]::new($zstd, "-dcq `"$file`"")
  $start.RedirectStandardOutput = $true
  $start.UseShellExecute = $false
  $process = [System.Diagnostics.Process]::Start($start)
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

$raw = Open-Disk
try {
  Step-Image { param($data, $count) $raw.Write($data, 0, $count) }
  $raw.Flush($true)
  $raw.Position = 0
  $back = [byte[]]::new(4MB)
  Step-Image {
    param($data, $count)
    $filled = 0
    while ($filled -lt $count -and ($got = $raw.Read($back, $filled, $count - $filled)) -gt 0) { $filled += $got }
    if ($filled -ne $count -or [Convert]::ToBase64String($data, 0, $count) -ne [Convert]::ToBase64String($back, 0, $count)) {
      throw 'what was read back is not what was written: change the disk'
    }
  }
} finally { $raw.Dispose() }
if ($real) { Set-Disk -Number $number -IsOffline $false -ErrorAction SilentlyContinue }
Write-Output 'written and compared'
