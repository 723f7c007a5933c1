# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owns how Sphinx makes the HTML documentation; `make docs` starts it over what antsibull-docs wrote.

It is built without a network, so references to the documentation of other collections stay plain text. Any other
reference that leads nowhere is a warning, and warnings are errors.
"""

from __future__ import annotations

OWN = "winops.offline_files"

project = OWN
title = html_title = html_short_title = f"{OWN} documentation"
copyright = "winops.offline_files contributors"  # noqa: A001 - the name that Sphinx reads
extensions = ["sphinx_antsibull_ext"]
default_role = "any"
nitpicky = True
nitpick_ignore_regex = [
    ("std:ref", rf"ansible_collections\.(?!{OWN.replace('.', '[.]')}[.]).*"),
    # pages of ansible-core that antsibull-docs refers to
    ("std:ref", "action_plugins|ansible_configuration_settings|common_return_values"),
]
pygments_style = "ansible"
highlight_language = "YAML+Jinja"
html_theme = "sphinx_ansible_theme"
html_theme_options: dict[str, object] = {"topbar_links": {}}
html_show_sphinx = False
html_copy_source = False
html_use_index = False
