"use strict";
const byId = id => document.getElementById(id);
byId("login").addEventListener("submit", async e => {
  e.preventDefault();
  byId("wrong").textContent = "";
  const answer = await fetch("signin/account", {
    method: "POST",
    headers: { "X-Desk": "1", "Content-Type": "application/json" },
    body: JSON.stringify({ id: byId("id").value, password: byId("password").value, code: byId("code").value }),
  }).catch(() => null);
  if (answer && answer.ok) return location.replace("/");
  byId("password").value = byId("code").value = "";
  byId("password").focus();
  byId("wrong").textContent = answer && answer.status === 429 ? await answer.text() : answer
    ? "サインインできません。職員ID、パスワード、確認コードを確かめてください。5回まちがえると5分間待つことになり、続けて100回まちがえると管理者の再設定が必要です。"
    : "受付端末のプログラムにつながりません。";
});

// Which environment this is must be seen before anybody signs in.
fetch("environment").then(answer => answer.json()).then(({ environment }) => {
  document.body.dataset.environment = environment;
  byId("environment").hidden = environment === "";
  byId("environment").textContent = { trial: "接続検証環境　実際の患者の受付には使いません", production: "本番環境" }[environment] ?? "";
}).catch(() => {});
