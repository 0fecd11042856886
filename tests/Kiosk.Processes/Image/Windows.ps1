# Fakes of the commands of Windows, for a PowerShell on another system. Each prints how it was called; services, disks and tasks are kept in
# variables and files. -Root is the folder for drive C:, -Unhealthy: the health page never answers.
param([string]$Script, [string]$Root, [string]$Arguments = '', [string]$Answer = '', [switch]$Unhealthy)
$ErrorActionPreference = 'Stop'
New-PSDrive -Name C -PSProvider FileSystem -Root $Root -Scope Global | Out-Null
$global:fake = @{ Now = [datetime]'2026-01-01'; Unhealthy = [bool]$Unhealthy; Answer = $Answer; Root = $Root }
# Join-Path uses the separator of this system; the tests expect that of Windows.
function global:Path($text) { "$text" -replace 'C:[\\/](Kiosk|Reception)[\\/]', 'C:\$1\' }
function global:Write-Call { Write-Host ("> " + (Path ($args -join ' '))) }

foreach ($tool in 'sc.exe', 'icacls.exe', 'reg.exe', 'uwfmgr.exe') {
  Set-Item "function:global:$tool" ([scriptblock]::Create("Write-Call $tool @args; `$global:LASTEXITCODE = 0"))
}
foreach ($command in 'Set-AppLockerPolicy', 'Set-NetFirewallProfile', 'New-NetFirewallRule', 'Remove-NetFirewallRule', 'Enable-WindowsOptionalFeature', 'New-LocalUser', 'Set-ItemProperty') {
  Set-Item "function:global:$command" ([scriptblock]::Create("Write-Call $command @args"))
}
function global:Get-LocalUser { }
function global:Service { Join-Path $global:fake.Root 'service.txt' }
function global:Get-Service { if (Test-Path (Service)) { [pscustomobject]@{ Name = 'Kiosk'; Status = if ($global:fake.Unhealthy) { 'Stopped' } else { 'Running' } } } }
function global:New-Service($Name, $BinaryPathName, $DisplayName, $StartupType, $DependsOn) { Write-Call New-Service $BinaryPathName; Set-Content (Service) (Path $BinaryPathName) }
function global:Stop-Service { Write-Call Stop-Service }
function global:Start-Service { Write-Call Start-Service (Get-Content (Service)) }
function global:Get-CimInstance($ClassName, $Filter, $Namespace) { [pscustomobject]@{ Class = $ClassName; ShellLauncher = ''; DriveType = if ($Filter -match "'T:'") { 4 } else { 3 } } }
function global:Set-CimInstance($CimInstance) { Write-Call Set-CimInstance $CimInstance.Class $CimInstance.ShellLauncher.Length }
function global:Invoke-CimMethod([Parameter(ValueFromPipeline)]$InputObject, $MethodName, $Arguments) {
  process { Write-Call Invoke-CimMethod $MethodName $Arguments.PathName; Set-Content (Service) (Path $Arguments.PathName); [pscustomobject]@{ ReturnValue = 0 } }
}
function global:New-ScheduledTaskAction($Execute, $Argument) { $Argument }
function global:Register-ScheduledTask($TaskName, $Action, $User, $RunLevel, [switch]$Force) { Write-Call Register-ScheduledTask $User; $global:fake.Task = $Action }
function global:Start-ScheduledTask {
  $of = [regex]::Match($global:fake.Task, '-File "(.+)" -Shell "(.+)"$')
  & $of.Groups[1].Value -Shell $of.Groups[2].Value
}
function global:Get-ScheduledTaskInfo { [pscustomobject]@{ LastTaskResult = 0 } }
function global:Unregister-ScheduledTask { }
function global:Invoke-WebRequest { if ($global:fake.Unhealthy) { throw 'refused' } else { [pscustomobject]@{ StatusCode = 200 } } }
function global:Get-Date { $global:fake.Now }
function global:Start-Sleep($Seconds) { $global:fake.Now = $global:fake.Now.AddSeconds($Seconds) }
function global:Read-Host { $global:fake.Answer }
function global:Get-Disk($Number) { [pscustomobject]@{ Number = $Number; FriendlyName = 'Fake'; SerialNumber = 'S-1'; BusType = 'NVMe'; Size = 64GB; IsBoot = $Number -eq 0; IsSystem = $false } }

Invoke-Expression "& '$Script' $Arguments"
