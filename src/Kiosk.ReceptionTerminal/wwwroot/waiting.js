"use strict";
// Draws what /numbers sends. Text goes in as text only, never as markup.

const byId = id => document.getElementById(id);
const SHORT = 4;
let shown = null; // the called numbers drawn before; null until the first drawing, so that nothing blinks at the start

function draw(list, numbers, isNew) {
  list.replaceChildren(...numbers.map(number => {
    const item = document.createElement("li");
    item.textContent = number;
    if (number.length > SHORT) item.classList.add("long");
    if (isNew(number)) item.classList.add("new");
    return item;
  }));
}

// No number is cut: those that find no place are counted. A called number that finds no place is the oldest.
function fit(more) {
  const queue = byId("queue"), calling = byId("calling");
  const tell = () => { byId("more").textContent = more ? `ほか ${more}人` : ""; };
  for (tell(); queue.scrollHeight > queue.clientHeight && byId("waiting").lastChild; tell()) {
    byId("waiting").lastChild.remove();
    more++;
  }
  while (calling.scrollHeight > calling.clientHeight && byId("called").childElementCount > 1) byId("called").lastChild.remove();
}

let last = "", heard = 0;
function hear(data) {
  heard = Date.now();
  byId("stale").hidden = true;
  if (data === last) return;
  last = data;
  const view = JSON.parse(data), before = shown;
  draw(byId("called"), view.called, number => before !== null && number === view.called[0] && number !== before[0]);
  draw(byId("waiting"), view.waiting, () => false);
  byId("nobody").hidden = view.called.length > 0;
  byId("environment").hidden = view.environment !== "trial";
  byId("environment").textContent = view.environment === "trial" ? "接続検証環境　実際の患者の受付には使いません" : "";
  fit(view.more);
  shown = view.called;
}

// A refused stream stays closed in some browsers: it is opened anew.
function follow() {
  const feed = new EventSource("numbers");
  feed.onmessage = e => hear(e.data);
  feed.onerror = () => {
    if (feed.readyState === EventSource.CLOSED) setTimeout(follow, 5000);
  };
}
follow();

// The stream repeats itself every 15 s. Old numbers must not be taken for new ones.
setInterval(() => { if (Date.now() - heard > 40000) byId("stale").hidden = false; }, 5000);
