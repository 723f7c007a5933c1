# The targets are thin: what they do stands in tools/. No path here is absolute, so that the repository may lie anywhere.
#
#   PYTHON=python3.12   another Python (3.11 or newer); each has an environment of its own in .build/
#   CORE=2.20           another ansible-core than the one for the Python (3.11: 2.19, 3.12: 2.20, 3.13 and newer: 2.22)
#   TESTS="unit"        with `make test`: only these of unit, integration, engine, engine-core, windows, windows-core, molecule
#   BACKEND=windows     with `make host`: what runs the modules: emulation (Python), engine or windows (PowerShell)

PYTHON ?= python3
CORE ?=
TESTS ?=
BACKEND ?=

TOOLS = "$(PYTHON)" -m tools --core "$(CORE)"

.DEFAULT_GOAL := help
.PHONY: help demo host test check lint sanity docs release-check test-host test-windows test-kerberos test-browser picture bench fuzz clean

help:  ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' Makefile | expand -t 22
	@sed -n 's/^#   /  /p' Makefile

demo:  ## release pinned files on a simulated Windows host, twice, and show what happened
	@$(TOOLS) demo

host:  ## a simulated Windows host to play with, until Ctrl-C
	@$(TOOLS) host $(BACKEND)

test:  ## unit, integration and engine tests and the Molecule scenarios
	@$(TOOLS) test $(TESTS)

test-host:  ## the tests that run the real host part on a PowerShell engine; fails where there is none
	@$(TOOLS) test-host

test-windows:  ## the same on the Windows host, PowerShell for Windows under Wine; fails where there is none
	@$(TOOLS) test-windows

test-kerberos:  ## the tests with Kerberos, on a KDC of their own; fails where there is none, and builds Python packages
	@$(TOOLS) test-kerberos

check:  ## lint, types, documentation, build and ansible-test sanity, on the newest Python found
	@$(TOOLS) check

lint:  ## check without its ansible-test sanity part
	@$(TOOLS) lint

sanity:  ## only the ansible-test sanity part of check, such as for CORE=2.20
	@$(TOOLS) sanity

docs:  ## the documentation as HTML, in .build/docs/html
	@$(TOOLS) docs

release-check:  ## build the collection, look into the archive, install it, run the demo from there
	@$(TOOLS) release-check

test-browser:  ## the tests of the fleet's page in a headless Chromium; skipped with a line where there is none
	@$(TOOLS) test-browser

picture:  ## the picture of the README, from the page of the demo; needs a Chromium
	@$(TOOLS) picture

bench:  ## measurements
	@$(TOOLS) bench

fuzz:  ## the property tests with many more examples
	@$(TOOLS) fuzz

clean:  ## remove everything that was made
	@"$(PYTHON)" -m tools clean
