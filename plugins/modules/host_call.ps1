#!powershell

# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -CSharpUtil ..module_utils.OfflineFiles
#AnsibleRequires -CSharpUtil ..module_utils.OfflineFilesConfiguration

$spec = @{
    options = @{
        method = @{ type = 'str' }
        paths = @{ type = 'str'; default = '' }
        flags = @{ type = 'list'; elements = 'int'; default = @() }
        deep = @{ type = 'bool' }
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
        timeout = @{ type = 'int'; default = 3600 }
    }
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)
$offlineFiles = [ansible_collections.winops.offline_files.plugins.module_utils.OfflineFiles.Host]
$module.Result.answer = $offlineFiles::Answer($module.Params, $module.CheckMode, "$($PSVersionTable.PSVersion)")
$module.ExitJson()
