#!powershell

# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -CSharpUtil ..module_utils.OfflineFiles
#AnsibleRequires -CSharpUtil ..module_utils.OfflineFilesConfiguration
#AnsibleRequires -CSharpUtil ..module_utils.OfflineFilesJob

$spec = @{
    options = @{
        method = @{ type = 'str' }
        paths = @{ type = 'str'; default = '' }
        class = @{ type = 'str'; default = 'Win32_OfflineFilesCache' }
        arguments = @{ type = 'list'; elements = 'dict'; default = @() }
        paths_as = @{ type = 'str'; default = '' }
        deep = @{ type = 'bool'; default = $true }
        each = @{ type = 'bool'; default = $false }
        observe = @{ type = 'bool'; default = $true }
        last = @{ type = 'str'; default = '' }
        read = @{ type = 'bool'; default = $true }
        fields = @{ type = 'list'; elements = 'str'; default = @() }
        keep = @{ type = 'list'; elements = 'str'; default = @() }
        reasons = @{ type = 'list'; elements = 'str'; default = @() }
        classes = @{ type = 'list'; elements = 'str'; default = @() }
        registry = @{ type = 'list'; elements = 'str'; default = @() }
        force = @{ type = 'bool'; default = $false }
        anyway = @{ type = 'bool'; default = $false }
        timeout = @{ type = 'int'; default = 3600 }
        job = @{ type = 'str'; default = '' }
        job_step = @{ type = 'str'; choices = '', 'run', 'look', 'drop'; default = '' }
        about = @{ type = 'dict' }
        tally = @{ type = 'list'; elements = 'str'; default = @() }
        results = @{ type = 'str'; default = '' }
    }
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)
$job = [ansible_collections.winops.offline_files.plugins.module_utils.OfflineFilesJob.Job]
$module.Result.answer = $job::Answer($module.Params, $module.CheckMode, "$($PSVersionTable.PSVersion)")
if ($module.Params.job_step -eq 'run') {
    # Ansible's watchdog would write the result into the job's results file, and nobody would read it.
    $folder = [Environment]::ExpandEnvironmentVariables($env:ANSIBLE_ASYNC_DIR)
    Get-ChildItem -LiteralPath $folder | Select-String -Pattern "watchdog_pid`":\s*$PID\b" -List | Remove-Item
    [Environment]::Exit(0)
}
$module.ExitJson()
