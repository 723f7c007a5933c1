# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The action of winops.offline_files.delete_items."""

from __future__ import annotations

from ..module_utils.methods.delete_items import DELETE_ITEMS
from ..plugin_utils.method_action import MethodAction


class ActionModule(MethodAction):
    """Takes items out of the local cache."""

    METHOD = DELETE_ITEMS
