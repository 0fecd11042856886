"use strict";
const byId = id => document.getElementById(id);
const DOWN = "受付端末のプログラムにつながりません。";

fetch("me", { headers: { "X-Desk": "1" } }).then(answer => answer.json()).then(me => {
  byId("old-row").hidden = byId("code-row").hidden = byId("back").hidden = me.mustChange;
  byId("why").textContent = me.mustChange
    ? `${me.id} さん、はじめにご自分だけが知っているパスワードを決めてください。関係のない言葉をいくつか並べると、覚えやすく推測されにくくなります。`
    : `${me.id} さんのパスワードを変えます。ほかの画面でのサインインは終わります。`;
  byId(me.mustChange ? "new" : "old").focus();
}).catch(() => { byId("wrong").textContent = DOWN; });

byId("login").addEventListener("submit", async e => {
  e.preventDefault();
  byId("wrong").textContent = "";
  if (byId("new").value !== byId("again").value) {
    byId("wrong").textContent = "新しいパスワードの二つの入力が違います。";
    return byId("again").focus();
  }
  const answer = await fetch("password", {
    method: "POST",
    headers: { "X-Desk": "1", "Content-Type": "application/json" },
    body: JSON.stringify({ old: byId("old").value, code: byId("code").value, new: byId("new").value }),
  }).catch(() => null);
  if (answer && answer.ok) return location.replace("/");
  byId("wrong").textContent = answer ? await answer.text() || "サインインし直してください。" : DOWN;
});
