# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

# Judges the scripts of the collection with the settings that ansible-test uses for its sanity test pslint.
$ErrorActionPreference = 'Stop'
$root = Split-Path -Parent -Path (Split-Path -Parent -Path $PSScriptRoot)
$package = python -c 'import ansible_test; print(ansible_test.__path__[0])'
if ($LASTEXITCODE -ne 0) { throw 'ansible-core is not installed for this Python' }
$settings = Join-Path -Path $package -ChildPath '_util/controller/sanity/pslint/settings.psd1'
Import-Module -Name PSScriptAnalyzer
$found = @(Invoke-ScriptAnalyzer -Path (Join-Path -Path $root -ChildPath 'plugins') -Recurse -Settings $settings)
$found | Format-Table -AutoSize -Property ScriptName, Line, Severity, RuleName, Message
"$($found.Count) findings"
exit [int]($found.Count -gt 0)
