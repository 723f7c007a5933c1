"use strict";
// Shows the list of all hosts from the data of the page. Every text goes into a text node; nothing is parsed as HTML.
(() => {
  const PAGE = 100;
  const data = JSON.parse(document.getElementById("data").textContent);
  const [NAME, STATE, WHY, MESSAGE, FAILED, NOT_SEEN, NOTES, FAILURES, VIEWS] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const [USER, OWN_STATE, OWN_WHY, SHARES] = [0, 1, 2, 3];
  const [SHARE, ITEMS, PINNED, PINNED_SIZE, DIRTY, DIRTY_SIZE, REASONS] = [0, 1, 2, 3, 4, 5, 6];
  const BEFORE = REASONS + data.reasons.length, LAST = BEFORE + 1, POLICIES = BEFORE + 2;

  const $ = (id) => document.getElementById(id);
  const make = (tag, attributes, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
    node.append(...children.filter((child) => child !== null));
    return node;
  };
  const amount = (number) => number === null ? "" : String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  const count = (number, noun) => `${amount(number)} ${noun}${number === 1 ? "" : "s"}`;
  const size = (number) => {
    if (number === null) return "";
    let value = number, unit = 0;
    while (value >= 1023.95 && unit < 5) { value /= 1024; unit += 1; }
    return unit ? `${value.toFixed(1)} ${["bytes", "KB", "MB", "GB", "TB", "PB"][unit]}` : `${number} byte${number === 1 ? "" : "s"}`;
  };
  const time = (text) => text === null ? "" : text.replace("T", " ").replace(/:\d\dZ$/, "");
  const reasons = (share) => data.reasons
    .map((name, number) => share[REASONS + number] ? `${name.replace("_", " ")} ${amount(share[REASONS + number])}` : "")
    .filter(Boolean).join(", ");

  // One row for each host, view and share, in the order of the hosts.
  const rows = [];
  const unknown = [null, -1, [], []];
  data.hosts.forEach((host, number) => {
    for (const view of host[VIEWS].length ? host[VIEWS] : [unknown]) {
      for (const share of view[SHARES].length ? view[SHARES] : [null]) rows.push({ number, host, view, share });
    }
  });
  const ranks = (texts) => {
    const order = texts.map((text, number) => [text.toLowerCase(), number]).sort((a, b) => a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
    const rank = [];
    order.forEach(([, number], place) => { rank[number] = place; });
    return rank;
  };
  const userRank = ranks(data.users), shareRank = ranks(data.shares), policyRank = ranks(data.policies);
  const of = (place) => (row) => row.share && row.share[place];
  const user = (row) => row.view[USER] === null ? "" : data.users[row.view[USER]];
  const path = (row) => row.share ? data.shares[row.share[SHARE]] : "";
  const policies = (row) => row.share ? data.policies[row.share[POLICIES]] : "";

  // What is shown, by what it is sorted (null comes last), and whether the biggest comes first.
  const columns = [
    { title: "Host", key: (row) => row.number },
    { title: "View", kind: "user", text: user, key: (row) => row.view[USER] === null ? null : userRank[row.view[USER]] },
    { title: "State", key: (row) => row.host[STATE] },
    { title: "Share", kind: "path", text: path, key: (row) => row.share && shareRank[row.share[SHARE]] },
    { title: "Items", text: (row) => row.share ? amount(row.share[ITEMS]) : "", key: of(ITEMS), number: true },
    { title: "Pinned", text: (row) => row.share ? amount(row.share[PINNED]) : "", key: of(PINNED), number: true },
    { title: "Pinned bytes", text: (row) => row.share ? size(row.share[PINNED_SIZE]) : "", key: of(PINNED_SIZE), number: true },
    { title: "Not synchronized", text: (row) => row.share ? amount(row.share[DIRTY]) : "", key: of(DIRTY), number: true },
    { title: "Bytes of it", text: (row) => row.share ? size(row.share[DIRTY_SIZE]) : "", key: of(DIRTY_SIZE), number: true },
    { title: "Reasons", kind: "reasons", text: (row) => row.share ? reasons(row.share) : "", key: (row) => row.share && (row.share[PINNED] || null), big: true },
    { title: "Last synchronized (UTC)", kind: "time", text: (row) => row.share ? time(row.share[LAST]) : "", key: of(LAST) },
    { title: "Users not seen", text: (row) => row.host[NOT_SEEN].length ? amount(row.host[NOT_SEEN].length) : "", key: (row) => row.host[NOT_SEEN].length, number: true },
    { title: "Pinned by policy", text: policies, key: (row) => row.share && policies(row) ? policyRank[row.share[POLICIES]] : null },
    { title: "Failed", text: (row) => row.host[FAILED] ? amount(row.host[FAILED]) : "", key: (row) => row.host[FAILED], number: true },
  ];

  const form = document.querySelector(".filters");
  const body = $("table").tBodies[0];
  let shown = rows, sorted = 0, descending = false, page = 0;

  const lowered = (texts) => texts.map((text) => text.toLowerCase());
  const searched = {
    users: lowered(data.users), shares: lowered(data.shares), words: lowered(data.words), policies: lowered(data.policies),
    hosts: lowered(data.hosts.map((host) => [host[NAME], ...host[NOT_SEEN]].join("\n"))),
  };
  const holds = (row, term) => searched.hosts[row.number].includes(term)
    || (row.view[USER] !== null && searched.users[row.view[USER]].includes(term))
    || (row.share !== null && (searched.shares[row.share[SHARE]].includes(term) || searched.policies[row.share[POLICIES]].includes(term)))
    || [row.host[WHY], row.host[MESSAGE], ...row.host[NOTES]].some((number) => searched.words[number].includes(term));

  const select = () => {
    const terms = form.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const state = form.state.value, share = form.share.value, reason = form.reason.value, category = form.category.value;
    shown = rows.filter((row) =>
      (state === "" || row.host[STATE] === Number(state))
      && (share === "" || (row.share !== null && row.share[SHARE] === Number(share)))
      && (reason === "" || (row.share !== null && row.share[REASONS + Number(reason)] > 0))
      && (category === "" || row.host[FAILURES].some((one) => data.codes[one[3]][0] === category))
      && (!form.left.checked || (row.share !== null && (row.share[PINNED] > 0 || row.share[DIRTY] > 0)))
      && terms.every((term) => holds(row, term)));
    order();
  };

  const order = () => {
    const key = columns[sorted].key, way = descending ? -1 : 1;
    const keyed = shown.map((row, place) => [key(row), place, row]);
    keyed.sort((a, b) => {
      if (a[0] === b[0]) return a[1] - b[1];
      if (a[0] === null) return 1;
      if (b[0] === null) return -1;
      return a[0] < b[0] ? -way : way;
    });
    shown = keyed.map((one) => one[2]);
    page = 0;
    show();
  };

  const show = () => {
    const hosts = new Set(shown.map((row) => row.number));
    const pages = Math.max(1, Math.ceil(shown.length / PAGE));
    $("found").textContent = shown.length ? `${count(shown.length, "row")} of ${count(hosts.size, "host")}` : "Nothing matches.";
    $("page").textContent = `Page ${page + 1} of ${pages}`;
    $("back").disabled = page === 0;
    $("forward").disabled = page + 1 >= pages;
    $("limit").hidden = true;
    body.replaceChildren(...shown.slice(page * PAGE, (page + 1) * PAGE).map(line));
    [...head.cells].forEach((cell, number) => {
      if (number === sorted) cell.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    });
  };

  const stateOf = (number) => make("span", { class: `state ${data.states[number][0]}` }, data.states[number][1]);

  const line = (row) => {
    const name = make("button", { type: "button", class: "name", "aria-expanded": "false" }, row.host[NAME]);
    const node = make("tr", {}, make("th", { scope: "row" }, name));
    columns.slice(1).forEach((column) => {
      const kind = column.number ? { class: "number" } : column.kind ? { class: column.kind } : {};
      node.append(make("td", kind, column.title === "State" ? stateOf(row.host[STATE]) : column.text(row)));
    });
    name.addEventListener("click", () => {
      const open = name.getAttribute("aria-expanded") === "true";
      name.setAttribute("aria-expanded", String(!open));
      if (open) node.nextElementSibling.remove();
      else node.after(make("tr", { class: "detail" }, make("td", { colspan: String(columns.length) }, ...details(row))));
    });
    return node;
  };

  const list = (title, texts) => texts.length
    ? [make("h3", {}, title), make("ul", {}, ...texts.map((text) => make("li", {}, text)))] : [];

  const details = (row) => {
    const host = row.host, words = (numbers) => numbers.map((number) => data.words[number]);
    const said = data.words[host[MESSAGE]] || data.words[host[WHY]] || "Nothing is known of this host.";
    const views = host[VIEWS].map((view) => {
      const whose = view[USER] === null ? "View of nobody known" : `View of ${data.users[view[USER]]}`;
      return make("li", {}, `${whose}: `, stateOf(view[OWN_STATE]), view[OWN_WHY].length ? `. ${words(view[OWN_WHY]).join("; ")}` : "");
    });
    const before = row.share && row.share[BEFORE] !== null && row.share[BEFORE] !== row.share[PINNED]
      ? make("p", {}, `${path(row)}: ${amount(row.share[BEFORE])} pinned before, ${amount(row.share[PINNED])} now.`) : null;
    return [
      make("p", {}, said), ...(before ? [before] : []), ...(views.length ? [make("ul", {}, ...views)] : []),
      ...list("Users not seen", host[NOT_SEEN]), ...list("Notes", words(host[NOTES])), ...failures(row),
    ];
  };

  const failures = (row) => {
    const host = row.host, here = row.share ? row.share[SHARE] : -1;
    if (!host[FAILED]) return [];
    const found = [...host[FAILURES]].sort((a, b) => (b[0] === here) - (a[0] === here));
    const named = found.reduce((sum, one) => sum + one[2], 0);
    const title = (text) => make("th", { scope: "col" }, text);
    const table = make("table", {},
      make("thead", {}, make("tr", {}, title("Item"), title("Code"), title("What may help"))),
      make("tbody", {}, ...found.map(([share, rest, items, code]) => make("tr", {},
        make("td", {}, data.shares[share] + rest + (items > 1 ? ` and ${amount(items - 1)} more with this category` : "")),
        make("td", {}, data.codes[code][1] || data.codes[code][0] || "nothing was reported"),
        make("td", {}, data.codes[code][2])))));
    const more = host[FAILED] - named;
    return [
      make("h3", {}, `${count(host[FAILED], "item")} failed`), ...(found.length ? [table] : []),
      ...(more > 0 ? [make("p", {}, found.length ? `${amount(more)} more are not named here.` : "The results do not name them.")] : []),
    ];
  };

  // The same rules as those of the filter csv_row: texts in quotes, and none that a spreadsheet calculates.
  const field = (value) => {
    if (value === null) return "";
    if (typeof value === "number") return String(value);
    return `"${/^['=+\-@\uff1d\uff0b\uff0d\uff20]/.test(value) ? "'" : ""}${value.replaceAll('"', '""')}"`;
  };
  const values = (row) => [
    row.host[NAME], row.view[USER] === null ? null : user(row), data.states[row.host[STATE]][0],
    ...(row.share ? [path(row), ...row.share.slice(ITEMS, POLICIES), policies(row)] : Array(data.columns.length - 6).fill(null)),
    row.host[FAILED], row.host[NOT_SEEN].join("; "),
    [row.host[WHY], ...row.host[NOTES]].map((number) => data.words[number]).filter(Boolean).join("; "),
  ];
  $("csv").addEventListener("click", () => {
    const text = [data.columns, ...shown.map(values)].map((row) => `${row.map(field).join(",")}\n`).join("");
    const link = make("a", { download: "fleet.csv", href: URL.createObjectURL(new Blob([text], { type: "text/csv" })) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  $("names").addEventListener("click", () => {
    $("limit").hidden = false;
    $("limited").value = [...new Set(shown.map((row) => row.host[NAME]))].join(",");
    $("limited").focus();
    $("limited").select();
  });

  const head = make("tr", {});
  columns.forEach((column, number) => {
    const button = make("button", { type: "button" }, column.title);
    button.addEventListener("click", () => {
      descending = number === sorted ? !descending : Boolean(column.number || column.big);
      sorted = number;
      order();
    });
    head.append(make("th", { scope: "col", ...(column.number ? { class: "number" } : {}) }, button));
  });
  $("table").tHead.append(head);

  const option = (name, value, text) => form[name].append(make("option", { value: String(value) }, text));
  const used = new Set(data.hosts.map((host) => host[STATE]));
  data.states.forEach(([, text], number) => { if (used.has(number)) option("state", number, text); });
  const inRows = new Set(rows.filter((row) => row.share).map((row) => row.share[SHARE]));
  [...inRows].sort((a, b) => shareRank[a] - shareRank[b]).forEach((number) => option("share", number, data.shares[number]));
  data.reasons.forEach((name, number) => option("reason", number, name.replace("_", " ")));
  [...new Set(data.codes.map(([category]) => category))].filter(Boolean).sort().forEach((name) => option("category", name, name));

  // The tables of shares and of failures lead to the rows behind a line.
  const leads = (id, name, value) => {
    for (const cell of $(id).querySelectorAll("th")) {
      const wanted = value(cell.textContent);
      if (![...form[name].options].some((one) => one.value === wanted)) continue;
      const button = make("button", { type: "button", class: "linked" }, cell.textContent);
      button.addEventListener("click", () => {
        form.reset();
        form[name].value = wanted;
        select();
        $("hosts").scrollIntoView();
        $("hosts").focus();
      });
      cell.replaceChildren(button);
    }
  };
  leads("by-share", "share", (text) => String(data.shares.indexOf(text)));
  leads("by-category", "category", (text) => text);

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", select);
  form.addEventListener("change", select);
  form.addEventListener("reset", () => setTimeout(select));
  $("back").addEventListener("click", () => { page -= 1; show(); });
  $("forward").addEventListener("click", () => { page += 1; show(); });
  if (location.protocol === "file:") {
    const when = new Date(document.lastModified), two = (number) => String(number).padStart(2, "0");
    $("written").textContent = `Written ${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())} ${two(when.getHours())}:${two(when.getMinutes())}.`;
  }
  $("list").hidden = false;
  select();
})();
