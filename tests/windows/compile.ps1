# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

# Compiles the C# of the collection as Add-Type of this PowerShell does; a warning is an error. On Windows PowerShell 5.1
# that is the compiler of .NET Framework, which Ansible uses there.
$ErrorActionPreference = 'Stop'
$root = Split-Path -Parent -Path (Split-Path -Parent -Path $PSScriptRoot)
$sources = @(Get-ChildItem -Path (Join-Path -Path $root -ChildPath 'plugins/module_utils') -Filter *.cs | ForEach-Object { $_.FullName })
if ($sources.Count -lt 2) { throw 'no sources found' }
$references = 'System.Management', 'System.Core'
if ($PSVersionTable.PSVersion.Major -gt 5) {
    $references = @(Get-ChildItem -Path "$PSHOME/ref" -Filter *.dll | ForEach-Object { $_.FullName })
    $references += [System.Management.ManagementObject].Assembly.Location
}
$types = Add-Type -Path $sources -ReferencedAssemblies $references -PassThru
"PowerShell $($PSVersionTable.PSVersion), .NET $([System.Environment]::Version): $($sources.Count) files, $($types.Count) types"
