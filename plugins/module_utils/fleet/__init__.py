# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What is known of a fleet after a run, as one document: a page, a table, and JSON that later runs merge.

``model``
    what is known of a host: its views, their shares, what failed and why
``shapes``
    readers for values of any shape, which never fail
``facts``
    what single results of the modules say of a host
``roles``
    what the results of the roles say
``hosts``
    what all registered variables of a host come to
``document``
    the JSON, and its way back
``merging``
    what several documents say of one fleet
``totals``
    the sums, and the hosts that need somebody most
``table``
    the rows of the CSV file and of the page
``bars``
    pictures of numbers that are tables too
``sections``
    the parts of the page that need no script
``page``
    the HTML file, of ``page.html``, ``page.css`` and ``page.js``

Pure functions over results of the modules; the action reads and writes.

Imports: ``windows``, and the files beside this package.
"""
