// The whole client. The server draws; this makes the page equal to what it sends and returns the ids of pressed buttons.
'use strict';
const policy = trustedTypes.createPolicy('kiosk', { createHTML: html => html });
const page = document.documentElement, app = document.getElementById('app'), parsed = document.createElement('template');
let ui, camera, shown = '', pressed = '', chimed = '', heard = performance.now();

// Makes a equal to b and keeps the nodes: focus, canvas and a finger's button survive. data-k that differs: a new node.
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

// Chromium holds back a socket by seconds after several that failed: a plain request asks whether anybody is there.
async function open() {
  const there = await fetch('/panel.css', { signal: AbortSignal.timeout(2000) }).catch(() => null);
  if (!there?.ok) return setTimeout(open, 200);
  ui = new WebSocket(`ws://${location.host}/ui`);
  ui.onclose = () => setTimeout(open, 200);
  ui.onmessage = ({ data }) => {
    heard = performance.now();
    if (data !== '.') show(data);            // a dot: nothing new, still alive
  };
}

function show(data) {
  const [screen, classes] = data.split('\n', 2);
  parsed.innerHTML = policy.createHTML(data.slice(screen.length + classes.length + 2));
  morph(app, parsed.content.firstElementChild);
  page.className = classes;
  page.lang = app.lang;
  fit(classes);
  preview();
  tell(shown !== screen || tongue !== app.dataset.language, chime());
  settings(shown !== screen);
  nudge(app.dataset.nudge ?? '');
  if (shown === screen) return;
  shown = screen;
  app.querySelector('h1')?.focus({ preventScroll: true });
}

// What is written in main is spoken, in its order; buttons are spoken when they are reached by keys. A press hushes it.
let said = [], turn = 0, voice, rest = [], tongue = '';
const clips = new Map();                     // the last dozen, decoded
const ids = (root, inButtons) => [...root.querySelectorAll('[data-s]')].filter(e => inButtons || !e.closest('button')).map(e => e.dataset.s.split(' ')).flat();
function tell(anew, reminded) {
  const now = ids(app.querySelector('main'), false), fresh = anew ? now : now.filter(id => !said.includes(id));
  said = now;
  tongue = app.dataset.language;         // another language: the page is said again in it
  // A reminder waits for what is being said: the number, and how to renew, are told only once.
  if (!reminded || anew) { if (fresh.length) speak(fresh); }
  else if (voice) rest.push(...ids(app.querySelector('.strip'), false));
  else speak(ids(app.querySelector('.strip'), false));
}
function hush() {
  turn++;
  voice?.stop();
  voice = null;
}
async function speak(list, always = false) {
  hush();
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
// What was just set is said at once: that it is silent now, too, for whoever does not see it.
let volume, veiled = false;
function settings(anew) {
  const level = app.querySelector('.volume').dataset.volume, veil = app.querySelector('.curtain') !== null;
  if (veil && !veiled) speak(['curtain.on', ...said]);
  else if (!anew && level !== volume) speak([`volume.${level}`], true);
  [volume, veiled] = [level, veil];
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
function play(clip) {
  return new Promise(done => {
    const gain = speaker.createGain();
    voice = speaker.createBufferSource();
    voice.buffer = clip;
    gain.gain.value = page.classList.contains('loud') ? 2 : 1;
    voice.connect(gain).connect(speaker.destination);
    voice.onended = done;
    voice.start(Math.max(speaker.currentTime, rung));
  });
}

// Nothing scrolls and nothing is cut: text too long for the size asked for is set smaller, down to capitals of 3.5 mm; large letters
// are first given the room of what only decorates. Low reach comes before large letters: what is pressed stays in the lower 55 %.
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

// The camera's socket lives as long as the canvas; the server ends it too when the face check is over.
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
      if (s.readyState === WebSocket.OPEN) s.send('k');       // one frame in flight
    });
  };
}

// Handed over, not painted: what is painted the browser keeps decoded, 0.9 MiB a frame, far beyond the visit.
function draw(frame) {
  const g = app.querySelector('canvas[data-preview]')?.getContext('bitmaprenderer', { alpha: false });
  if (g) g.transferFromImageBitmap(frame); else frame.close();
}

// Which tone, how loud, and whether it is a reminder is decided by the server (Signal). Here is only how a tone sounds: its notes in Hz.
const tones = { CardSeen: [988], Done: [784, 988], Trouble: [784, 587], Attention: [660] };
const takeCard = [[784], [784, 784], [880, 880, 880], [988, 988, 988, 988]];      // by loudness
let speaker, rung = 0;                       // rung: when the chime is over, in the speaker's time; words wait for it
function chime() {                           // returns whether it reminds of a card, which is heard whatever the volume
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
  rung = speaker.currentTime + notes.length * 0.45;
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

// Keys to be felt move through the buttons; each move is done once.
let nudged = null;
function nudge(now) {
  const first = nudged === null, what = now.split(' ')[1];
  if (now === nudged) return;
  nudged = now;
  if (first || !what) return;
  const all = [...app.querySelectorAll('main button, footer button')].filter(b => b.getClientRects().length), at = all.indexOf(document.activeElement);
  if (what === 'next' || what === 'prev') all[(what === 'next' ? at + 1 : (at < 0 ? 0 : at) + all.length - 1) % all.length]?.focus({ focusVisible: true, preventScroll: true });
  else if (what === 'press') all[at]?.click();
  else if (what === 'back') app.querySelector('main [data-i=back], main [data-i=close], main [data-i=change]')?.click();
  else speak(said, true);
}

const button = e => e.target.closest?.('[data-i]');
const name = b => `${shown} ${b.dataset.i}`;
const send = b => { if (ui?.readyState === WebSocket.OPEN) ui.send(name(b)); };
addEventListener('pointerdown', e => {
  const b = button(e);
  hush();
  pressed = b ? name(b) : '';
  if (b && 'down' in b.dataset) send(b);
});
addEventListener('click', e => {             // detail 0: keyboard or switch; else begun and ended on one button of one screen
  const b = button(e);
  if (!b || (e.detail !== 0 && ('down' in b.dataset || pressed !== name(b)))) return;
  if (b.dataset.i === 'again') speak(said, true);   // who asks for it hears it, whatever the volume
  send(b);
});
addEventListener('focusin', e => {           // reached by keys or switches: said aloud; a pad's key only as "key"
  const b = button(e);
  if (b?.matches(':focus-visible')) speak(ids(b, true));
});
for (const unwanted of ['contextmenu', 'dragstart', 'selectstart']) addEventListener(unwanted, e => e.preventDefault());
setInterval(() => {
  const gone = performance.now() - heard > 2200;
  if (gone && !page.hasAttribute('data-offline')) ring([440, 440], 0.24);   // no clip can be had any more
  page.toggleAttribute('data-offline', gone);
}, 250);
// The card goes down again now and then: without a pause it kept a tenth of a core busy all day.
setInterval(() => { for (const a of document.getAnimations()) if (a.animationName === 'drop') a.play(); }, 12_000);
open();
