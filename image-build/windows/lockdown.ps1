#Requires -RunAsAdministrator
<#
.SYNOPSIS
  The device does one thing: Shell Launcher shows the browser to the account "KioskScreen", AppLocker lets nothing else run,
  the Unified Write Filter forgets every change at power-off, the firewall lets nobody in.
#>
[CmdletBinding()]
param([switch]$Apply, [switch]$Lift)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$mdm = 'root\cimv2\mdm\dmmap'

function Set-Shell([string]$xml) {
  # The documented bridge to the AssignedAccess CSP; runs only as SYSTEM (psexec -s or a scheduled task).
  $csp = Get-CimInstance -Namespace $mdm -ClassName MDM_AssignedAccess
  $csp.ShellLauncher = [System.Net.WebUtility]::HtmlEncode($xml)
  Set-CimInstance -CimInstance $csp
}

if ($Apply) {
  foreach ($feature in 'Client-DeviceLockdown', 'Client-EmbeddedShellLauncher', 'Client-UnifiedWriteFilter') {
    Enable-WindowsOptionalFeature -Online -FeatureName $feature -All -NoRestart | Out-Null
  }
  Set-Shell (Get-Content -Raw (Join-Path $PSScriptRoot 'ShellLauncher.xml'))
  Set-AppLockerPolicy -XmlPolicy (Join-Path $PSScriptRoot 'AppLocker.xml')
  Set-Service AppIDSvc -StartupType Automatic -ErrorAction SilentlyContinue
  & sc.exe config AppIDSvc start= auto | Out-Null
  & reg.exe import (Join-Path $PSScriptRoot 'policies.reg') | Out-Null
  Set-NetFirewallProfile -All -Enabled True -DefaultInboundAction Block -DefaultOutboundAction Block -AllowInboundRules False
  # The kiosk's service may speak with its reception; DHCP and the site's clock are Windows' own rules.
  New-NetFirewallRule -Name KioskLink -DisplayName 'Kiosk to its reception' -Direction Outbound -Service Kiosk -Protocol TCP -Action Allow -ErrorAction SilentlyContinue | Out-Null
  # Written through: what the kiosk keeps. Everything else is gone at power-off. In force after the restart.
  & uwfmgr.exe filter enable
  & uwfmgr.exe volume protect C:
  & uwfmgr.exe file add-exclusion C:\Kiosk\data
  & uwfmgr.exe file add-exclusion C:\Kiosk\kiosk.json
  & uwfmgr.exe file add-exclusion C:\Kiosk\link
  & uwfmgr.exe overlay set-type RAM
  & uwfmgr.exe overlay set-size 1024
  Write-Output 'locked down; restart the device. Updates: uwfmgr servicing enable, restart, install, restart.'
}
if ($Lift) {
  & uwfmgr.exe filter disable
  Set-Shell ''
  Set-AppLockerPolicy -XmlPolicy (Join-Path $PSScriptRoot 'AppLocker.off.xml')
  Remove-NetFirewallRule -Name KioskLink -ErrorAction SilentlyContinue
  Set-NetFirewallProfile -All -DefaultOutboundAction Allow -AllowInboundRules True
  Write-Output 'lifted; restart the device'
}
