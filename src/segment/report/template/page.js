"use strict";
// Sorts, searches and saves the tables of a page, and searches its lists. What it adds is there
// only while it runs: the page is whole without it. Its words come with its tag.
(() => {
  const words = document.currentScript.dataset;
  const SORTED = 3, SAVED = 4, SEARCHED = 9; // from so many rows on
  const UNKNOWN = "—";
  const NUMBER = /^[^\d\p{L}]*(?:[A-Z]{3}\s?)?[^\d\p{L}]*(\d[\d,]*(?:\.\d+)?)\s*%?(?:\s*\(.*\))?$/u;
  const PLAIN = /^-?\d[\d,]*(\.\d+)?%?$/;
  // As `segment.spreadsheets` has them.
  const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r]/, NONE = /^-[\d.,]+$/;
  const all = (css, from = document) => [...from.querySelectorAll(css)];
  const made = (tag, facts, ...inside) => {
    const it = Object.assign(document.createElement(tag), facts);
    it.append(...inside);
    return it;
  };
  const filled = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

  // What a reader sees of an element: a closed card and a mark of ours are none of it.
  const seen = (it) => it.nodeType === 3 ? it.data
    : it.matches?.(".passport, .way") ? ""
    : (it.nodeName === "BR" ? " " : "") + [...it.childNodes].map(seen).join("");
  const text = (it) => seen(it).replace(/\s+/g, " ").trim();
  const number = (said) => {
    const found = NUMBER.exec(said);
    const size = found && Number(found[1].replaceAll(",", ""));
    return found && (/^[^\d]*[-−]/.test(said) ? -size : size);
  };

  const search = (input, count, items, after = () => {}) => {
    const texts = items.map((it) => text(it).toLowerCase());
    const run = () => {
      const asked = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      const kept = items.filter((it, place) => {
        it.hidden = !asked.every((word) => texts[place].includes(word));
        return !it.hidden;
      });
      after(asked);
      count.textContent = asked.length
        ? filled(words.count, { shown: kept.length, all: items.length }) : "";
    };
    input.addEventListener("input", run);
    run();
  };

  const dress = (table, place) => {
    const body = table.tBodies[0], rows = body ? [...body.rows] : [];
    const wide = Math.max(0, ...rows.map((row) => row.cells.length));
    const isRow = (row) => row.cells.length === wide && !/summary/.test(row.className);
    const data = rows.filter(isRow);
    const top = all("thead tr", table).find((row) => row.cells.length === wide);
    if (!top || wide < 2 || data.length < SORTED) return;
    const values = data.map((row) => [...row.cells].map((cell) => cell.dataset.value ?? text(cell)));
    const at = new Map(data.map((row, index) => [row, index]));
    const order = new Intl.Collator(document.documentElement.lang, { numeric: true });

    const sort = (column, way) => {
      const said = values.map((row) => row[column]);
      const known = said.map((it) => it === "" || it.startsWith(UNKNOWN) ? null : it);
      const isNumber = known.every((it) => it === null || number(it) !== null);
      const compare = (a, b) => {
        const [one, other] = [known[at.get(a)], known[at.get(b)]];
        if (way && (one === null) !== (other === null)) return one === null ? 1 : -1;
        const ahead = !way || one === null ? 0
          : isNumber ? number(one) - number(other) : order.compare(one, other);
        return way * ahead || at.get(a) - at.get(b);
      };
      let block = [];
      const sorted = [];
      const flush = () => { sorted.push(...block.sort(compare)); block = []; };
      for (const row of rows) isRow(row) ? block.push(row) : (flush(), sorted.push(row));
      flush();
      body.append(...sorted);
    };
    [...top.cells].forEach((head, column) => {
      const name = text(head);
      if (!name) return;
      const way = made("span", { className: "way", ariaHidden: "true" });
      const opens = head.querySelector("button");
      const button = opens
        ? made("button", { type: "button", className: "sorts", ariaLabel: filled(words.sort, { name }) }, way)
        : made("button", { type: "button", className: "sorts" }, ...head.childNodes, way);
      head.append(button);
      button.addEventListener("click", () => {
        const next = { ascending: "descending", descending: "none" }[head.ariaSort] ?? "ascending";
        for (const other of top.cells) other.removeAttribute("aria-sort");
        if (next !== "none") head.ariaSort = next;
        sort(column, { ascending: 1, descending: -1, none: 0 }[next]);
      });
    });

    const tools = made("div", { className: "tools" });
    if (data.length >= SEARCHED) {
      const input = made("input", { type: "search", ariaLabel: words.search, placeholder: words.search });
      const count = made("output");
      tools.append(input, count);
      search(input, count, data, () => {
        let head = null;
        for (const row of rows) {
          if (!isRow(row)) row.hidden = Boolean(head = row);
          else if (head && !row.hidden) head.hidden = false;
        }
      });
    }
    if (tools.childNodes.length) (table.closest(".wide") ?? table).before(tools);
    if (data.length >= SAVED) {
      const id = table.closest("main [id]")?.id ?? place + 1;
      const button = made("button", { type: "button", className: "saves" }, words.save);
      button.addEventListener("click", () => save(`${words.file}-${id}.csv`, [
        [...top.cells].map(text),
        ...[...body.rows].filter((row) => at.has(row) && !row.hidden).map((row) => values[at.get(row)]),
      ]));
      (table.closest(".wide") ?? table).after(button);
    }
  };

  const cell = (said) => {
    const short = said === UNKNOWN ? "" : said.replace(/^−/, "-");
    const plain = PLAIN.test(short) ? short.replaceAll(",", "")
      : FORMULA.test(short) && !NONE.test(short) ? `'${short}` : short;
    return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  const save = (name, lines) => {
    const csv = "\ufeff" + lines.map((line) => line.map(cell).join(",") + "\n").join("");
    const href = URL.createObjectURL(new Blob([csv], { type: "text/csv" }));
    made("a", { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60000);
  };

  all("table").forEach(dress);
  // A field may search what stands elsewhere: data-filters is the id of a list or a table.
  for (const input of all("input[data-filters]")) {
    const list = document.getElementById(input.dataset.filters);
    const count = document.querySelector(`output[for="${input.id}"]`) ?? made("output");
    search(input, count, [...(list.tBodies?.[0] ?? list).children]);
  }
  for (const it of all("[data-scripted]")) it.hidden = false;

  // A way to each thing itself, for who wants to send it to somebody.
  for (const it of all("main :is(h2, h3, figure, .tile)[id], main [id]:has(> .wide > table)")) {
    const name = text(it.querySelector("figcaption, .name, .gt_title") ?? it).slice(0, 60);
    const label = filled(words.here, { name: /^H/.test(it.nodeName) || it.matches("figure, .tile") ? name : it.id });
    it.classList.add("place");
    it.append(made("a", { className: "here", href: `#${it.id}`, ariaLabel: label }));
  }

  // The contents: folded where they stand above the text, and the section at hand is marked.
  const contents = document.querySelector(".contents details");
  if (contents && matchMedia("(max-width: 68rem)").matches) contents.open = false;
  const ways = all(".contents a");
  const heads = ways.map((way) => document.getElementById(decodeURIComponent(way.hash.slice(1))));
  const mark = () => {
    const isEnd = scrollY > 0 && innerHeight + scrollY > document.documentElement.scrollHeight - 2;
    const line = isEnd ? innerHeight : innerHeight / 3;
    const at = heads.findLastIndex((head) => head && head.getBoundingClientRect().top < line);
    ways.forEach((way, place) => {
      if (place === at) way.setAttribute("aria-current", "true");
      else way.removeAttribute("aria-current");
    });
    const way = ways[at], box = way?.closest("nav");
    if (box && box.scrollHeight > box.clientHeight) box.scrollTop = way.offsetTop - box.clientHeight / 2;
  };
  if (ways.length) {
    let waits = 0;
    addEventListener("scroll", () => { waits ||= requestAnimationFrame(() => { waits = 0; mark(); }); }, { passive: true });
    mark();
  }
})();
