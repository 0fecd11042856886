#Requires -RunAsAdministrator
<#
.SYNOPSIS
  Writes a kiosk image to a disk on Windows: checks the digest, shows the disk, asks, writes, reads back and compares.
.EXAMPLE
  .\flash.ps1 -Image kiosk-1.0.0.img.zst -Disk 2          # Get-Disk lists the disk numbers; a file name is for trying it out
.NOTES
  Windows PowerShell 5.1 or PowerShell 7. Needs zstd.exe in the folder of this script or on PATH (Windows cannot unpack .zst). The
  signature of SHA256SUMS is checked when -Ca names the maker's release-ca.crt; that needs openssl. Without -Ca compare the printed
  digest with the one that the maker publishes.
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
if (-not (Test-Path -LiteralPath $sums)) { throw "no $sums; copy the whole folder of the release" }
$wanted = Get-Content $sums | Where-Object { ($_ -split '\s+\*?', 2)[1] -eq $name } |
  ForEach-Object { ($_ -split '\s+')[0] } | Select-Object -First 1
if (-not $wanted) { throw "$name is not in SHA256SUMS" }
if ($Ca) {
  & openssl cms -verify -binary -inform DER -in "$sums.p7s" -content $sums -CAfile $Ca -purpose any | Out-Null
  if ($LASTEXITCODE -ne 0) { throw 'SHA256SUMS is not signed by this maker; do not use this image' }
}
$digest = (Get-FileHash -LiteralPath $file -Algorithm SHA256).Hash.ToLowerInvariant()
if ($digest -ne $wanted) { throw 'the image is not the one in SHA256SUMS; download it again' }
Write-Output "SHA-256 $digest"
$zstd = Get-Command zstd -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
$zstd = if ($zstd) { $zstd.Source } else { Join-Path $PSScriptRoot 'zstd.exe' }
if (-not (Test-Path -LiteralPath $zstd)) {
  throw 'zstd.exe is missing; put it into the folder of this script (github.com/facebook/zstd/releases)'
}

$number = 0
$real = [int]::TryParse($Disk, [ref]$number)
if ($real) {
  $target = Get-Disk -Number $number
  if ($target.IsBoot -or $target.IsSystem) { throw "disk $number is the one that this computer runs from" }
  $target | Format-List Number, FriendlyName, SerialNumber, BusType, @{ n = 'GiB'; e = { [math]::Round($_.Size / 1GB, 1) } }
  # Some sticks have no serial number.
  $sure = "$($target.SerialNumber)".Trim()
  if (-not $sure) { $sure = "$($target.FriendlyName)".Trim() }
  if ((Read-Host "everything on disk $number will be erased; type $sure to continue") -ne $sure) { throw 'stopped; nothing was written' }
  $target | Clear-Disk -RemoveData -RemoveOEM -Confirm:$false -ErrorAction SilentlyContinue
  # Keeps Windows from mounting the disk meanwhile. A stick cannot be taken offline, but is empty now.
  Set-Disk -Number $number -IsOffline $true -ErrorAction SilentlyContinue
} elseif ((Read-Host "$Disk will be overwritten; type its name to continue") -ne $Disk) { throw 'stopped; nothing was written' }

# .NET Framework, which Windows PowerShell 5.1 runs on, cannot open a device by its name; CreateFileW can.
function Open-Disk {
  if (-not $real) { return [System.IO.File]::Open($Disk, 'OpenOrCreate', 'ReadWrite', 'None') }
  $windows = Add-Type -PassThru -Namespace Kiosk -Name RawDisk -MemberDefinition @'
[DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
public static extern Microsoft.Win32.SafeHandles.SafeFileHandle CreateFileW(
  string name, uint access, uint share, IntPtr security, uint how, uint flags, IntPtr template);
'@
  # GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, OPEN_EXISTING.
  $handle = $windows::CreateFileW("\\.\PhysicalDrive$number", [uint32]3221225472, 3, [IntPtr]::Zero, 3, 0, [IntPtr]::Zero)
  if ($handle.IsInvalid) {
    $code = [Runtime.InteropServices.Marshal]::GetLastWin32Error()
    throw "disk $number cannot be opened (error $code); close the programs that use it"
  }
  [System.IO.FileStream]::new($handle, [System.IO.FileAccess]::ReadWrite, 4096)
}

# Calls $each with each 4 MiB of the unpacked image and the number of bytes. They are whole sectors, which a raw disk requires.
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
      throw 'the disk does not hold what was written to it; replace the disk'
    }
  }
} finally { $raw.Dispose() }
if ($real) { Set-Disk -Number $number -IsOffline $false -ErrorAction SilentlyContinue }
Write-Output 'written and compared'
