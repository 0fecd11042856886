"use strict";
// What is looked up besides the live list: medical information, insurance by number, disaster search, settings, access log.
// Uses el, button, byId of desk.js.

const KINDS = { YZK: "薬剤情報", SRJ: "診療情報", SHJ: "手術情報", TKK: "特定健診情報" };
let me = { id: "", admin: false };

// With a body it is a post: what names a person never stands in an address.
async function ask_for(path, body) {
  const how = body ? { method: "POST", headers: { "X-Desk": "1", "Content-Type": "application/json" }, body: JSON.stringify(Object.fromEntries(body)) } : { headers: { "X-Desk": "1" } };
  const answer = await fetch(path, how).catch(() => null);
  if (!answer) throw new Error("受付端末のプログラムにつながりません。");
  if (!answer.ok) throw new Error(await answer.text() || "操作できませんでした。ページを開き直してください。");
  return answer.json();
}

function show(name) {
  for (const b of document.querySelectorAll("nav button")) b.setAttribute("aria-current", b.dataset.page === name ? "page" : "false");
  for (const s of document.querySelectorAll("[data-show]")) s.hidden = s.dataset.show !== name;
  if (name === "settings") loadSettings();
  if (name === "staff") loadStaff();
  if (name === "log") {
    loadLog();
    loadReview();
  }
}

function table(columns, rows) {
  const t = el("table"), head = el("tr");
  for (const c of columns) {
    const th = el("th", c);
    th.scope = "col";
    head.append(th);
  }
  const thead = el("thead"), body = el("tbody");
  thead.append(head);
  for (const cells of rows) {
    const row = el("tr");
    for (const c of cells) row.append(el("td", c));
    body.append(row);
  }
  t.append(thead, body);
  return t;
}

async function medical(a, kind) {
  try {
    openSheet(await ask_for(`medical/${a.no}/${kind}`));
  } catch (e) {
    ask("表示できません", e.message, "閉じる", null);
  }
}

// One of the two is enough.
byId("insurance").elements.era.oninput = e => { byId("insurance").elements.birthdate.required = e.target.value.trim() === ""; };

byId("insurance").addEventListener("submit", async e => {
  e.preventDefault();
  const out = byId("insurance-answer");
  try {
    const asked = new FormData(e.target);
    out.replaceChildren(...sheetParts(await ask_for("insurance", asked), () => ask_for("insurance/address", asked)));
  } catch (x) {
    out.replaceChildren(el("p", x.message, "wrong"));
  }
});

/** The questions in the order they are asked in. */
function inOrder(codes) {
  const at = row => (codes.indexOf(row.querySelector("input").value) + 1) || 99;
  byId("questions").append(...[...byId("questions").querySelectorAll("p")].sort((a, b) => at(a) - at(b)));
}

byId("questions").addEventListener("click", e => {
  if (e.target.tagName !== "BUTTON") return;
  const row = e.target.parentElement, above = row.previousElementSibling;
  if (above.tagName === "P") above.before(row);
  e.target.focus();
});

async function loadSettings() {
  const form = byId("policy"), p = await ask_for("policy");
  for (const box of form.querySelectorAll("input[type=checkbox]"))
    box.checked = box.name === "codes" ? p.codes.includes(box.value) : box.name === "phones" ? p.phones.includes(box.value) : p[box.name];
  inOrder(p.codes);
  form.elements.textSize.value = p.textSize;
  form.elements.sound.value = p.sound;
  form.elements.start.value = p.start;
  byId("policy-said").textContent = "";
}

byId("policy").addEventListener("submit", async e => {
  e.preventDefault();
  const f = new FormData(e.target), on = name => f.get(name) !== null;
  const answer = await fetch("policy", {
    method: "POST",
    headers: { "X-Desk": "1", "Content-Type": "application/json" },
    body: JSON.stringify({ codes: f.getAll("codes"), itemByItem: on("itemByItem"), asksPmh: on("asksPmh"), asksPrescriptionForm: on("asksPrescriptionForm"), asksLetters: on("asksLetters"), dispensesPrescriptions: on("dispensesPrescriptions"), phones: f.getAll("phones"), textSize: Number(f.get("textSize")), sound: Number(f.get("sound")), start: f.get("start") }),
  }).catch(() => null);
  byId("policy-said").textContent = !answer ? "受付端末のプログラムにつながりません。" : answer.ok ? "保存し、すべてのキオスクに送りました。" : await answer.text();
});

// The log's words as staff say them.
const DONE = { medical: "情報の閲覧", sheet: "資格情報の表示", address: "不開示の住所の表示", insurance: "番号で照会", settings: "設定の変更", "hand entry": "手入力の受付", "emergency on": "救急時閲覧を開始", "emergency search": "救急時の検索", "emergency view": "救急時の閲覧", "emergency found": "救急時の検索結果", "emergency reviewed": "救急時の記録の確認", "disaster on": "災害時案内を開始", "disaster off": "災害時案内を終了", "disaster search": "災害時の検索", "disaster view": "災害時の閲覧", "disaster found": "災害時の検索結果", "disaster reviewed": "災害時の記録の確認", "insurance found": "番号で照会の結果", "sign-in": "サインイン", "sign-out": "サインアウト", "session ended": "サインインの終了", "sign-in refused": "サインインの拒否", denied: "権限のない操作", "password changed": "パスワードの変更", "account reset": "パスワードの再設定", "account added": "職員の追加", "account ended": "アカウントの終了", "account changed": "役割・権限の変更", "maintenance on": "休止を開始", "maintenance off": "休止を終了", "tamper release": "筐体開放の警告を解除" };
const TERMS = { name: "氏名", birthdate: "生年月日", sex: "性別", address: "住所" };

function doneWords(action) {
  const [, what, code] = /^(.*?)(?: ([A-Z]{3}))?$/.exec(action);
  return code ? `${DONE[what] ?? what}（${CONSENTS[code] ?? code}）` : DONE[action] ?? action;
}

function aboutWords(r) {
  if (r.action === "settings") return r.about.split(" ").map(c => CONSENTS[c] ?? c).join("・");
  if (/ search$/.test(r.action) && !/^[0-9]/.test(r.about)) return r.about.split("+").map(t => TERMS[t] ?? t).join("・");
  if (r.action === "insurance" || / search$/.test(r.action)) return `保険者番号 ${r.about}`;
  if (/ on$/.test(r.action)) return r.about.replace("until ", "終了 ");
  return r.about.replace(/^(\d+)-(\d+)-(\d+) #(\d+)$/, (_, y, m, d, n) => `${y}年${Number(m)}月${Number(d)}日 受付${n}番`);
}

function accessTable(rows) {
  return table(["日時", "職員", "操作", "対象", "理由"],
    rows.map(r => [new Date(r.at).toLocaleString("ja-JP", { timeZone: "Asia/Tokyo" }), r.staff, doneWords(r.action), aboutWords(r), r.reason]));
}

async function loadLog() {
  byId("accesses").replaceChildren(accessTable(await ask_for("accesses")));
}

for (const b of document.querySelectorAll("nav button")) b.onclick = () => show(b.dataset.page);
byId("signout").onclick = async () => {
  await fetch("signout", { method: "POST", headers: { "X-Desk": "1" } }).catch(() => null);
  location.reload();
};
ask_for("me").then(who => {
  me = who;
  const name = `${who.id}（${who.admin ? "管理者" : "一般利用者"}）`, link = el("a", name);
  link.href = "password";
  link.title = "パスワードを変える";
  byId("who").replaceChildren(who.accounts ? link : name);
  for (const row of document.querySelectorAll("[data-accounts]")) row.hidden = !who.accounts;
  if (who.admin) loadReview().catch(() => {});
  for (const b of document.querySelectorAll("nav button[data-admin]")) b.hidden = !who.admin;
  for (const page of ["number", "hand"]) document.querySelector(`nav button[data-page=${page}]`).hidden = !who.reception;
  document.querySelector("nav button[data-page=emergency]").hidden = !who.medical;
}).catch(() => {});
show("arrivals");
