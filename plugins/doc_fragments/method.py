# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the modules say that call a method of the class: its time, what is read around it, what is reported."""

from __future__ import annotations


class ModuleDocFragment:
    """Shared by the modules of methods. The flags, and what Deep means to the method, each module says itself."""

    DOCUMENTATION = r"""
options:
  verify:
    description:
      - Whether the state of the items is read before and after the call.
      - Without it the method is always called, and only what it reports is trusted. It saves reading the whole cache
        twice.
      - Check mode always reads the state.
    type: bool
    default: true
  force:
    description:
      - Call the method even where the state of the items under O(paths) leaves nothing to do for it.
    type: bool
    default: false
  timeout:
    description:
      - How many seconds the host may take for everything up to the end of the method; V(0) is no limit.
      - WMI cannot cancel the method. After a timeout it may still run, which RV(may_still_run) says.
      - Should the host not answer at all, the task gives up at most one minute after this time. Then, and whenever
        else an answer is lost, the state is read once more, which takes 90 seconds at most.
    type: int
    default: 3600
  report:
    description:
      - Which items appear in RV(entries). RV(counts) and RV(paths) are always about all of them.
      - V(failed) means every item that is not in the wanted state afterwards.
    type: str
    choices: [all, changed, failed, none]
    default: all
  max_entries:
    description:
      - The highest number of items in RV(entries) and in a diff, those that failed first, then those that
        changed; V(0) is no limit.
    type: int
    default: 1000
    aliases: [limit]
  background:
    description:
      - Carry the call out as a I(job), in a process of its own on the host. The task begins it, looks at it from time
        to time, shows a line at each look, and fetches its result, which is that of the foreground with RV(job).
      - The job goes on when the connection breaks, the shell is closed or the controller ends. The same task finds it
        again, over any connection and from any controller, and fetches its result. The same means the same module,
        user and paths, and whatever else the host is asked; O(timeout), O(report) and the like may differ.
      - A job keeps its result until it is fetched, for a day at most. After that, or a restart of the host, the same
        task begins anew.
      - Only one job runs on a host at a time. While one runs, every other call fails with RV(busy=true), in the
        foreground too, and nothing is called.
      - In check mode nothing is called, so that there is no job.
    type: bool
    default: false
  wait:
    description:
      - With O(background), whether the task waits for the end of the job. V(false) is allowed only there.
      - Without it the task ends as soon as the job is seen to run, with RV(may_still_run=true), every path
        V(unknown), and nothing counted. Run the same task again to see how far it is, or to fetch its result once it
        is over.
    type: bool
    default: true
  poll_interval:
    description:
      - Seconds between looks at the job, from 5 to 60. The first looks come sooner, after 1, 2, 5, 10 and 20 seconds.
      - Each look costs the host the start of a PowerShell, and the network about 160 kilobytes.
    type: int
    default: 30
attributes:
  check_mode:
    support: full
    details:
      - Reads the state of the items, calls nothing, and predicts the result with the same keys.
  diff_mode:
    support: full
notes:
  - A logon over WinRM has no credentials for the file server (double hop). Where the codes of
    RV(entries[].result) say so, use become with the user's password, or without one while the user is logged on,
    CredSSP, or Kerberos with delegation.
  - No document says what Windows makes of a path that is only a server, so look at the result.
seealso:
  - module: winops.offline_files.cache_info
  - module: winops.offline_files.item_info
  - ref: ansible_collections.winops.offline_files.docsite.guide_retire_server
    description: Retiring a file server step by step.
"""
