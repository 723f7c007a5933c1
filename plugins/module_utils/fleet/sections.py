# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The parts of the page that are there without scripts: the numbers, the pictures, who needs somebody, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from ..windows import hints
from .bars import Bar, amount, picture, size
from .model import Failure, Fleet, Host, State
from .totals import Kind, Totals, why, worst

WORST = 25
"""So many hosts are named of those that need somebody; the list of all hosts has the others."""

SHARES = 50
"""So many shares stand in the table of shares."""

DRAWN = 8
"""So many shares stand in the picture."""

_REASONS = {
    "user": "user",
    "user_policy": "policy of the user",
    "computer": "policy of the computer",
    "folder_redirection": "folder redirection",
}

_NEXT = {
    State.FAILED: ("Something was refused or went wrong.", "Look at the failures below, then run it again."),
    State.UNREACHABLE: ("The host did not answer, or went away.", "Run it again for these hosts when they are on."),
    State.NOT_ASKED: ("Nothing is known of the host.", "Run it for these hosts; look whether an earlier task failed."),
    State.WAITS: ("Something forbids it, is at work there, or is left.", "Do what the reasons say, then run it again."),
    State.WOULD_CHANGE: ("Predicted in check mode.", "Run it without check mode."),
    State.SEEN: ("Only looked at.", "Nothing, unless something is pinned that should not be."),
    State.DONE: ("Nothing is left to do.", "Nothing."),
    State.OFF: ("Offline Files does not run there.", "Nothing, unless it is to be enabled again."),
}


def summary(fleet: Fleet, totals: Totals) -> str:
    """Return what happened, in one sentence."""
    told = [f"{state.words} {amount(number)}" for state, number in totals.states.items()]
    hosts = f"{amount(totals.all.hosts)} {'host' if totals.all.hosts == 1 else 'hosts'}"
    return f"{hosts}{': ' if told else ''}{', '.join(told)}."


def numbers(totals: Totals) -> str:
    """Return the numbers that matter as HTML."""
    done = sum(totals.states.get(state, 0) for state in (State.DONE, State.OFF))
    cards = [
        ("Hosts done", f"{amount(done)} of {amount(totals.all.hosts)}", _percent(done, totals.all.hosts)),
        ("Items pinned", amount(totals.all.pinned), size(totals.all.pinned_size)),
        ("Items not synchronized", amount(totals.all.unsynchronized), size(totals.all.unsynchronized_size)),
        ("Items failed", amount(totals.failed), f"{amount(totals.changed)} changed"),
        ("Users not seen", amount(totals.not_seen), "have items that no task saw" if totals.not_seen else ""),
    ]
    return "".join(
        f"<div><dt>{escape(name)}</dt> <dd><strong>{escape(value)}</strong> <span>{escape(more)}</span></dd></div>\n"
        for name, value, more in cards
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part // whole} %" if whole else ""


def pictures(totals: Totals) -> str:
    """Return the pictures as HTML: hosts by state, pins by reason, unsynchronized bytes by share."""
    states = (Bar(state.words, number, amount(number), state.value) for state, number in totals.states.items())
    reasons = (Bar(_REASONS[name], items, amount(items)) for name, items in totals.reasons.items() if items)
    dirty = sorted(
        ((one.unsynchronized_size, path) for path, one in totals.shares.items() if one.unsynchronized_size),
        key=lambda pair: (-pair[0], pair[1]),
    )
    left_out = f", the biggest {DRAWN} of {len(dirty)} shares" if len(dirty) > DRAWN else ""
    return "".join(
        (
            picture("Hosts by state", states, "No hosts."),
            picture("Pinned items by reason", reasons, "Nothing is pinned."),
            picture(
                f"Bytes not synchronized by share{left_out}",
                (Bar(path, number, size(number)) for number, path in dirty[:DRAWN]),
                "Everything is synchronized.",
            ),
        )
    )


def states(totals: Totals) -> str:
    """Return what each state means and what to do, as rows of a table."""
    return "".join(
        f'<tr><th scope="row">{_state(state)}</th><td class="number">{amount(number)}</td>'
        f"<td>{_NEXT[state][0]}</td><td>{_NEXT[state][1]}</td></tr>\n"
        for state, number in totals.states.items()
    )


def _state(state: State) -> str:
    return f'<span class="state {state.value}">{state.words}</span>'


def worst_hosts(fleet: Fleet) -> str:
    """Return the hosts that need somebody most, as HTML."""
    found = worst(fleet.hosts, len(fleet.hosts))
    if not found:
        return "<p>No host needs anybody.</p>\n"
    rows = "".join(
        f'<tr><th scope="row">{escape(host.name)}</th><td>{_state(host.state)}</td>'
        f"<td>{_sentences(_about(host))}</td></tr>\n"
        for host in found[:WORST]
    )
    more = len(found) - WORST
    return (
        '<div class="wide" role="region" aria-labelledby="worst" tabindex="0">\n<table>\n<thead><tr>'
        '<th scope="col">Host</th><th scope="col">State</th>'
        f'<th scope="col">Why</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n'
        + (f"<p>{amount(more)} more, in the list of all hosts.</p>\n" if more > 0 else "")
    )


def _about(host: Host) -> list[str]:
    reason = why(host)
    # A host that waits for a user names that one already: (retire.guards.others) puts a colon behind the name.
    said = reason.replace(": ", " ")
    return [reason, *host.notes, *(one for one in host.not_seen if one not in said)]


def _sentences(texts: Iterable[str]) -> str:
    return "<br>".join(escape(f"{text[:1].upper()}{text[1:]}") for text in texts if text) or "Nothing is known."


def shares(totals: Totals) -> str:
    """Return the sums for each share, as rows of a table; those with most left to do first."""
    found = sorted(totals.shares.items(), key=lambda pair: (-pair[1].pinned, -pair[1].unsynchronized, pair[0]))
    rows = "".join(
        f'<tr><th scope="row">{escape(path)}</th>'
        + "".join(
            f'<td class="number">{text}</td>'
            for text in (
                *(amount(one.hosts), amount(one.items), amount(one.pinned), size(one.pinned_size)),
                *(amount(one.unsynchronized), size(one.unsynchronized_size)),
            )
        )
        + "</tr>\n"
        for path, one in found[:SHARES]
    )
    if not found:
        return '<tr><td colspan="7">No share is in any cache.</td></tr>\n'
    more = len(found) - SHARES
    return rows + (
        f'<tr><td colspan="7">{amount(more)} more shares, in the list of all hosts.</td></tr>\n' if more > 0 else ""
    )


def failures(totals: Totals) -> str:
    """Return the failed items by category with what may help, as rows of a table."""
    found = sorted(totals.kinds.items(), key=lambda pair: (-pair[1].items, not pair[0], pair[0]))
    return "".join(_failure(category, kind) for category, kind in found) or (
        '<tr><td colspan="5">Nothing failed.</td></tr>\n'
    )


def _failure(category: str, kind: Kind) -> str:
    one = kind.example
    example = "" if one is None else f"{escape(one.path)}<br><small>{escape(code(one))}</small>"
    return (
        f'<tr><th scope="row">{escape(category or "not named")}</th><td class="number">{amount(kind.items)}</td>'
        f'<td class="number">{amount(kind.hosts)}</td><td>{example}</td>'
        f"<td>{escape(hint(one)) if one else 'The results do not name them.'}</td></tr>\n"
    )


def code(one: Failure) -> str:
    """Return what was reported for an item, with its code."""
    parts: Sequence[str] = [
        part for part in (one.name or one.hresult, one.hresult if one.name else "", one.text) if part
    ]
    return ": ".join((" ".join(parts[:-1]), parts[-1])) if one.text and len(parts) > 1 else " ".join(parts)


def hint(one: Failure) -> str:
    """Return what may help with an item that failed; empty where there is nothing to say."""
    try:
        number = int(one.hresult, 16)
    except ValueError:
        number = 0
    return hints.of(number, one.category)
