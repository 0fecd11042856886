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
  byId("wrong").textContent = answer
    ? "サインインできません。職員ID、パスワード、確認コードを確かめてください。5回まちがえると5分間待つことになります。"
    : "受付端末のプログラムにつながりません。";
});
