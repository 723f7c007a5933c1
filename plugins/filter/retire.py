# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The filters of the role retire_share: they hand results to ``module_utils/retire``, which decides.

Each is documented in a file of its own beside this one, such as ``retire_plan.yml``.
"""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from ansible.errors import AnsibleFilterError

from ..module_utils.retire import fleet, options, outcome, plan
from ..plugin_utils.filter_input import mapping


def retire_options(variables: t.Any) -> dict[str, t.Any]:
    """Return what the variables of the role ask for, and a sentence for each that cannot be accepted."""
    return options.as_data(*options.wanted(mapping("retire_options", variables)))


def retire_plan(
    look: t.Any,
    wanted: Mapping[str, t.Any],
    done: Mapping[str, t.Any] | None = None,
    views: Sequence[t.Any] = (),
    user: Mapping[str, t.Any] | None = None,
) -> dict[str, t.Any]:
    """Return what is left to be done in one user's view of a host, and why it has to wait where it does."""
    found = mapping("retire_plan", look)
    return plan.make(found, options.from_data(wanted), done or {}, list(views), datetime.now(UTC), user or None)


def retire_record(view: t.Any) -> dict[str, t.Any]:
    """Return what the file says that keeps what was released in one user's view."""
    return outcome.record(mapping("retire_record", view))


def retire_result(views: t.Any, wanted: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return what became of a host."""
    if not isinstance(views, (list, tuple)):
        raise AnsibleFilterError(f"retire_result takes a list of views, not {type(views).__name__}.")
    return outcome.make(list(views), options.from_data(wanted))


def retire_summary(results: t.Any) -> dict[str, t.Any]:
    """Return what became of the hosts of a playbook."""
    return fleet.make({str(host): result or None for host, result in mapping("retire_summary", results).items()})


class FilterModule:
    """The filters of this file."""

    def filters(self) -> dict[str, Callable[..., t.Any]]:
        """Return them by name."""
        return {
            "retire_options": retire_options,
            "retire_plan": retire_plan,
            "retire_record": retire_record,
            "retire_result": retire_result,
            "retire_summary": retire_summary,
        }
