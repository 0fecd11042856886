// The whole client. The server draws the screens. This script shows what the server sends and returns the ids of pressed buttons.
'use strict';
const policy = trustedTypes.createPolicy('kiosk', { createHTML: html => html });
const page = document.documentElement, app = document.getElementById('app'), parsed = document.createElement('template');
let ui, camera, shown = '', pressed = '', chimed = '', heard = performance.now();

// Changes node a until it equals b, and keeps the nodes: focus, canvas and a pressed button survive. Another data-k: a new node.
function morph(a, b) {
  for (const { name } of [...a.attributes]) if (!b.hasAttribute(name)) a.removeAttribute(name);
  for (const { name, value } of b.attributes) if (a.getAttribute(name) !== value) a.setAttribute(name, value);
  const wanted = [...b.childNodes];
  wanted.forEach((n, i) => {
    const o = a.childNodes[i];
    if (!o) a.append(n);
    else if (o.nodeName !== n.nodeName || o.dataset?.k !== n.dataset?.k) o.replaceWith(n);
    else if (n.nodeType === Node.ELEMENT_NODE) morph(o, n);
    else if (o.data !== n.data) o.data = n.data;
  });
  while (a.childNodes.length > wanted.length) a.lastChild.remove();
}

// After several failed attempts Chromium delays a new socket by seconds. A plain request finds out sooner whether the server is there.
async function open() {
  const there = await fetch('/panel.css', { signal: AbortSignal.timeout(2000) }).catch(() => null);
  if (!there?.ok) return setTimeout(open, 200);
  ui = new WebSocket(`ws://${location.host}/ui`);
  ui.onclose = () => setTimeout(open, 200);
  ui.onmessage = ({ data }) => {
    heard = performance.now();
    if (data !== '.') show(data);            // a dot: no new view, but the server is alive
    painted();
  };
}

// Tells the kiosk that this page is still painted: a renderer can hang while its socket stays open. When the second frame begins, the
// first one was painted. A page in the background is never painted; that is no fault.
function painted() {
  const tell = () => { if (ui.readyState === WebSocket.OPEN) ui.send('painted'); };
  if (document.hidden) tell(); else requestAnimationFrame(() => requestAnimationFrame(tell));
}

function show(data) {
  const [screen, classes] = data.split('\n', 2);
  parsed.innerHTML = policy.createHTML(data.slice(screen.length + classes.length + 2));
  morph(app, parsed.content.firstElementChild);
  page.className = classes;
  page.lang = app.lang;
  fit(classes);
  preview();
  speakScreen(shown !== screen || spokenLanguage !== app.dataset.language, chime());
  settings(shown !== screen);
  moveByKeypad(app.dataset.keypadMove ?? '');
  if (shown === screen) return;
  shown = screen;
  app.querySelector('h1')?.focus({ preventScroll: true });
}

// Everything in main is spoken, in order. A button is spoken when it gets the focus by a key. A press stops the speech.
let said = [], turn = 0, voice, rest = [], spokenLanguage = '';
const clips = new Map();                     // the last twelve clips, decoded
const ids = (root, inButtons) => [...root.querySelectorAll('[data-s]')]
  .filter(e => inButtons || !e.closest('button')).map(e => e.dataset.s.split(' ')).flat();
function speakScreen(anew, isReminder) {
  const now = ids(app.querySelector('main'), false), fresh = anew ? now : now.filter(id => !said.includes(id));
  said = now;
  spokenLanguage = app.dataset.language;         // when the language changes, the page is spoken again
  // A reminder waits until the current speech has ended: the receipt number and how to renew are spoken only once.
  if (!isReminder || anew) { if (fresh.length) speak(fresh); }
  else if (voice) rest.push(...ids(app.querySelector('.strip'), false));
  else speak(ids(app.querySelector('.strip'), false));
}
function stopSpeech() {
  turn++;
  voice?.stop();
  voice = null;
}
async function speak(list, always = false) {
  stopSpeech();
  if (!always && !page.classList.contains('voice')) return;
  const mine = turn;
  rest = list.flatMap(id => id.startsWith('spell.') ? [...id.slice(6)].map(digit => `spell.${digit}`) : [id]);
  while (rest.length) {
    const id = rest.shift(), clip = await fetchClip(`/voice/${app.dataset.language}/${id}`);
    if (mine !== turn) return;
    if (clip) await play(clip);
    if (mine !== turn) return;
  }
  voice = null;
}
// A changed setting is spoken at once, also "off", because a person who does not see the screen must know it.
let volume, wasDark = false;
function settings(anew) {
  const level = app.querySelector('.volume').dataset.volume, isDark = app.querySelector('.curtain') !== null;
  if (isDark && !wasDark) speak(['curtain.on', ...said]);
  else if (!anew && level !== volume) speak([`volume.${level}`], true);
  [volume, wasDark] = [level, isDark];
}
async function fetchClip(path) {
  if (clips.has(path)) return clips.get(path);
  const got = await fetch(path).catch(() => null);
  speaker ??= new AudioContext();
  const clip = got?.status === 200 ? await speaker.decodeAudioData(await got.arrayBuffer()).catch(() => null) : null;
  if (clips.size >= 12) clips.delete(clips.keys().next().value);
  clips.set(path, clip);
  return clip;
}
// Twice as loud. Peaks bend softly instead of being cut off, which would rattle.
const loudCurve = Float32Array.from({ length: 1025 }, (_, i) => {
  const wanted = (i - 512) / 256, size = Math.abs(wanted);
  return size < 0.6 ? wanted : Math.sign(wanted) * (0.6 + 0.4 * Math.tanh((size - 0.6) / 0.4));
});
function play(clip) {
  return new Promise(done => {
    const shape = speaker.createWaveShaper();
    voice = speaker.createBufferSource();
    voice.buffer = clip;
    if (page.classList.contains('loud')) [shape.curve, shape.oversample] = [loudCurve, '4x'];
    voice.connect(shape).connect(speaker.destination);
    voice.onended = done;
    voice.start(Math.max(speaker.currentTime, toneEnds));
  });
}

// Nothing scrolls and nothing is cut off. A text too long for the chosen size becomes smaller, down to capitals of 3.5 mm. With large
// letters, decoration first gives its room to the text. Low reach has priority over large letters: buttons stay in the lower 55 %.
function fit(classes) {
  const boxes = app.querySelectorAll('main, section, .say, .do, .act, footer, header');
  const low = /\blow\b/.test(classes) && innerHeight > innerWidth ? app.querySelectorAll('main button') : [];
  const tight = () => [...boxes].some(b => b.scrollHeight > b.clientHeight + 2 || b.scrollWidth > b.clientWidth + 2)
    || [...low].some(b => b.getBoundingClientRect().top < innerHeight * 0.45);
  const ways = /size-[23]/.test(classes) ? ['', ' dense'] : [''];
  for (let step = 0; step <= 6; step++) {
    for (const way of ways) {
      if (step || way) page.className = `${classes}${way}${step ? ` fit-${step}` : ''}`;
      if (!tight()) return;
    }
  }
}

// The camera's socket is open as long as the canvas exists. The server also closes it when the face check is over.
function preview() {
  const canvas = app.querySelector('canvas[data-preview]');
  if (!canvas) { camera?.close(); camera = null; return; }
  if (camera) return;
  const s = camera = new WebSocket(`ws://${location.host}/preview`);
  s.binaryType = 'blob';
  s.onclose = () => { if (camera === s) { camera = null; setTimeout(preview, 500); } };
  s.onmessage = async ({ data }) => {
    const frame = await createImageBitmap(data).catch(() => null);
    requestAnimationFrame(() => {
      if (frame) draw(frame);
      if (s.readyState === WebSocket.OPEN) s.send('k');       // ready for the next frame
    });
  };
}

// Transfer the frame, do not paint it: Chromium keeps painted pictures decoded, 0.9 MiB a frame, long after the visit.
function draw(frame) {
  const g = app.querySelector('canvas[data-preview]')?.getContext('bitmaprenderer', { alpha: false });
  if (g) g.transferFromImageBitmap(frame); else frame.close();
}

// The server decides which tone, how loud, and whether it is a reminder (Signal). This table only says how a tone sounds: notes in Hz.
const tones = { CardSeen: [988], Done: [784, 988], Trouble: [784, 587], Attention: [660] };
const takeCard = [[784], [784, 784], [880, 880, 880], [988, 988, 988, 988]];      // by loudness
let speaker, toneEnds = 0;                       // toneEnds: when the tone ends, in the speaker's time; speech waits for it
function chime() {                           // returns true for a reminder of a card, which sounds at any volume setting
  const { tone, loudness, reminders } = app.querySelector('main').dataset, wanted = `${tone} ${loudness} ${reminders}`;
  if (wanted === chimed) return false;
  chimed = wanted;
  const reminds = reminders > 0, notes = tone === 'TakeCard' ? takeCard[loudness] : tones[tone];
  if (notes) ring(notes, 0.12 * (1 + Number(loudness)), reminds);
  return reminds;
}
function ring(notes, loudness, always = false) {
  if (!always && !page.classList.contains('sound')) return;
  speaker ??= new AudioContext();
  toneEnds = speaker.currentTime + notes.length * 0.45;
  notes.forEach((pitch, i) => {
    const at = speaker.currentTime + i * 0.45, tone = speaker.createOscillator(), volume = speaker.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(loudness, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.4);
    tone.connect(volume).connect(speaker.destination);
    tone.start(at);
    tone.stop(at + 0.4);
  });
}

// Tactile keypad: its keys move through the buttons. Each move is carried out once.
let lastMove = null;
function moveByKeypad(now) {
  const first = lastMove === null, what = now.split(' ')[1];
  if (now === lastMove) return;
  lastMove = now;
  if (first || !what) return;
  const all = [...app.querySelectorAll('main button, footer button')].filter(b => b.getClientRects().length);
  const at = all.indexOf(document.activeElement);
  if (what === 'next' || what === 'prev')
    all[(what === 'next' ? at + 1 : (at < 0 ? 0 : at) + all.length - 1) % all.length]?.focus({ focusVisible: true, preventScroll: true });
  else if (what === 'press') all[at]?.click();
  else if (what === 'back') app.querySelector('main [data-i=back], main [data-i=close], main [data-i=change]')?.click();
  else speak(said, true);
}

const button = e => e.target.closest?.('[data-i]');
const name = b => `${shown} ${b.dataset.i}`;
const send = b => { if (ui?.readyState === WebSocket.OPEN) ui.send(name(b)); };
addEventListener('pointerdown', e => {
  const b = button(e);
  stopSpeech();
  pressed = b ? name(b) : '';
  if (b && 'down' in b.dataset) send(b);
});
addEventListener('click', e => {             // detail 0: keyboard or switch. Else the press must begin and end on one button of one screen
  const b = button(e);
  if (!b || (e.detail !== 0 && ('down' in b.dataset || pressed !== name(b)))) return;
  if (b.dataset.i === 'again') speak(said, true);   // "say again" speaks at any volume setting
  send(b);
});
addEventListener('focusin', e => {           // focus by key or switch: the button is spoken; a pad's key only as "key"
  const b = button(e);
  if (b?.matches(':focus-visible')) speak(ids(b, true));
});
for (const unwanted of ['contextmenu', 'dragstart', 'selectstart']) addEventListener(unwanted, e => e.preventDefault());
setInterval(() => {
  const gone = performance.now() - heard > 2200;
  if (gone && !page.hasAttribute('data-offline')) ring([440, 440], 0.24);   // clips cannot be fetched any more
  page.toggleAttribute('data-offline', gone);
}, 250);
// The card's animation plays every 12 s. Without the pause it used a tenth of a core all day.
setInterval(() => { for (const a of document.getAnimations()) if (a.animationName === 'drop') a.play(); }, 12_000);
open();
