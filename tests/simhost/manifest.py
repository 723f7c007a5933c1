# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns the reading of Ansible's exec manifest: command line + stdin -> what the controller wants to have run.

The format is private to ansible-core; this knows that of 2.19 to 2.22 (module_manifest.py, bootstrap_wrapper.ps1,
exec_wrapper.ps1). Since 2.22 the manifest may be compressed, and a module's arguments are JSON within the JSON.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_SEPARATOR = b"\n\0\0\0\0\n"
_MODULE_WRAPPER = "module_wrapper.ps1"
_BECOME_WRAPPER = "become_wrapper.ps1"
_ASYNC_WRAPPER = "async_wrapper.ps1"
_PRIVATE = "_ansible_"


class ManifestError(ValueError):
    """What was sent is not an exec manifest that this module knows."""


@dataclass(frozen=True)
class Stdin:
    """What the exec wrapper's process is sent: the bootstrap, the manifest, and what may follow it."""

    bootstrap: bytes = field(repr=False)  # JSON: the wrapper and its parameters
    manifest: Mapping[str, Any] = field(repr=False)
    compressed: bool  # the manifest comes as base64 of gzip
    payload: bytes | None = field(repr=False)  # the content of put_file; None: nothing follows

    @classmethod
    def read(cls, stdin: bytes) -> Stdin:
        """Part what was sent.

        :raises ManifestError: it does not begin with the exec wrapper, or a part of it cannot be read.
        """
        bootstrap, _dummy, rest = stdin.partition(_SEPARATOR)
        text, more, payload = rest.partition(_SEPARATOR)
        try:
            wrapper = json.loads(bootstrap)
            if wrapper["name"] != "exec_wrapper":
                raise ManifestError("stdin does not begin with the exec wrapper")
            compressed = (wrapper.get("params") or {}).get("DecompressInput") is True
            manifest = json.loads(gzip.decompress(base64.b64decode(text)) if compressed else text)
        except ManifestError:
            raise
        except (LookupError, TypeError, AttributeError, ValueError, EOFError, OSError, zlib.error) as error:
            raise _unreadable(error) from None
        return cls(bootstrap, manifest, compressed, payload if more else None)

    def to_bytes(self) -> bytes:
        """The same as it would be sent."""
        text = json.dumps(self.manifest).encode()
        if self.compressed:
            text = base64.b64encode(gzip.compress(text))
        following = () if self.payload is None else (self.payload,)
        return _SEPARATOR.join((self.bootstrap, text, *following))


@dataclass(frozen=True)
class Become:
    """The logon that runas asks for; type and flags as Ansible.Become names them (`NewCredentials`, `WithProfile`)."""

    user: str
    password: str | None = field(repr=False)
    logon_type: str = "Interactive"
    logon_flags: str = "WithProfile"


@dataclass(frozen=True)
class Detached:
    """What the async wrapper is told. `folder`: of the results file, `start_seconds`: how long it waits for a start."""

    folder: str
    job_id: str
    start_seconds: float


@dataclass(frozen=True)
class ExecManifest:
    """One decoded call: a module, or one of core's auxiliary scripts (`winrm_put_file.ps1` and so on)."""

    name: str  # of a module: its Python name without .ps1; of an auxiliary script: its file name
    is_module: bool
    args: Mapping[str, Any] = field(repr=False)
    options: Mapping[str, Any] = field(repr=False)  # the module's `_ansible_*` arguments, without that prefix
    become: Become | None
    detached: Detached | None
    environment: Mapping[str, str] = field(repr=False)
    sources: Mapping[str, bytes] = field(repr=False)  # name of each script that was sent -> its bytes
    payload: bytes = field(repr=False)  # what follows the manifest: the content of put_file

    @property
    def is_async(self) -> bool:
        """Whether the async wrapper is to start it."""
        return self.detached is not None

    @property
    def check_mode(self) -> bool:
        return bool(self.options.get("check_mode", False))

    @property
    def diff(self) -> bool:
        return bool(self.options.get("diff", False))

    @property
    def verbosity(self) -> int:
        return int(self.options.get("verbosity", 0))

    @property
    def inject_invocation(self) -> bool:
        """Whether the result holds `invocation`: the option exists since core 2.21, before it was always there."""
        return bool(self.options.get("inject_invocation", True))


def parse(line: str, stdin: bytes) -> ExecManifest:
    """Read what a WinRM command received.

    :raises ManifestError: it is not a call of the exec wrapper, or a part of it cannot be read.
    """
    script = encoded_command(line)
    if script is None:
        raise ManifestError("the command line holds no -EncodedCommand")
    if "`0`0`0`0" not in script:
        raise ManifestError("the command is not the bootstrap of Ansible's exec wrapper")
    sent = Stdin.read(stdin)
    try:
        actions = {action["name"]: action for action in sent.manifest["actions"]}
        last = sent.manifest["actions"][-1]
        sources = {name: base64.b64decode(info["script"]) for name, info in sent.manifest["scripts"].items()}
        return _manifest(actions, last, sources, sent.payload or b"")
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise _unreadable(error) from None


def _unreadable(error: Exception) -> ManifestError:
    return ManifestError(f"unreadable exec manifest ({type(error).__name__}: {error})")


def encoded_command(line: str) -> str | None:
    """The script behind `-EncodedCommand`, None when there is none or it is not base64 of UTF-16."""
    words = line.split()
    index = next((i for i, word in enumerate(words) if word.casefold() == "-encodedcommand"), len(words))
    try:
        return base64.b64decode(words[index + 1], validate=True).decode("utf-16-le")
    except (IndexError, binascii.Error, UnicodeDecodeError):
        return None


def _manifest(
    actions: Mapping[str, Any], last: Mapping[str, Any], sources: Mapping[str, bytes], payload: bytes
) -> ExecManifest:
    params = last.get("params") or {}
    is_module = last["name"] == _MODULE_WRAPPER
    all_args: Mapping[str, Any] = params
    if is_module:
        all_args = _module_args(params)
    return ExecManifest(
        name=params["Script"].removesuffix(".ps1") if is_module else last["name"],
        is_module=is_module,
        args={name: value for name, value in all_args.items() if not name.startswith(_PRIVATE)},
        options={name[len(_PRIVATE) :]: value for name, value in all_args.items() if name.startswith(_PRIVATE)},
        become=_become(actions.get(_BECOME_WRAPPER)),
        detached=_detached(actions.get(_ASYNC_WRAPPER)),
        environment=(params.get("Environment") or {}) if is_module else {},
        sources=sources,
        payload=payload,
    )


def _module_args(params: Mapping[str, Any]) -> Mapping[str, Any]:
    if "ArgumentJSON" in params:  # since core 2.22; the secrets beside them only keep the event log clean
        return dict(json.loads(params["ArgumentJSON"]))
    variables = {variable["Name"]: variable["Value"] for variable in params["Variables"]}
    return dict(variables["complex_args"])


def _become(action: Mapping[str, Any] | None) -> Become | None:
    if action is None:
        return None
    params = action["params"]
    return Become(
        user=params["BecomeUser"],
        password=(action.get("secure_params") or {}).get("BecomePassword"),
        logon_type=params.get("LogonType", "Interactive"),
        logon_flags=params.get("LogonFlags", "WithProfile"),
    )


def _detached(action: Mapping[str, Any] | None) -> Detached | None:
    if action is None:
        return None
    params = action["params"]
    return Detached(params["AsyncDir"], params["AsyncJid"], float(params["StartupTimeout"]))
