# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns a Kerberos realm for tests: MIT's KDC on loopback, with everything that it reads and writes in one folder."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_ADDRESS = "127.0.0.1"
_PROGRAMS = ("krb5kdc", "kdb5_util", "kadmin.local", "kinit")
_BUILD_PROGRAMS = ("gcc", "krb5-config")
PACKAGES = ("gssapi", "krb5", "kerberos")
"""What clients and the host import."""
_SBIN = "/usr/sbin"  # where Debian has them, which is not on every user's PATH
_SECONDS = 20

_KRB5_CONF = """[libdefaults]
    default_realm = {realm}
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
    udp_preference_limit = 1
[realms]
    {realm} = {{
        kdc = {address}:{port}
    }}
"""
_KDC_CONF = """[kdcdefaults]
    kdc_listen = ""
    kdc_tcp_listen = {address}:{port}
[realms]
    {realm} = {{
        database_name = {folder}/principal
        key_stash_file = {folder}/stash
        acl_file = {folder}/acl
    }}
[logging]
    kdc = FILE:{folder}/kdc.log
"""


HOW = "Debian: apt-get install --no-install-recommends krb5-kdc krb5-admin-server krb5-user libkrb5-dev gcc"
"""How to get the programs, and what builds the Python packages."""


def missing_programs() -> list[str]:
    """The programs that this machine lacks."""
    return [name for name in _PROGRAMS if _program(name) is None]


def missing_build_programs() -> list[str]:
    """The programs with which the Python packages are built that this machine lacks."""
    return [name for name in _BUILD_PROGRAMS if _program(name) is None]


def missing_packages() -> list[str]:
    """The Python packages (requirements/kerberos.txt) that cannot be imported here."""
    return [name for name in PACKAGES if importlib.util.find_spec(name) is None]


class Realm:
    """A running KDC. A context manager; the process ends with it.

    :param folder: empty, for all files; its owner removes it
    :param users: name to password
    :param services: principals whose keys go into the keytab, such as `HTTP/127.0.0.1`
    :raises OSError, subprocess.CalledProcessError: it cannot be made
    """

    def __init__(self, folder: Path, name: str, users: Mapping[str, str], services: Sequence[str]) -> None:
        self.name, self.keytab = name, folder / "host.keytab"
        self._folder, self._users, self._services = folder, users, services

    @property
    def client(self) -> Mapping[str, str]:
        """Environment of a client."""
        return {"KRB5_CONFIG": str(self._folder / "krb5.conf")}

    @property
    def server(self) -> Mapping[str, str]:
        """Environment of a process that has the services."""
        return {**self.client, "KRB5_KTNAME": f"FILE:{self.keytab}"}

    def __enter__(self) -> Realm:
        with socket.socket() as probe:
            probe.bind((_ADDRESS, 0))
            port = probe.getsockname()[1]
        values = {"realm": self.name, "folder": self._folder, "address": _ADDRESS, "port": port}
        (self._folder / "krb5.conf").write_text(_KRB5_CONF.format(**values), encoding="utf-8")
        (self._folder / "kdc.conf").write_text(_KDC_CONF.format(**values), encoding="utf-8")
        self._call("kdb5_util", "create", "-s", "-P", "master")
        commands = [f'addprinc -pw "{password}" {user}' for user, password in self._users.items()]
        for service in self._services:
            commands += [f"addprinc -randkey {service}", f"ktadd -k {self.keytab} {service}"]
        self._call("kadmin.local", stdin="\n".join(commands))
        self._process = subprocess.Popen(
            self._line("krb5kdc", "-n"), env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            self._wait(port)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    @property
    def _environment(self) -> Mapping[str, str]:
        return {**os.environ, **self.client, "KRB5_KDC_PROFILE": str(self._folder / "kdc.conf")}

    def _line(self, program: str, *arguments: str) -> list[str]:
        return [_program(program) or program, "-r", self.name, *arguments]

    def _call(self, program: str, *arguments: str, stdin: str = "") -> None:
        subprocess.run(
            self._line(program, *arguments),
            env=self._environment,
            input=stdin,
            text=True,
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )

    def _wait(self, port: int) -> None:
        """Until it takes connections."""
        deadline = time.monotonic() + _SECONDS
        while True:
            try:
                socket.create_connection((_ADDRESS, port), timeout=1).close()
            except OSError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    log = self._folder / "kdc.log"
                    said = log.read_text(encoding="utf-8") if log.exists() else ""
                    raise OSError(f"the KDC does not answer on port {port}: {said}") from error
                time.sleep(0.05)
            else:
                return

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_SECONDS)


def _program(name: str) -> str | None:
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", os.defpath), _SBIN]))
