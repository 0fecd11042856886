"use strict";
// When the reader or the consent cannot be had: entry by hand, look-up in an emergency, search in a disaster. Uses functions of the others.

/** A list of people found without a card; each opens sheets that say 同意なし. */
function searchForm(form, list, mode) {
  byId(form).addEventListener("submit", async e => {
    e.preventDefault();
    const asked = new FormData(e.target), reason = asked.get("reason") ?? "", out = byId(list);
    try {
      const people = await ask_for(`${mode}/search`, asked);
      out.replaceChildren(el("p", people.length ? `${people.length}名${simulated ? `（${simulated}）` : ""}` : "該当する方はいません"));
      for (const p of people) out.append(foundPerson(p, mode, reason));
    } catch (x) {
      out.replaceChildren(el("p", x.message, "wrong"));
    }
  });
}

function foundPerson(p, mode, reason) {
  const row = el("div", "", "card"), buttons = el("div", "", "buttons"), head = el("p");
  head.append(el("b", p.name), " ", el("span", "同意なし", "chip bad"));
  row.append(head, el("p", `${p.kana}　${{ 1: "男", 2: "女", 3: "未設定" }[p.sex] ?? `不明なコード ${p.sex}`}　${p.birthdate}　${p.address}`));
  for (const kind of Object.keys(KINDS)) buttons.append(button(KINDS[kind], "quiet", async () => {
    try {
      openSheet(await ask_for(`${mode}/view/${encodeURIComponent(p.handle)}/${kind}`, [["reason", reason]]));
    } catch (x) {
      ask("表示できません", x.message, "閉じる", null);
    }
  }));
  row.append(buttons);
  return row;
}

searchForm("search", "found", "disaster");
searchForm("emergency-search", "emergency-found", "emergency");

byId("emergency").addEventListener("submit", async e => {
  e.preventDefault();
  const said = byId("emergency-said");
  try {
    const answer = await (await send("emergency/begin", Object.fromEntries(new FormData(e.target)))).json();
    e.target.reset();
    said.className = "";
    said.textContent = `${answer.by} が ${time(answer.until)} まで使えます。`;
    byId("emergency-search").hidden = false;
  } catch (x) {
    said.className = "wrong";
    said.textContent = x.message;
  }
});

// The same key until it is taken: a second press, or a repeat after a lost answer, is the same arrival.
let handKey = null;
byId("hand").addEventListener("submit", async e => {
  e.preventDefault();
  const said = byId("hand-said");
  handKey ??= [...crypto.getRandomValues(new Uint8Array(16))].map(b => b.toString(16).padStart(2, "0")).join("");
  try {
    const answer = await (await send("hand", { key: handKey, ...Object.fromEntries(new FormData(e.target)) })).json();
    handKey = null;
    e.target.reset();
    byId("hand").elements.kind.dispatchEvent(new Event("change"));
    said.className = "";
    said.textContent = `受付 ${answer.number}番 で受け付けました。`;
  } catch (x) {
    said.className = "wrong";
    said.textContent = x.message;
  }
});
byId("hand").elements.kind.onchange = e => { byId("hand-numbers").hidden = e.target.value === "HandStatement"; };
