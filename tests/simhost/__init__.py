# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A simulated Windows host for tests: WinRM and PSRP on loopback in front of a simulated Offline Files cache."""
