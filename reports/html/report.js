"use strict";
// Shows the findings: filters over columns of numbers, a list of which only the visible rows exist, details on demand.
// Everything from the data is written as text; this page's policy forbids it to be anything else.
(() => {
  const $ = (id) => document.getElementById(id);
  const D = JSON.parse($("data").textContent);
  $("data").remove();
  const S = D.strings, F = D.findings, N = F.status.length;
  const FAIL = 0, UNKNOWN = 1, WAIVED = 4;
  const NOWHERE = -2;
  const ROW = 76, AHEAD = 8;
  const MARK = ["✗", "?", "✓", "–", "~"];
  const WORD = ["fail", "unknown", "pass", "not applicable", "waived"];
  const STATUS = [...D.statuses, "waived"];

  /** An element with attributes and children; text is text. */
  function h(name, attributes, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (key === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
      else element.setAttribute(key, value === true ? "" : value);
    }
    for (const child of children.flat(Infinity)) if (child !== null && child !== undefined && child !== false) element.append(child);
    return element;
  }
  const fill = (element, ...children) => element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  const number = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  const plural = (n, noun) => `${number(n)} ${noun}${n === 1 ? "" : "s"}`;

  // ---- what each finding is, in columns

  const status = new Uint8Array(N), severity = new Uint8Array(N), layer = new Uint8Array(N);
  for (let i = 0; i < N; i += 1) {
    status[i] = F.waived[i] >= 0 ? WAIVED : F.status.charCodeAt(i) - 48;
    severity[i] = F.severity.charCodeAt(i) - 48;
    layer[i] = F.check[i] >= 0 ? D.checks[F.check[i]].layer : 0;
  }
  const checkId = (i) => (F.check[i] >= 0 ? D.checks[F.check[i]].id : "");
  const accountText = (a) => (a < 0 ? "the organization" : D.accounts[a][1] ? `${D.accounts[a][1]} ${D.accounts[a][0]}` : D.accounts[a][0]);
  const text = (at) => (at < 0 ? "" : S[at]);
  const nameOf = (i) => S[F.name[i]] || S[F.arn[i]];
  const environments = [...new Set(F.environment)].sort((a, b) => (text(a) < text(b) ? -1 : 1));
  const accountsThere = [...new Set(F.account)].sort((a, b) => (accountText(a).toLowerCase() < accountText(b).toLowerCase() ? -1 : 1));
  const resourceAt = new Map(D.resources.map((resource) => [resource.arn, resource]));
  let hay = null;
  function haystack() {
    if (!hay) {
      const checks = D.checks.map((check) => `${check.id} ${check.title}`);
      hay = new Array(N);
      for (let i = 0; i < N; i += 1) {
        hay[i] = `${S[F.name[i]]}\n${S[F.arn[i]]}\n${F.check[i] >= 0 ? checks[F.check[i]] : ""}\n${S[F.message[i]]}\n${accountText(F.account[i])}\n${text(F.region[i])}\n${text(F.environment[i])}`.toLowerCase();
      }
    }
    return hay;
  }

  // ---- the state, and the address that holds it

  const state = { status: new Set(), severity: new Set(), layer: new Set(), account: null, environment: null, check: null, resource: null, q: "", finding: null };
  let shown = new Int32Array(0), selected = -1;

  const idOf = (i) => `${checkId(i)}~${F.account[i] < 0 ? "" : D.accounts[F.account[i]][0]}~${S[F.arn[i]]}`;
  function find(id) {
    const [check, account, ...arn] = id.split("~");
    const subject = arn.join("~"), at = S.indexOf(subject);
    if (at < 0) return -1;
    for (let i = 0; i < N; i += 1) {
      if (F.arn[i] === at && checkId(i) === check && (F.account[i] < 0 ? "" : D.accounts[F.account[i]][0]) === account) return i;
    }
    return -1;
  }

  function fromHash() {
    const hash = location.hash.slice(1);
    if (!hash.includes("=")) return false;
    const given = new Map();
    for (const part of hash.split("&")) {
      const at = part.indexOf("=");
      if (at < 0) continue;
      try { given.set(part.slice(0, at), decodeURIComponent(part.slice(at + 1))); } catch { /* a broken link filters nothing */ }
    }
    // What this page does not know is no filter for "none": nothing matches it.
    const named = (at) => (at < 0 ? NOWHERE : at);
    const words = (key, all) => new Set((given.get(key) || "").split(",").map((word) => all.indexOf(word)).filter((at) => at >= 0));
    state.severity = words("severity", D.severities);
    state.layer = words("layer", D.layers);
    const account = given.get("account");
    state.account = account === undefined ? null : account === "none" ? -1 : named(D.accounts.findIndex((one) => one[0] === account));
    const environment = given.get("environment");
    state.environment = environment === undefined ? null : environment === "" ? -1 : named(S.indexOf(environment));
    state.check = given.get("check") || null;
    state.resource = given.get("resource") || null;
    state.q = given.get("q") || "";
    state.finding = given.get("finding") || null;
    if (given.has("status")) state.status = given.get("status") === "all" ? new Set() : words("status", STATUS);
    else state.status = state.check || state.resource || state.finding ? new Set() : new Set([FAIL, UNKNOWN]);
    return true;
  }

  function toHash() {
    const parts = [], enc = encodeURIComponent;
    const isDefault = state.status.size === 2 && state.status.has(FAIL) && state.status.has(UNKNOWN);
    const isAll = state.status.size === 0;
    const opened = state.check || state.resource || state.finding;
    if (isAll ? !opened : opened || !isDefault) parts.push(`status=${isAll ? "all" : [...state.status].sort().map((at) => STATUS[at]).join(",")}`);
    if (state.severity.size) parts.push(`severity=${[...state.severity].sort().map((at) => D.severities[at]).join(",")}`);
    if (state.layer.size) parts.push(`layer=${[...state.layer].sort().map((at) => D.layers[at]).join(",")}`);
    if (state.account !== null) parts.push(`account=${state.account === NOWHERE ? "unknown" : state.account < 0 ? "none" : D.accounts[state.account][0]}`);
    if (state.environment !== null) parts.push(`environment=${state.environment === NOWHERE ? "not-here" : enc(text(state.environment))}`);
    if (state.check) parts.push(`check=${enc(state.check)}`);
    if (state.resource) parts.push(`resource=${enc(state.resource)}`);
    if (state.q) parts.push(`q=${enc(state.q)}`);
    if (state.finding) parts.push(`finding=${enc(state.finding)}`);
    return parts.join("&");
  }

  /** Keeps the address with the state; going through rows makes no history. */
  function remember() {
    const hash = toHash();
    if (hash !== location.hash.slice(1)) history.replaceState(null, "", hash ? `#${hash}` : "#findings");
  }

  // ---- filtering

  function apply() {
    const { account, environment } = state;
    const checkAt = state.check === null ? null : D.checks.findIndex((check) => check.id === state.check);
    const arnAt = state.resource === null ? null : S.indexOf(state.resource);
    const terms = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    const hays = terms.length ? haystack() : null;
    const mask = (set) => { let bits = 0; for (const at of set) bits |= 1 << at; return bits || ~0; };
    const statuses = mask(state.status), severities = mask(state.severity), layers = mask(state.layer);
    const counts = { status: new Int32Array(5), severity: new Int32Array(4), layer: new Int32Array(5) };
    const out = new Int32Array(N);
    let found = 0;
    next: for (let i = 0; i < N; i += 1) {
      if (account !== null && F.account[i] !== account) continue;
      if (environment !== null && F.environment[i] !== environment) continue;
      if (checkAt !== null && F.check[i] !== checkAt) continue;
      if (arnAt !== null && F.arn[i] !== arnAt) continue;
      if (hays) for (const term of terms) if (!hays[i].includes(term)) continue next;
      const st = statuses >> status[i] & 1, se = severities >> severity[i] & 1, la = layers >> layer[i] & 1;
      if (se & la) counts.status[status[i]] += 1;
      if (st & la) counts.severity[severity[i]] += 1;
      if (st & se) counts.layer[layer[i]] += 1;
      if (st & se & la) { out[found] = i; found += 1; }
    }
    shown = out.slice(0, found);
    return counts;
  }

  // ---- controls

  const filters = $("filters"), facets = filters.querySelector(".facets"), search = $("search");
  const inputs = { status: [], severity: [], layer: [] };
  function group(key, legend, words, titles) {
    const options = words.map((word, at) => {
      const count = h("b");
      const input = h("input", { type: "checkbox", value: word, on: { change: () => {
        state[key][input.checked ? "add" : "delete"](at);
        refresh();
      } } });
      inputs[key].push({ input, count });
      return h("label", { class: "option" }, input, h("span", {}, titles[at], count));
    });
    return h("fieldset", {}, h("legend", {}, legend), h("div", { class: "options" }, options));
  }
  function select(id, label, options, change) {
    const element = h("select", { id, on: { change: () => change(element.value) } }, h("option", { value: "" }, "all"), options.map(([value, words]) => h("option", { value }, words)));
    return h("div", {}, h("label", { class: "over", for: id }, label), element);
  }
  facets.append(
    group("status", "Status", STATUS, ["Fail", "Unknown", "Pass", "Not applicable", "Waived"]),
    group("severity", "Severity", D.severities, ["Critical", "High", "Medium", "Low"]),
    group("layer", "Layer", D.layers, ["Deny policies", "Separation", "Deletion", "Backups", "State"]),
    select("account", "Account", accountsThere.map((a) => [`a${a}`, accountText(a)]), (value) => { state.account = value ? Number(value.slice(1)) : null; refresh(); }),
    select("environment", "Environment", environments.map((e) => [`e${e}`, text(e) || "unknown or none"]), (value) => { state.environment = value ? Number(value.slice(1)) : null; refresh(); }),
  );
  const clear = $("clear");
  clear.addEventListener("click", () => {
    Object.assign(state, { status: new Set([FAIL, UNKNOWN]), severity: new Set(), layer: new Set(), account: null, environment: null, check: null, resource: null, q: "", finding: null });
    refresh();
    search.focus();
  });
  filters.addEventListener("submit", (event) => event.preventDefault());
  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { state.q = search.value.trim(); refresh(); }, 120);
  });

  function showControls(counts) {
    for (const key of ["status", "severity", "layer"]) {
      inputs[key].forEach(({ input, count }, at) => {
        input.checked = state[key].has(at);
        count.textContent = number(counts[key][at]);
      });
    }
    $("account").value = state.account === null ? "" : `a${state.account}`;
    $("environment").value = state.environment === null ? "" : `e${state.environment}`;
    if (document.activeElement !== search || search.value.trim() !== state.q) search.value = state.q;
    const only = [];
    if (state.check) only.push(`check ${state.check}`);
    if (state.resource) only.push(`resource ${state.resource}`);
    $("count").textContent = `${plural(shown.length, "finding")} of ${number(N)}${only.length ? `, of ${only.join(" and ")}` : ""}`;
    const plainly = state.status.size === 2 && state.status.has(FAIL) && state.status.has(UNKNOWN) && !state.severity.size && !state.layer.size;
    clear.hidden = plainly && state.account === null && state.environment === null && !state.check && !state.resource && !state.q;
  }

  // ---- the list: as high as all its rows, with only those in sight

  const list = $("list"), spacer = h("div", { class: "spacer", role: "presentation" });
  list.append(spacer);
  const rows = new Map();
  let drawnFor = null;

  function row(at) {
    const i = shown[at], check = D.checks[F.check[i]];
    const where = [accountText(F.account[i]), text(F.region[i]), text(F.environment[i])].filter(Boolean).join(" · ");
    const st = status[i];
    const element = h("div", { class: "item", role: "option", id: `row-${at}`, "aria-setsize": shown.length, "aria-posinset": at + 1, "aria-selected": String(at === selected) },
      h("span", { class: `glyph ${STATUS[st]}`, "aria-hidden": "true" }, MARK[st]),
      h("span", { class: "first" }, h("span", { class: "sr" }, `${WORD[st]}: `), h("bdi", {}, nameOf(i))),
      h("span", { class: "second" }, h("span", { class: `sev ${D.severities[severity[i]]}` }, D.severities[severity[i]]), " · ", check ? check.title : ""),
      h("span", { class: "third" }, where));
    element.style.top = `${at * ROW}px`;
    return element;
  }

  function draw() {
    const from = Math.max(0, Math.floor(list.scrollTop / ROW) - AHEAD);
    const to = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + AHEAD);
    if (drawnFor !== shown) {
      rows.clear();
      spacer.replaceChildren();
      spacer.style.height = `${shown.length * ROW}px`;
      if (!shown.length) spacer.append(h("p", { class: "empty-list" }, "Nothing matches these filters."));
      drawnFor = shown;
    }
    for (const [at, element] of rows) {
      if ((at < from || at >= to) && at !== selected) { element.remove(); rows.delete(at); }
    }
    const fresh = document.createDocumentFragment();
    for (let at = from; at < to; at += 1) {
      if (!rows.has(at)) { const element = row(at); rows.set(at, element); fresh.append(element); }
    }
    if (selected >= 0 && selected < shown.length && !rows.has(selected)) { const element = row(selected); rows.set(selected, element); fresh.append(element); }
    spacer.append(fresh);
  }
  let drawing = false;
  list.addEventListener("scroll", () => {
    if (!drawing) { drawing = true; requestAnimationFrame(() => { drawing = false; draw(); }); }
  }, { passive: true });
  addEventListener("resize", draw);

  function pick(at, { open = true } = {}) {
    const before = rows.get(selected);
    if (before) before.setAttribute("aria-selected", "false");
    selected = at;
    if (at < 0) { list.removeAttribute("aria-activedescendant"); return; }
    const top = at * ROW;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
    draw();
    rows.get(at).setAttribute("aria-selected", "true");
    list.setAttribute("aria-activedescendant", `row-${at}`);
    if (open) {
      state.finding = idOf(shown[at]);
      detail(shown[at]);
      remember();
    }
  }

  list.addEventListener("click", (event) => {
    const element = event.target.closest(".item");
    if (!element) return;
    pick(Number(element.id.slice(4)));
    if (matchMedia("(max-width: 56rem)").matches) enter();
  });
  list.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.floor(list.clientHeight / ROW) - 1), last = shown.length - 1;
    const to = { ArrowDown: selected + 1, ArrowUp: selected - 1, PageDown: selected + page, PageUp: selected - page, Home: 0, End: last }[event.key];
    if (to !== undefined && last >= 0) { event.preventDefault(); pick(Math.min(last, Math.max(0, to))); }
    else if (event.key === "Enter" && selected >= 0) { event.preventDefault(); enter(); }
  });
  const pane = $("detail");
  function enter() {
    pane.focus({ preventScroll: true });
    if (matchMedia("(max-width: 56rem)").matches) pane.scrollIntoView();
  }
  pane.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.preventDefault(); list.focus(); } });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest && event.target.closest("input:not([type=checkbox]), select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape" && event.target === search && search.value) {
      search.value = "";
      state.q = "";
      refresh();
    }
  });

  // ---- details

  function say(words) { $("said").textContent = ""; setTimeout(() => { $("said").textContent = words; }, 30); }
  async function copy(words) {
    try { await navigator.clipboard.writeText(words); }
    catch {
      const area = h("textarea", { readonly: true, class: "sr" });
      area.value = words;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  }
  function copier(words, label, what) {
    const button = h("button", { type: "button", class: "button", "aria-label": what, on: { click: async () => {
      const back = document.activeElement;
      await copy(words);
      if (back) back.focus();
      button.textContent = "Copied";
      say("Copied");
      setTimeout(() => { button.textContent = label; }, 1500);
    } } }, label);
    return button;
  }
  const code = (words, what) => h("div", { class: "code" }, h("pre", { tabindex: "0", role: "group", "aria-label": what }, words), copier(words, "Copy", `Copy the ${what}`));
  const link = (params, words) => h("a", { href: `#${Object.entries(params).map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&")}` }, words);

  const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  function plain(value) {
    if (value === null) return "none";
    if (value === true) return "yes";
    if (value === false) return "no";
    return String(value);
  }
  const words = (key) => key.replaceAll("_", " ");
  const whole = (value) => value === null || typeof value !== "object" || (Array.isArray(value) ? value.length === 0 : Object.keys(value).length === 0);
  const short = (value) => (typeof value === "object" && value !== null ? "none" : plain(value));
  function tree(value) {
    if (whole(value)) return document.createTextNode(short(value));
    if (Array.isArray(value)) return h("ul", { class: "tree" }, value.map((one) => h("li", {}, isObject(one) && one.told ? String(one.told) : tree(one))));
    return h("ul", { class: "tree" }, Object.entries(value).map(([key, one]) => h("li", {}, h("span", { class: "key" }, `${words(key)}: `), tree(one))));
  }

  /** The ways in that a fact holds: who gets where, step by step, and the statements that allow it. */
  function counterExamples(value, out) {
    if (Array.isArray(value)) value.forEach((one) => counterExamples(one, out));
    else if (isObject(value)) {
      if (typeof value.told === "string" && Array.isArray(value.path)) { out.push(value); return; }
      if (typeof value.action === "string" && Array.isArray(value.opened_by)) { out.push(value); return; }
      Object.values(value).forEach((one) => counterExamples(one, out));
    }
  }
  function counter(one) {
    if (typeof one.told !== "string") {
      const keys = one.opened_by.map((key) => (isObject(key) ? `${key.key}${key.value === null || key.value === undefined ? "" : ` = ${key.value}`}` : String(key)));
      return h("div", { class: "counter" }, h("p", {}, h("b", {}, one.action), keys.length ? ` is open where ${keys.join(" and ")}` : " is open: nothing denies it"),
        Array.isArray(one.resources) && one.resources.length ? h("span", { class: "by" }, `on ${one.resources.slice(0, 5).map(String).join(", ")}`) : null);
    }
    return h("div", { class: "counter" },
      h("p", {}, one.told + "."),
      one.path.length ? h("ol", {}, one.path.map((step) => h("li", {}, `${step.from} ${step.verb} ${step.to}`, step.condition ? ` (${step.condition})` : "", step.by && step.by.length ? h("span", { class: "by" }, `by ${step.by.join("; ")}`) : null))) : null,
      one.by && one.by.length ? h("span", { class: "by" }, `allowed by ${one.by.join("; ")}`) : null,
      one.condition ? h("span", { class: "by" }, `depends on ${one.condition}`) : null);
  }

  const hours = (n) => (n < 1 ? "under 1 h" : n < 48 ? `${+n.toFixed(1)} h` : `${+(n / 24).toFixed(1)} days`);
  const tierTone = (one) => (one.sure === "immutable" ? "good" : one.hoped === "none" || one.hoped === "shared fate" ? "bad" : "warn");
  const tierWords = (one) => (one.sure === one.hoped ? one.sure : `${one.sure} to ${one.hoped}`);
  function survivalLine(title, one) {
    if (!one) return null;
    return h("div", {}, h("dt", {}, title), h("dd", {}, h("span", { class: `chip ${tierTone(one)}` }, tierWords(one)), one.rpo === null ? "" : ` ${hours(one.rpo)} old`, one.raise ? h("div", { class: "quiet" }, `raise it: ${one.raise}`) : null));
  }
  function resourceBox(resource) {
    const marks = { held: "✓", failed: "✗", unknown: "?" };
    return [h("h4", {}, "Layers standing, and what would survive"), h("dl", { class: "pairs" },
      resource.layers.map(([standing, why], at) => h("div", {}, h("dt", {}, D.layer_titles[at]), h("dd", {}, h("span", { class: `mark ${standing}`, "aria-hidden": "true" }, marks[standing]), ` ${standing}: ${why}`))),
      survivalLine("Account taken over", resource.account), survivalLine("Management taken over", resource.management))];
  }

  function aboutCheck(check) {
    return [
      check.note || check.terraform || check.cli ? h("h4", {}, "How to mend it") : null,
      check.note ? check.note.split("\n").map((line) => h("p", { class: "note" }, line)) : null,
      check.terraform ? [h("p", { class: "quiet" }, "Terraform"), code(check.terraform, "Terraform")] : null,
      check.cli ? [h("p", { class: "quiet" }, "AWS CLI"), code(check.cli, "commands")] : null,
      h("h4", {}, "The check"),
      h("p", { class: "note" }, h("code", {}, check.id), `: ${check.description}`),
      check.frameworks.length ? h("dl", { class: "pairs" }, check.frameworks.map(([framework, controls]) => h("div", {}, h("dt", {}, framework), h("dd", {}, controls.join(", "))))) : null,
      check.related.length ? h("ul", { class: "links" }, check.related.map((page) => h("li", {}, h("a", { href: page, rel: "noopener noreferrer", target: "_blank" }, page.replace(/^https:\/\//, ""))))) : null,
    ];
  }

  function factsOf(i) {
    const facts = [], reads = [], gaps = [];
    for (const at of F.evidence[i]) {
      const piece = D.evidence[at];
      if (piece[0] === 0) facts.push([S[piece[1]], JSON.parse(S[piece[2]])]);
      else if (piece[0] === 1) reads.push(piece);
      else gaps.push(piece);
    }
    return { facts, reads, gaps };
  }
  const placed = (account, regions) => [account < 0 ? "" : text(account), regions].filter(Boolean).join(", ");

  function detail(i) {
    const check = D.checks[F.check[i]], st = status[i];
    const { facts, reads, gaps } = factsOf(i);
    const ways = [];
    facts.forEach(([, value]) => counterExamples(value, ways));
    const waived = F.waived[i] >= 0 ? D.waived[F.waived[i]] : null;
    const resource = resourceAt.get(S[F.arn[i]]);
    const original = F.status.charCodeAt(i) - 48;
    const tone = ["bad", "unknown", "good", "plain", "plain"][st];
    const where = [["Account", accountText(F.account[i])], ["Region", text(F.region[i])], ["Environment", text(F.environment[i])], ["Class", text(F.class[i])], ["Kind", S[F.kind[i]].replaceAll("_", " ")]].filter((one) => one[1]);
    fill(pane,
      h("div", { class: "tags" }, h("span", { class: `chip ${tone}` }, `${MARK[st]} ${st === WAIVED ? `waived, ${WORD[original]}` : WORD[st]}`), h("span", { class: "chip" }, D.severities[severity[i]]), h("span", { class: "chip" }, D.layer_titles[layer[i]]),
        copier(location.href.split("#")[0] + `#finding=${encodeURIComponent(idOf(i))}`, "Copy link", "Copy link to this finding")),
      h("h3", {}, h("bdi", {}, nameOf(i)), check ? `: ${check.title}` : ""),
      h("p", { class: "subject" }, S[F.arn[i]]),
      h("p", {}, S[F.message[i]]),
      waived ? h("div", { class: "box" }, h("p", {}, h("b", {}, "Waived: "), waived.reason), h("p", { class: "quiet" }, [`owner ${waived.owner}`, waived.ticket && `ticket ${waived.ticket}`, `to the end of ${waived.expires}`, waived.approved_by && `approved by ${waived.approved_by}`].filter(Boolean).join(" · "))) : null,
      h("dl", { class: "pairs more" }, where.map(([key, value]) => h("div", {}, h("dt", {}, key), h("dd", {}, value)))),
      ways.length && original === FAIL ? [h("h4", {}, ways.length === 1 ? "Counter-example" : "Counter-examples"), ways.slice(0, 6).map(counter), ways.length > 6 ? h("p", { class: "quiet" }, `and ${ways.length - 6} more, in the facts`) : null] : null,
      gaps.length ? [h("h4", {}, "What could not be read"), h("ul", { class: "calls" }, gaps.map((gap) => h("li", {}, h("b", {}, S[gap[5]]), ` ${words(S[gap[4]])}`, gap[6] >= 0 ? ` (${S[gap[6]]})` : "", h("div", { class: "quiet" }, placed(gap[1], gap[2].map((at) => S[at]).join(", "))), h("div", { class: "quiet" }, S[gap[7]]), gap[9] >= 0 ? h("div", { class: "quiet" }, `request ${S[gap[9]]}, ${plural(gap[8], "try").replace("trys", "tries")}`) : null)))] : null,
      check ? aboutCheck(check).slice(0, 4) : null,
      resource ? resourceBox(resource) : null,
      facts.length ? [h("h4", {}, "Facts"), h("dl", { class: "pairs" }, facts.map(([path, value]) => h("div", {}, h("dt", {}, h("code", {}, path)), h("dd", {}, tree(value)))))] : null,
      reads.length ? [h("h4", {}, "Calls that it rests on"), h("ul", { class: "calls" }, reads.map((read) => h("li", {}, read[4].map((at) => S[at]).join(", "), h("div", { class: "quiet" }, [placed(read[1], text(read[2])), read[5] >= 0 ? S[read[5]] : ""].filter(Boolean).join(" · ")))))] : null,
      check ? aboutCheck(check).slice(4) : null,
      h("ul", { class: "links" },
        check ? h("li", {}, link({ check: check.id }, "All verdicts of this check")) : null,
        h("li", {}, link({ resource: S[F.arn[i]] }, "All verdicts on this")),
        F.account[i] < 0 ? null : h("li", {}, link({ account: D.accounts[F.account[i]][0] }, "All of this account"))),
    );
    pane.scrollTop = 0;
  }

  function overview() {
    const check = state.check && D.checks.find((one) => one.id === state.check);
    const resource = state.resource && resourceAt.get(state.resource);
    if (check) {
      fill(pane, h("div", { class: "tags" }, h("span", { class: "chip" }, D.severities[check.severity]), h("span", { class: "chip" }, D.layer_titles[check.layer])), h("h3", {}, check.title), aboutCheck(check));
    } else if (resource) {
      fill(pane, h("h3", {}, state.resource), resourceBox(resource));
    } else {
      pane.replaceChildren(h("p", { class: "quiet" }, shown.length ? "Choose a finding to see its facts, the calls that it rests on, and how to mend it." : "Nothing to show."));
    }
    pane.scrollTop = 0;
  }

  // ---- the whole

  /** After a filter changed: the list anew, the chosen finding kept where it is still there. */
  function refresh() {
    const counts = apply();
    showControls(counts);
    selected = -1;
    list.removeAttribute("aria-activedescendant");
    list.scrollTop = 0;
    const kept = state.finding === null ? -1 : find(state.finding);
    const at = kept < 0 ? -1 : shown.indexOf(kept);
    if (at < 0) state.finding = null;
    draw();
    if (at >= 0) { list.scrollTop = Math.max(0, at * ROW - list.clientHeight / 3); pick(at); }
    else overview();
    remember();
  }

  function route() {
    if (!fromHash()) return;
    refresh();
    const target = state.finding && matchMedia("(max-width: 56rem)").matches ? pane : $("findings");
    target.scrollIntoView({ behavior: "instant" });
    if (document.activeElement === document.body || document.activeElement.closest("main a, main svg")) list.focus({ preventScroll: true });
  }
  addEventListener("hashchange", route);

  // ---- the theme

  const theme = $("theme"), themes = ["system", "light", "dark"];
  const current = () => document.documentElement.dataset.theme || "system";
  const showTheme = () => { theme.textContent = `Theme: ${current()}`; };
  theme.addEventListener("click", () => {
    const to = themes[(themes.indexOf(current()) + 1) % themes.length];
    if (to === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = to;
    try { if (to === "system") localStorage.removeItem("palisade-theme"); else localStorage.setItem("palisade-theme", to); } catch { /* no storage: for this visit */ }
    showTheme();
  });
  showTheme();
  theme.hidden = false;

  // ---- on paper: what is filtered, written out by check

  const PRINTED = 400;
  function print() {
    const groups = new Map();
    for (const i of shown.subarray(0, PRINTED)) {
      if (!groups.has(F.check[i])) groups.set(F.check[i], []);
      groups.get(F.check[i]).push(i);
    }
    const articles = [...groups].map(([at, all]) => {
      const check = D.checks[at];
      return h("article", { class: "group" }, h("h3", {}, check ? check.title : ""), h("p", { class: "quiet" }, D.severities[severity[all[0]]], " · ", h("code", {}, check ? check.id : "")),
        h("ul", {}, all.map((i) => h("li", {}, h("b", { class: ["bad", "unknown", "good", "plain", "plain"][status[i]] }, `${MARK[status[i]]} ${WORD[status[i]]}`), " ", h("bdi", { class: "name" }, nameOf(i)), " ", h("span", { class: "quiet" }, [accountText(F.account[i]), text(F.region[i]), text(F.environment[i])].filter(Boolean).join(" · ")), h("br"), S[F.message[i]]))),
        check && all.some((i) => status[i] === FAIL) ? [check.note ? h("p", { class: "note" }, check.note) : null, check.terraform ? h("pre", {}, check.terraform) : null, check.cli ? h("pre", {}, check.cli) : null] : null);
    });
    const more = shown.length - Math.min(PRINTED, shown.length);
    $("printed").replaceChildren(h("p", { class: "quiet" }, $("count").textContent), ...articles, more ? h("p", {}, `${plural(more, "further finding")} not printed: filter to print what matters.`) : "");
  }
  addEventListener("beforeprint", print);
  addEventListener("afterprint", () => $("printed").replaceChildren());

  $("explorer").hidden = false;
  if (fromHash()) route();
  else { state.status = new Set([FAIL, UNKNOWN]); const counts = apply(); showControls(counts); draw(); overview(); }
  document.documentElement.dataset.ready = "true";
})();
