// The simulator page: shows the state of the simulated desk and sends changes to it. Data is written as text nodes only, never as markup.
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
  const post = () => ({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  const answer = await fetch(path, body === undefined ? {} : post());
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

function draw(desk) {
  const text = JSON.stringify(desk);
  if (text === drawn) return;
  drawn = text;
  at('cards').replaceChildren(...desk.cards.flatMap((c, i) => {
    const b = button(c.name, c.what, c.on, () => send(c.on ? 'pull' : 'insert', c.name));
    return c.row === desk.cards[i - 1]?.row ? [b] : [Object.assign(document.createElement('h3'), { textContent: c.row }), b];
  }));
  at('persons').replaceChildren(...desk.persons.map(p => button(p.name, p.what, p.on, () => send('stand', p.name))));
  at('centre').replaceChildren(...desk.centre.map(c => button(c.name, c.what, c.on, () => send('centre', c.name))));
  at('plugs').replaceChildren(...desk.plugs.map(p => button(
    parts[p.name], p.on ? 'つながっている / connected' : '抜けている / unplugged', p.on, () => send(p.on ? 'unplug' : 'plug', p.name))));
  at('hints').replaceChildren(...desk.hints.map(h => Object.assign(document.createElement('li'), { textContent: h })));
  drawBoard(desk.board);
  at('pull').hidden = desk.cardIn === null;
}

// Status light and tones as the patient sees and hears them, and buttons for the presence sensor and the tamper switch.
function drawBoard(board) {
  at('board').hidden = !board;
  if (!board) return;
  at('lamp').style.background = board.light;
  at('shown').textContent = `${board.tones || '–'} · 画面の明るさ / screen ${board.screen} %`;
  at('parts').replaceChildren(
    button('人感センサー / Presence', board.presence ? '人がいる / person present' : 'いない / nobody', board.presence,
      () => send(board.presence ? 'unplug' : 'plug', 'presence')),
    button('筐体 / Case', board.caseShut ? '閉 / closed' : '開 / open', board.caseShut,
      () => send(board.caseShut ? 'unplug' : 'plug', 'case')));
}

async function send(what, name) {
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

at('pull').onclick = () => send('pull', '');
at('patient').onclick = async () => {
  const { url } = await ask('/patient', {});
  open(url, '_blank', 'noopener');           // noopener: the patient's page gets no reference to this page
};
watch();
