# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The action of winops.offline_files.pin."""

from __future__ import annotations

from ..module_utils.methods.pin import PIN
from ..plugin_utils.method_action import MethodAction


class ActionModule(MethodAction):
    """Pins items, and brings into the offline cache what it does not hold."""

    METHOD = PIN
