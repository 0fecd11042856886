"use strict";
// Draws what /feed sends. Text goes in as text only, never as markup.

const METHODS = { Face: "顔認証", Pin: "暗証番号", Visual: "目視確認", Phone: "スマートフォン", HandApp: "手入力（アプリ）", HandCertificate: "手入力（資格確認書）", HandStatement: "手入力（申立書）" };
const CONSENTS = { SRJ: "診療", SHJ: "手術等", YZK: "薬剤", TKK: "健診", TSR: "特定疾病" };
const PARTS = { reader: "カード読み取り", camera: "カメラ", face: "顔認証", light: "照明", journal: "控え", clock: "時計", disk: "空き容量", log: "ログ", ticket: "番号の紙のプリンター", "picture-decoder": "写真を開くプログラム" };
const byId = id => document.getElementById(id);
let shownTroubles = "";
let simulated = ""; // 模擬 where the centre is simulated
let seen = null; // numbers drawn before; null until the first drawing, so that nothing flashes at sign-in

function el(tag, text, className) {
  const node = document.createElement(tag);
  if (text) node.textContent = text;
  if (className) node.className = className;
  return node;
}

function time(iso) {
  return new Date(iso).toLocaleTimeString("ja-JP", { timeZone: "Asia/Tokyo", hour: "2-digit", minute: "2-digit" });
}

// 20270331 -> 2027年3月31日
function day(n) {
  return `${Math.floor(n / 10000)}年${Math.floor(n / 100) % 100}月${n % 100}日`;
}

async function post(path) {
  let text = "受付端末のプログラムにつながりません。";
  try {
    const answer = await fetch(path, { method: "POST", headers: { "X-Desk": "1" } });
    if (answer.ok) return;
    text = answer.status === 409 ? "カードが替わったか、確認を待っている方がいません。カードと画面を見直してください。" : "操作できませんでした。ページを開き直してください。";
  } catch { /* told below */ }
  ask("できませんでした", text, "閉じる", null);
}

// One question before anything that a patient feels. No action: only something to read. A question about one card closes when that card
// is no longer there.
let askedAbout = null;
function ask(title, text, yes, action, about = null) {
  askedAbout = about;
  byId("ask-title").textContent = title;
  byId("ask-text").textContent = text;
  byId("ask-yes").textContent = yes;
  byId("ask-no").hidden = action === null;
  byId("ask-yes").onclick = () => { byId("ask").close(); if (action) action(); };
  byId("ask-no").onclick = () => byId("ask").close();
  byId("ask").showModal();
}

function button(text, className, act, pressed) {
  const b = el("button", text, className);
  if (pressed !== undefined) b.setAttribute("aria-pressed", pressed);
  b.onclick = act;
  return b;
}

function doing(k) {
  if (!k.connected) return "電源とLANを確かめてください";
  if (k.maintenance) return "休止の案内を表示しています";
  return k.visit ? "受付の操作中です" : "待機しています";
}

function drawCall(k, path) {
  const call = el("div", "", "call");
  const title = el("p");
  title.append(el("b", "職員の呼び出し"), ` ${time(k.call.at)}`);
  call.append(title);
  call.append(el("p", k.call.code ? `${k.call.code} ${k.call.text}` : "患者さんがお手伝いを求めています"));
  if (k.call.remedy) call.append(el("p", `→ ${k.call.remedy}`));
  const row = el("div", "", "buttons");
  row.append(button("対応しました", "quiet", () => post(`${path}/call/done`)));
  call.append(row);
  return call;
}

// Faults stand open; the rest is behind one line, which stays as the receptionist left it.
const open = new Set();
function drawHealth(k) {
  const h = k.health, box = el("div", "", "health"), bad = h.devices.filter(d => d.code);
  for (const d of bad) {
    const fault = el("div", "", "fault");
    fault.append(el("b", `${PARTS[d.name] ?? d.name} ${d.code}`), el("p", d.text));
    if (d.remedy) fault.append(el("p", `→ ${d.remedy}`));
    if (d.detail) fault.append(el("small", d.detail));
    box.append(fault);
  }
  if (h.rollback) box.append(el("p", `更新は取り消されました: ${h.rollback}`, "fault"));
  const more = el("details");
  more.open = open.has(k.id);
  more.ontoggle = () => more.open ? open.add(k.id) : open.delete(k.id);
  more.append(el("summary", bad.length ? "ほかのキオスクの状態" : "キオスクはすべて正常です"));
  const list = el("ul");
  for (const d of h.devices.filter(d => !d.code)) list.append(el("li", `${PARTS[d.name] ?? d.name} 正常`));
  if (h.engine) list.append(el("li", `顔認証エンジン ${h.engine}`));
  if (h.engineWarning) list.append(el("li", h.engineWarning));
  if (h.image) list.append(el("li", `装置イメージ ${h.image}`));
  list.append(el("li", `プログラム ${h.version}`));
  more.append(list);
  box.append(more);
  return box;
}

function drawKiosk(k) {
  const path = `kiosks/${encodeURIComponent(k.id)}`;
  const card = el("article", "", "card");
  const head = el("div", "", "head");
  head.append(el("span", k.id, "name"), el("span", k.connected ? "接続中" : "切断", k.connected ? "state" : "state off"));
  card.append(head, el("p", doing(k), k.connected && k.visit && !k.maintenance ? "doing on" : "doing"));
  if (k.certificateDays !== null && k.certificateDays !== undefined)
    card.append(el("p", `このキオスクの証明書はあと${k.certificateDays}日です。自動更新を確かめるか、登録し直してください。`, "fault"));
  if (k.refused) card.append(el("p", k.refused, "fault"));
  if (k.contested) card.append(el("p", "同じ鍵を使うキオスクが2台あるか、接続が入れ替わり続けています。キオスクが盗まれたり複製されたりしていないか、LANケーブルを確かめてください。", "fault"));
  if (k.call) card.append(drawCall(k, path));
  if (k.health && k.connected) card.append(drawHealth(k));
  const row = el("div", "", "buttons");
  const sight = button("目視で確認した", "main", () => ask(
    `${k.id} の方を目視で確認しましたか`, "カードの写真とご本人の顔を、職員が見比べて確認した場合だけ進めてください。職員の記録が残ります。",
    "確認した", () => post(`${path}/visual/${k.visit}`), { kiosk: k.id, visit: k.visit }));
  sight.disabled = !k.connected || !k.visit;
  row.append(sight, button(k.maintenance ? "休止を解除" : "休止にする", "quiet", () => k.maintenance
    ? post(`${path}/maintenance/false`)
    : ask(`${k.id} を休止にしますか`, "画面に休止の案内が出て、受付できなくなります。", "休止にする", () => post(`${path}/maintenance/true`)), k.maintenance));
  card.append(row);
  return card;
}

// As the issuer drew it: every character, also those no character set has.
function nameImage(a) {
  const picture = el("img", "", "name-image");
  picture.src = `name/${a.no}`;
  picture.alt = "カードに記載の氏名（画像）";
  return picture;
}

function openButton(a, words) {
  const b = button(words, "open", () => openArrival(a));
  b.title = "資格情報を開く";
  return b;
}

function drawArrival(a) {
  const row = el("tr", "", [seen && !seen.has(a.number) ? "new" : "", a.notProven ? "unproven" : "", a.alert && !a.takenBy ? "alert" : ""].join(" ").trim());
  const method = el("td", METHODS[a.method] ?? a.method);
  if (a.staff) method.append(" ", el("small", `職員 ${a.staff}`));
  const consents = el("td");
  if (a.certificateStatus === "Grace") consents.append(el("small", "資格確認のみ"));
  else for (const c of a.consents) consents.append(c.given && !a.notProven && KINDS[c.code] && simulated && Date.now() < a.consentUntil
    ? button(CONSENTS[c.code], "chip yes look", () => medical(a, c.code))
    : el("span", CONSENTS[c.code] ?? c.code, c.given && !a.notProven ? "chip yes" : "chip no"));
  const notes = el("td");
  if (a.alert) {
    notes.append(el("span", a.alert, "tag bad"));
    if (a.takenBy) notes.append(el("span", `対応 ${a.takenBy}`, "tag"));
    else notes.append(button("対応します", "main", () => post(`arrivals/${a.no}/take`)));
  }
  if (a.notProven) notes.append(el("span", a.notProven, "tag bad"));
  if (a.certificateStatus === "Expiring") notes.append(el("span", `証明書は${day(a.certificateLastDay)}まで`, "tag warn"));
  if (a.certificateStatus === "Grace") notes.append(el("span", `期限切れ ${day(a.certificateLastDay)}`, "tag warn"));
  if (typeof a.called === "boolean") notes.append(button(a.called ? "もう一度呼び出す" : "呼び出す", a.called ? "quiet" : "main", () => post(`arrivals/${a.no}/call`)));
  const q = a.eligibility;
  if (q && q.reference) notes.append(el("span", `患者番号 ${q.reference}`, "tag"));
  if (q && q.lostReference) notes.append(el("span", `照会番号 ${q.lostReference} は保険者が変わり、なくなりました`, "tag warn"));
  const who = el("td");
  if (q && q.validity) {
    who.title = [q.kana, q.sex, q.birthdate, ...q.insurances].filter(Boolean).join("\n");
    if (q.name) who.append(openButton(a, q.name), el("br"));
    if (a.nameImage) who.append(nameImage(a), el("br"));
    if (q.birthdate) who.append(el("small", `${q.birthdate} ${q.sex}`), el("br"));
    who.append(el("span", q.validity, q.good ? "chip yes" : "chip bad"));
    if (!q.name) who.append(openButton(a, "回答を見る"));
    if (simulated) who.append(el("span", simulated, "tag"));
  } else if (q && q.trouble) who.append(el("span", q.trouble, "tag warn"));
  if (a.nameImage && !(q && q.validity)) who.append(nameImage(a));
  if (q && q.missing) notes.append(el("span", `レセコンで表示できない文字: ${q.missing}`, "tag warn"));
  if (q && q.notice) notes.append(el("span", q.notice, "tag warn"));
  if (q && q.validity && q.trouble) notes.append(el("span", q.trouble, "tag warn"));
  if (a.prescription) notes.append(el("span", `処方箋 ${a.prescription}`, "tag"));
  for (const document of a.documents) notes.append(el("span", document, document.includes("未確認") ? "tag warn" : "tag"));
  for (const words of a.site) notes.append(el("span", words, "tag"));
  for (const aid of a.pmh) notes.append(el("span", aid, aid.includes("未確認") ? "tag warn" : "tag"));
  if (a.readings > 1) notes.append(el("span", `読み取り ${a.readings}回`, "tag"));
  if (!a.chainChecked) notes.append(el("span", "発行元は未検証", "tag"));
  row.append(el("td", String(a.number), "number"), el("td", time(a.at), "time"), who, el("td", a.kiosk || "受付"), method, consents, notes);
  // Anywhere on the row, also for a finger; the keyboard has the button of the name.
  if (q && q.validity) row.onclick = e => { if (!e.target.closest("button, a")) openArrival(a); };
  return row;
}

// Insurance that is not good: two falling tones, again until somebody takes every red row.
let alertTimer = null;
function showAlerts(count) {
  byId("alerts").textContent = count ? `資格の確認が必要な方 ${count}人` : "";
  if (!count) { clearInterval(alertTimer); alertTimer = null; }
  else if (!alertTimer) { soundAlert(); alertTimer = setInterval(soundAlert, 6000); }
}
function soundAlert() {
  if (!isAlarmOn() || !wakeAudio()) return;
  playTones([660, 440], 0.3, 0.25, "sine");
}

const ENVIRONMENTS = { trial: "接続検証環境　実際の患者の受付には使いません", production: "本番環境" };
function drawEnvironment(name) {
  document.body.dataset.environment = name;
  byId("environment").hidden = !ENVIRONMENTS[name];
  byId("environment").textContent = ENVIRONMENTS[name] ?? "";
}

function draw(view) {
  simulated = view.centre;
  drawEnvironment(view.environment);
  // Who calls stands on top, whatever is below the edge of the screen; the others keep their order.
  const calls = view.kiosks.filter(k => k.call);
  byId("kiosks").replaceChildren(...calls.concat(view.kiosks.filter(k => !k.call)).map(drawKiosk));
  hearCalls(calls);
  byId("calls").textContent = calls.length ? `呼び出し ${calls.length}件` : "";
  if (view.kiosks.length === 0) byId("kiosks").append(el("p", "キオスクはまだつながっていません", "card"));
  byId("arrivals").replaceChildren(...view.arrivals.map(drawArrival));
  byId("count").textContent = view.arrivals.length ? `${view.arrivals.length}件` : "";
  byId("none").hidden = view.arrivals.length > 0;
  showAlerts(view.arrivals.filter(a => a.alert && !a.takenBy).length);
  seen = new Set(view.arrivals.map(a => a.number));
  if (askedAbout && !view.kiosks.some(k => k.id === askedAbout.kiosk && k.visit === askedAbout.visit && k.connected)) {
    const was = byId("ask").open;
    byId("ask").close();
    if (was) ask("カードが替わりました", "確認していた方のカードは、もう置かれていません。カードとご本人を見直してください。", "閉じる", null);
  }
  const disaster = byId("disaster");
  disaster.textContent = view.disaster ? "災害時案内を終える" : "災害時案内を出す";
  disaster.setAttribute("aria-pressed", view.disaster !== null);
  disaster.onclick = () => view.disaster
    ? post("disaster/false")
    : disasterDialog();
  byId("nav-disaster").hidden = !view.disaster;
  if (!view.disaster && byId("nav-disaster").getAttribute("aria-current") === "page") show("arrivals");
  byId("banner").hidden = !view.disaster;
  const words = view.disaster ? `災害時案内を表示しています（${view.disaster.reason}、${time(view.disaster.until)}まで、操作 ${view.disaster.by}）。カードなしの閲覧はすべて記録されます` : "";
  // Set only when it changes: it is read aloud each time.
  if (byId("banner").textContent !== words) byId("banner").textContent = words;
  // Unchanged words stay in place: a screen reader would read an alert again.
  const troubles = view.troubles.join("\n");
  if (troubles !== shownTroubles) byId("troubles").replaceChildren(...view.troubles.map(t => el("p", t)));
  shownTroubles = troubles;
}

let last = "";
// Not earlier: what the feed sends is drawn with the scripts that come after this one.
addEventListener("DOMContentLoaded", () => {
  const feed = new EventSource("feed");
  feed.onmessage = e => {
    byId("feed").className = "";
    byId("feed").textContent = "最新の状態です";
    // The feed repeats itself every 15 s: an unchanged view must not take the focus off a button.
    if (e.data !== last) draw(JSON.parse(e.data));
    last = e.data;
  };
  feed.onerror = () => {
    byId("feed").className = "off";
    byId("feed").textContent = "更新が止まっています";
    // Refused: the session has ended. Nothing of a patient stays on the screen.
    if (feed.readyState === EventSource.CLOSED) location.reload();
  };
});

function tick() {
  byId("clock").textContent = new Date().toLocaleString("ja-JP", { timeZone: "Asia/Tokyo", month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit" });
}
tick();
setInterval(tick, 5000);
