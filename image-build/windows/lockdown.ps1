#Requires -RunAsAdministrator
<#
.SYNOPSIS
  Locks the device down: Shell Launcher starts only the browser for the account "KioskScreen", AppLocker blocks other programs, the
  Unified Write Filter drops every change at power-off, the firewall refuses incoming connections.
.DESCRIPTION
  -Apply   applies all of it; takes effect after a restart
  -Lift    removes it again
  -Shell   sets the configuration file of Shell Launcher, or 'none'; only SYSTEM may do this. Called by -Apply and -Lift.
#>
[CmdletBinding()]
param([switch]$Apply, [switch]$Lift, [string]$Shell)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

function Invoke-Tool([string]$tool) {
  & $tool @args | Out-Null
  if ($LASTEXITCODE -ne 0) { throw "$tool $args ended with $LASTEXITCODE" }
}

# Through the MDM bridge to the AssignedAccess configuration service provider.
function Set-Shell([string]$xml) {
  $csp = Get-CimInstance -Namespace 'root\cimv2\mdm\dmmap' -ClassName MDM_AssignedAccess
  $csp.ShellLauncher = [System.Net.WebUtility]::HtmlEncode($xml)
  Set-CimInstance -CimInstance $csp
}

function Set-ShellAsSystem([string]$file) {
  $task = 'KioskShell'
  $action = New-ScheduledTaskAction -Execute 'powershell.exe' `
    -Argument "-NoProfile -ExecutionPolicy Bypass -File `"$PSCommandPath`" -Shell `"$file`""
  Register-ScheduledTask -TaskName $task -Action $action -User 'NT AUTHORITY\SYSTEM' -RunLevel Highest -Force | Out-Null
  try {
    Start-ScheduledTask -TaskName $task
    # 0x41301 is SCHED_S_TASK_RUNNING, 0x41303 SCHED_S_TASK_HAS_NOT_RUN.
    $left = 120
    do {
      Start-Sleep 1
      $result = (Get-ScheduledTaskInfo -TaskName $task).LastTaskResult
      $left--
    } while ($result -in 0x41301, 0x41303 -and $left -gt 0)
    if ($result -ne 0) {
      throw ("Shell Launcher was not set (0x{0:X}): is the feature Client-EmbeddedShellLauncher on? Restart and try again" -f $result)
    }
  } finally { Unregister-ScheduledTask -TaskName $task -Confirm:$false }
}

if ($Shell) {
  $xml = ''
  if ($Shell -ne 'none') {
    if (-not (Test-Path 'C:\Kiosk\current.txt')) { throw 'no C:\Kiosk\current.txt; install the kiosk first (kiosk-service.ps1)' }
    $version = (Get-Content 'C:\Kiosk\current.txt' -TotalCount 1).Trim()
    $xml = (Get-Content -Raw -LiteralPath $Shell).Replace('C:\Kiosk\current', $version)
  }
  Set-Shell $xml
  return
}
if ($Apply) {
  foreach ($feature in 'Client-DeviceLockdown', 'Client-EmbeddedShellLauncher', 'Client-UnifiedWriteFilter') {
    Enable-WindowsOptionalFeature -Online -FeatureName $feature -All -NoRestart | Out-Null
  }
  Set-ShellAsSystem (Join-Path $PSScriptRoot 'ShellLauncher.xml')
  Set-AppLockerPolicy -XmlPolicy (Join-Path $PSScriptRoot 'AppLocker.xml')
  # Set-Service may not change this protected service.
  Invoke-Tool sc.exe config AppIDSvc start= auto
  Invoke-Tool reg.exe import (Join-Path $PSScriptRoot 'policies.reg')
  Set-NetFirewallProfile -All -Enabled True -DefaultInboundAction Block -DefaultOutboundAction Block -AllowInboundRules False
  # Only the kiosk's service may open connections. Windows has its own rules for DHCP and time.
  Remove-NetFirewallRule -Name KioskLink -ErrorAction SilentlyContinue
  New-NetFirewallRule -Name KioskLink -DisplayName 'Kiosk to its reception' -Direction Outbound -Service Kiosk `
    -Protocol TCP -Action Allow | Out-Null
  # The kiosk's data is excluded from the write filter; everything else is lost at power-off. Takes effect after the restart.
  Invoke-Tool uwfmgr.exe filter enable
  Invoke-Tool uwfmgr.exe volume protect C:
  foreach ($kept in 'data', 'kiosk.json', 'link') { Invoke-Tool uwfmgr.exe file add-exclusion "C:\Kiosk\$kept" }
  Invoke-Tool uwfmgr.exe overlay set-type RAM
  Invoke-Tool uwfmgr.exe overlay set-size 1024
  Write-Output 'locked down; restart the device. Updates: uwfmgr servicing enable, restart, install, restart.'
}
if ($Lift) {
  Invoke-Tool uwfmgr.exe filter disable
  Set-ShellAsSystem none
  Set-AppLockerPolicy -XmlPolicy (Join-Path $PSScriptRoot 'AppLocker.off.xml')
  Remove-NetFirewallRule -Name KioskLink -ErrorAction SilentlyContinue
  Set-NetFirewallProfile -All -DefaultOutboundAction Allow -AllowInboundRules True
  Write-Output 'lifted; restart the device'
}
