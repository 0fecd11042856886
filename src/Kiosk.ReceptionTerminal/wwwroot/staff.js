"use strict";
// Staff and their passwords, disaster mode, the review of what was done in it. Uses el, button, byId, ask, ask_for, table of the others.

async function send(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "X-Desk": "1", "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (!answer) throw new Error("受付端末のプログラムにつながりません。");
  if (!answer.ok) throw new Error(await answer.text() || "操作できませんでした。ページを開き直してください。");
  return answer;
}

// A dialog with a form: what it sends, and where it says what is wrong. Nothing typed stays behind a closed dialog.
function form(dialog, act) {
  const box = byId(dialog), inner = box.querySelector("form"), said = box.querySelector("[role=alert]");
  box.onclose = () => { inner.reset(); said.textContent = ""; };
  box.querySelector("[data-close]").onclick = () => box.close();
  inner.onsubmit = async e => {
    e.preventDefault();
    said.textContent = "";
    try {
      await act(Object.fromEntries(new FormData(inner)));
      box.close();
    } catch (x) {
      said.textContent = x.message;
    }
  };
}

function disasterDialog() {
  for (const row of document.querySelectorAll("[data-accounts]")) row.hidden = !me.accounts;
  byId("console-row").hidden = me.accounts;
  byId("disaster-on").showModal();
}

form("disaster-on", async f => {
  const token = /token=([\w-]+)/.exec(f.token ?? "")?.[1] ?? f.token;
  await send("disaster/true", {
    password: f.password, code: me.accounts ? f.code : token, second: f.second, secondPassword: f.secondPassword, secondCode: f.secondCode,
    hours: Number(f.hours), reason: f.event,
  });
});

let resetting = "";
form("reset", async f => showCode(await send(`staff/${encodeURIComponent(resetting)}/reset`, f)));
form("end", async f => {
  await send(`staff/${encodeURIComponent(resetting)}/end`, f);
  await loadStaff();
});

// One dialog for a new account and for other rights of one that is there.
let isNew = false;
form("account", async f => {
  const asked = { id: f.id, admin: f.role === "admin", reception: "reception" in f, medical: "medical" in f, password: f.password, code: f.code };
  if (isNew) resetting = f.id.trim();
  const answer = await send(isNew ? "staff" : `staff/${encodeURIComponent(resetting)}/rights`, asked);
  if (isNew) await showCode(answer);
  else await loadStaff();
});

function accountDialog(account) {
  isNew = account === null;
  resetting = account?.id ?? "";
  byId("account-title").textContent = isNew ? "職員を追加します" : `${resetting} の役割と権限を変えます`;
  byId("account-id").hidden = !isNew;
  const inner = byId("account").querySelector("form").elements;
  inner.id.required = isNew;
  inner.role.value = account?.admin ? "admin" : "user";
  inner.reception.checked = account?.reception ?? true;
  inner.medical.checked = account?.medical ?? false;
  byId("account").showModal();
}
byId("account-add").onclick = () => accountDialog(null);

async function showCode(answer) {
  const { code, hours } = await answer.json();
  await loadStaff();
  // After this dialog has closed.
  setTimeout(() => ask(`${resetting} の一回だけのパスワード`, `${code}　${hours}時間以内に、この文字でサインインしてもらってください。ご本人が新しいパスワードを決めます。この文字は二度と表示されません。`, "閉じる", null), 0);
}

async function loadStaff() {
  const all = await ask_for("staff"), box = byId("accounts");
  const sheet = table(["職員ID", "役割", "権限", "確認コード", "状態", "操作"], all.map(a => [
    a.id, a.admin ? "管理者" : "一般利用者",
    [a.reception && "受付", a.medical && "医療情報閲覧"].filter(Boolean).join("・") || "なし", a.secondFactor ? "あり" : "なし",
    a.locked ? "ロック中" : a.waiting ? "パスワードの変更待ち" : "使えます", ""]));
  sheet.querySelectorAll("tbody tr").forEach((row, i) => {
    if (all[i].id === me.id) return;
    const b = button("パスワードを再設定", "quiet", () => {
      resetting = all[i].id;
      byId("reset-title").textContent = `${resetting} のパスワードを再設定します`;
      byId("reset").showModal();
    });
    b.setAttribute("aria-label", `${all[i].id} のパスワードを再設定`);
    const change = button("権限を変える", "quiet", () => accountDialog(all[i]));
    change.setAttribute("aria-label", `${all[i].id} の権限を変える`);
    const end = button("終了", "quiet", () => {
      resetting = all[i].id;
      byId("end-title").textContent = `${resetting} のアカウントを終了します`;
      byId("end").showModal();
    });
    end.setAttribute("aria-label", `${all[i].id} のアカウントを終了`);
    row.lastElementChild.append(b, " ", change, " ", end);
  });
  box.replaceChildren(sheet);
}

async function loadReview() {
  const days = await ask_for("review"), box = byId("review");
  byId("review-banner").hidden = days.length === 0;
  box.replaceChildren();
  for (const d of days) {
    const part = el("section", "", "pad");
    if (d.late) part.append(el("p", "24時間を過ぎています。すぐに確認してください。", "wrong"));
    part.append(el("h3", d.title), accessTable(d.rows), button("これらの記録を確認しました", "main", () =>
      send(`review/${d.day}`, {}).then(() => Promise.all([loadReview(), loadLog()])).catch(x => ask("できませんでした", x.message, "閉じる", null))));
    box.append(part);
  }
}

byId("digest").addEventListener("submit", async e => {
  e.preventDefault();
  try {
    const { digest } = await (await send("accesses/digest", Object.fromEntries(new FormData(e.target)))).json();
    byId("digest-said").textContent = `記録では「${digest}」です。`;
    for (const row of document.querySelectorAll("#accesses tbody tr")) row.classList.toggle("beyond", row.textContent.includes(digest));
  } catch (x) {
    byId("digest-said").textContent = x.message;
  }
});

// The session lives on while somebody works at the page, also when nothing is sent; told at most once a minute.
let told = Date.now();
for (const what of ["pointerdown", "keydown"]) document.addEventListener(what, () => {
  if (Date.now() - told < 60000) return;
  told = Date.now();
  fetch("active", { method: "POST", headers: { "X-Desk": "1" } }).catch(() => {});
}, { passive: true });
