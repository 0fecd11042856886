// The tester's desk: shows what the simulated desk holds and asks it to change. Text nodes only, no markup from data.
'use strict';
const at = id => document.getElementById(id);
const parts = { reader: 'カードリーダー / Reader', camera: 'カメラ / Camera', network: 'ネットワーク / Network' };
let drawn = '';

function button(label, detail, on, press) {
  const b = document.createElement('button');
  b.type = 'button';
  b.setAttribute('aria-pressed', String(on));
  const strong = document.createElement('b'), span = document.createElement('span');
  strong.textContent = label;
  span.textContent = detail;
  b.append(strong, span);
  b.onclick = press;
  return b;
}

async function ask(path, body) {
  const answer = await fetch(path, body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

function draw(desk) {
  const text = JSON.stringify(desk);
  if (text === drawn) return;
  drawn = text;
  at('cards').replaceChildren(...desk.cards.flatMap((c, i) => {
    const b = button(c.name, c.what, c.on, () => wish(c.on ? 'pull' : 'insert', c.name));
    return c.row === desk.cards[i - 1]?.row ? [b] : [Object.assign(document.createElement('h3'), { textContent: c.row }), b];
  }));
  at('persons').replaceChildren(...desk.persons.map(p => button(p.name, p.what, p.on, () => wish('stand', p.name))));
  at('plugs').replaceChildren(...desk.plugs.map(p => button(parts[p.name], p.on ? 'つながっている / in' : '抜けている / out', p.on, () => wish(p.on ? 'unplug' : 'plug', p.name))));
  at('hints').replaceChildren(...desk.hints.map(h => Object.assign(document.createElement('li'), { textContent: h })));
  drawBoard(desk.board);
  at('pull').hidden = desk.cardIn === null;
}

// Light and sound as the patient has them; presence and case as a hand would set them.
function drawBoard(board) {
  at('board').hidden = !board;
  if (!board) return;
  at('lamp').style.background = board.light;
  at('shown').textContent = `${board.tones || '–'} · 画面の明るさ / screen ${board.screen} %`;
  at('parts').replaceChildren(
    button('人感センサー / Presence', board.presence ? '人がいる / somebody' : 'いない / nobody', board.presence, () => wish(board.presence ? 'unplug' : 'plug', 'presence')),
    button('筐体 / Case', board.caseShut ? '閉 / shut' : '開 / open', board.caseShut, () => wish(board.caseShut ? 'unplug' : 'plug', 'case')));
}

async function wish(what, name) {
  draw(await ask('/do', { what, name }));
}

async function watch() {
  try {
    draw(await ask('/state'));
    at('gone').hidden = true;
  } catch {
    at('gone').hidden = false;
  }
  setTimeout(watch, 500);
}

at('pull').onclick = () => wish('pull', '');
at('patient').onclick = async () => {
  const { url } = await ask('/patient', {});
  open(url, '_blank', 'noopener');           // this page keeps no hold on the patient's
};
watch();
