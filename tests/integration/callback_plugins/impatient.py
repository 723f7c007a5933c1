# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A callback for tests: a task gives up a job that is out of reach after the seconds of the variable OUT_OF_REACH."""

from __future__ import annotations

import os

from ansible.plugins.callback import CallbackBase

from ansible_collections.winops.offline_files.plugins.module_utils.jobs import follow

follow.OUT_OF_REACH = int(os.environ.get("OUT_OF_REACH", follow.OUT_OF_REACH))


class CallbackModule(CallbackBase):  # type: ignore[misc]
    """Does nothing more: tasks run in processes that are forked from this one."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "impatient"
    CALLBACK_NEEDS_ENABLED = True
