"use strict";
// Draws and prints sheets: 資格情報確認 and medical information. Uses el, button, byId, table of the other files.

/** @param address Asks for an address that must not be disclosed; null where there is none. */
function sheetParts(view, address) {
  const parts = [];
  const head = el("div", "", "sheet-head");
  head.append(el("h2", `${view.title}${view.source ? `（${view.source}）` : ""}`), el("p", `作成日 ${view.made}　職員 ${me.id}`, "made"));
  parts.push(head);
  if (view.status) parts.push(el("p", view.status, view.good ? "status" : "status bad"));
  for (const alert of view.alerts) parts.push(el("p", alert, "sheet-alert"));
  for (const block of view.blocks) {
    const part = el("section", "", block.isCard ? "result" : "");
    if (block.title) part.append(el("h3", block.title));
    if (block.fields.length) part.append(facts(block.fields, address));
    if (block.table) part.append(sheetTable(block.table));
    parts.push(part);
  }
  if (view.notes.length) {
    const notes = el("ul", "", "notes");
    for (const note of view.notes) notes.append(el("li", note));
    parts.push(notes);
  }
  return parts;
}

function facts(fields, address) {
  const list = el("dl", "", "facts");
  for (const f of fields) {
    const pair = el("div", "", f.value === "記載なし" ? "blank" : "");
    const value = el("dd", f.value);
    if (f.copy) {
      const copy = button("コピー", "copy", () => copyText(copy, f.copy));
      copy.setAttribute("aria-label", `${f.name}をコピー`);
      value.append(copy);
    }
    if (f.isWithheld && address) {
      const open = button("表示する（記録されます）", "copy", async () => {
        try {
          value.replaceChildren((await address()).address);
        } catch (x) {
          value.replaceChildren(x.message);
        }
      });
      value.append(open);
    }
    pair.append(el("dt", f.name), value);
    list.append(pair);
  }
  return list;
}

async function copyText(where, text) {
  let said = "コピーしました";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    said = "コピーできません";
  }
  where.textContent = said;
  byId("copied").textContent = `${where.getAttribute("aria-label")}：${said}`;
  setTimeout(() => { where.textContent = "コピー"; }, 2000);
}

function sheetTable(t) {
  const sheet = table(t.columns, t.rows);
  for (const cell of sheet.querySelectorAll("tbody td")) {
    // Not by colour alone: the mark is what paper has too. The column of the limits itself is not marked.
    if (/^[▲▽]/.test(cell.textContent) && cell.cellIndex > 3) cell.className = "beyond";
  }
  return sheet;
}

function openSheet(view, address) {
  byId("tables").replaceChildren(...sheetParts(view, address));
  byId("medical").setAttribute("aria-label", view.title);
  byId("medical").showModal();
  byId("tables").scrollTop = 0;
}

async function openArrival(a) {
  try {
    openSheet(await ask_for(`arrivals/${a.no}/sheet`), () => ask_for(`arrivals/${a.no}/address`, []));
  } catch (e) {
    ask("表示できません", e.message, "閉じる", null);
  }
}

byId("medical-print").onclick = () => window.print();
byId("medical-close").onclick = () => byId("medical").close();
// Nothing of a patient stays behind a closed sheet.
byId("medical").onclose = () => byId("tables").replaceChildren();
