#Requires -RunAsAdministrator
<#
.SYNOPSIS
  The device does one thing: Shell Launcher shows the browser to the account "KioskScreen", AppLocker lets nothing else run,
  the Unified Write Filter forgets every change at power-off, the firewall lets nobody in.
.DESCRIPTION
  -Apply   all of it; in force after a restart
  -Lift    takes it back
  -Shell   the part that Windows takes from SYSTEM only: this file of Shell Launcher's, or none. The others call it.
#>
[CmdletBinding()]
param([switch]$Apply, [switch]$Lift, [string]$Shell)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

function Invoke-Tool([string]$tool) {
  & $tool @args | Out-Null
  if ($LASTEXITCODE -ne 0) { throw "$tool $args ended with $LASTEXITCODE" }
}

# The documented bridge to the AssignedAccess CSP.
function Set-Shell([string]$xml) {
  $csp = Get-CimInstance -Namespace 'root\cimv2\mdm\dmmap' -ClassName MDM_AssignedAccess
  $csp.ShellLauncher = [System.Net.WebUtility]::HtmlEncode($xml)
  Set-CimInstance -CimInstance $csp
}

function Set-ShellAsSystem([string]$file) {
  $task = 'KioskShell'
  $action = New-ScheduledTaskAction -Execute 'powershell.exe' -Argument "-NoProfile -ExecutionPolicy Bypass -File `"$PSCommandPath`" -Shell `"$file`""
  Register-ScheduledTask -TaskName $task -Action $action -User 'NT AUTHORITY\SYSTEM' -RunLevel Highest -Force | Out-Null
  try {
    Start-ScheduledTask -TaskName $task
    # SCHED_S_TASK_RUNNING, SCHED_S_TASK_HAS_NOT_RUN
    $left = 120
    do {
      Start-Sleep 1
      $result = (Get-ScheduledTaskInfo -TaskName $task).LastTaskResult
      $left--
    } while ($result -in 0x41301, 0x41303 -and $left -gt 0)
    if ($result -ne 0) { throw ("Shell Launcher was not set (0x{0:X}): is the feature Client-EmbeddedShellLauncher on? Restart and try again" -f $result) }
  } finally { Unregister-ScheduledTask -TaskName $task -Confirm:$false }
}

if ($Shell) {
  Set-Shell $(if ($Shell -ne 'none') { Get-Content -Raw -LiteralPath $Shell } else { '' })
  return
}
if ($Apply) {
  foreach ($feature in 'Client-DeviceLockdown', 'Client-EmbeddedShellLauncher', 'Client-UnifiedWriteFilter') {
    Enable-WindowsOptionalFeature -Online -FeatureName $feature -All -NoRestart | Out-Null
  }
  Set-ShellAsSystem (Join-Path $PSScriptRoot 'ShellLauncher.xml')
  Set-AppLockerPolicy -XmlPolicy (Join-Path $PSScriptRoot 'AppLocker.xml')
  # A protected service: Set-Service may not change it.
  Invoke-Tool sc.exe config AppIDSvc start= auto
  Invoke-Tool reg.exe import (Join-Path $PSScriptRoot 'policies.reg')
  Set-NetFirewallProfile -All -Enabled True -DefaultInboundAction Block -DefaultOutboundAction Block -AllowInboundRules False
  # The kiosk's service may speak with its reception; DHCP and the site's clock are Windows' own rules.
  Remove-NetFirewallRule -Name KioskLink -ErrorAction SilentlyContinue
  New-NetFirewallRule -Name KioskLink -DisplayName 'Kiosk to its reception' -Direction Outbound -Service Kiosk -Protocol TCP -Action Allow | Out-Null
  # Written through: what the kiosk keeps. Everything else is gone at power-off. In force after the restart.
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
