# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

# What a user would write to hear the progress texts of Unpin, with no C#. Says the milliseconds, then the texts.

$ErrorActionPreference = 'Stop'
$cache = [System.Management.ManagementClass]::new('root\cimv2:Win32_OfflineFilesCache')
$parameters = $cache.GetMethodParameters('Unpin')
$parameters['Paths'] = [string[]]@('\\fs01\archive')
$parameters['Flags'] = [uint32]0x20
$parameters['Deep'] = $true
$observer = [System.Management.ManagementOperationObserver]::new()
$clock = [System.Diagnostics.Stopwatch]::StartNew()
Register-ObjectEvent -InputObject $observer -EventName Progress -SourceIdentifier Progress
Register-ObjectEvent -InputObject $observer -EventName Completed -SourceIdentifier Completed
$cache.InvokeMethod($observer, 'Unpin', $parameters, $null)
$null = Wait-Event -SourceIdentifier Completed
$texts = @(Get-Event -SourceIdentifier Progress | ForEach-Object { $_.SourceEventArgs.Message })
[Console]::Out.WriteLine($clock.ElapsedMilliseconds)
foreach ($text in $texts) { [Console]::Out.WriteLine($text) }
