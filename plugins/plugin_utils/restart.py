# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""PRIVATE to this collection: a restart of the host, and waiting until it is back.

win_reboot of ansible.windows does the same, and that collection need not be there: so the command is sent over the
connection by ansible-core, as win_reboot sends it, and our own host part tells whether the host has begun anew.
"""

from __future__ import annotations

import time
import typing as t
from collections.abc import Callable

from ansible.errors import AnsibleConnectionFailure

from ..module_utils.change import restart
from ..module_utils.change.restart import Restart
from ..module_utils.errors import HostCallError
from ..module_utils.host.answer import Answer
from ..module_utils.host.request import Request
from ..module_utils.words import one_line

Ask = Callable[[Request], Answer]
"""Has the host asked over a new connection.

:raises HostCallError: no answer
:raises AnsibleConnectionFailure: the host cannot be reached
"""


def restart_host(before: Answer, timeout: int, send: Callable[[], dict[str, t.Any]], ask: Ask) -> Restart:
    """Restart the host and wait until it has begun anew.

    :param before: holds the registry key of :mod:`restart`
    :param timeout: seconds
    :param send: has the command of :mod:`restart` run there, and returns ``rc``, ``stdout`` and ``stderr``
    """
    deadline = time.monotonic() + timeout
    try:
        said = send()
    except HostCallError as exc:
        if not exc.maybe_called:
            return Restart(done=False, problem=f"The host was not restarted. {exc}")
        # It may have been on its way down when the answer was due.
        said = {"rc": 0, "stderr": str(exc)}
    words = one_line(f"{said.get('stderr') or said.get('stdout') or ''}")
    if said.get("rc"):
        return Restart(done=False, problem=f"The host was not restarted: shutdown.exe said: {words or said['rc']}.")
    moment, silence = restart.last_shutdown(before), ""
    for delay in restart.delays():
        left = deadline - time.monotonic()
        if left <= 0:
            break
        time.sleep(min(delay, left))
        try:
            now = restart.last_shutdown(ask(restart.probe()))
        except (HostCallError, AnsibleConnectionFailure) as exc:
            silence = f" The last thing known of it is: {one_line(str(exc))}."
            continue
        if now is not None and now != moment:
            return Restart(done=True)
        silence = (
            f" It answers, and has not been shut down since; shutdown.exe said: {words}."
            if words
            else (" It answers, and has not been shut down since.")
        )
    return Restart(done=False, problem=f"The restart was not seen within {timeout} seconds (reboot_timeout).{silence}")
