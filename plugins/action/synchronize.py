# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The action of winops.offline_files.synchronize."""

from __future__ import annotations

from ..module_utils.methods.synchronize import SYNCHRONIZE
from ..plugin_utils.method_action import MethodAction


class ActionModule(MethodAction):
    """Brings the copies in the offline cache and those on the file servers together."""

    METHOD = SYNCHRONIZE
