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
  chime();
  if (shown === screen) return;
  shown = screen;
  app.querySelector('h1')?.focus({ preventScroll: true });
}

// Nothing scrolls and nothing is cut: text too long for the size asked for is set smaller, down to capitals of 3.5 mm.
function fit(classes) {
  const boxes = app.querySelectorAll('main, section, .say, .do, .act, footer, header');
  const tight = () => [...boxes].some(b => b.scrollHeight > b.clientHeight + 2 || b.scrollWidth > b.clientWidth + 2);
  for (let step = 1; step <= 6 && tight(); step++) page.className = `${classes} fit-${step}`;
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

function draw(frame) {                       // fill the canvas that is there now, keep the proportions
  const g = app.querySelector('canvas[data-preview]')?.getContext('2d', { alpha: false, desynchronized: true });
  if (!g) return frame.close();
  const { width: w, height: h } = g.canvas, scale = Math.max(w / frame.width, h / frame.height);
  g.drawImage(frame, (w - frame.width * scale) / 2, (h - frame.height * scale) / 2, frame.width * scale, frame.height * scale);
  frame.close();
}

// Once per screen or reminder: level 0 is gentle, 3 is hard to miss.
const chimes = { 'chime-ask': [1, 660], 'chime-take-0': [1, 784], 'chime-take-1': [2, 784], 'chime-take-2': [3, 880], 'chime-take-3': [4, 988] };
let speaker;
function chime() {
  const wanted = app.querySelector('main').className;
  if (wanted === chimed) return;
  chimed = wanted;
  if (!(wanted in chimes) || !page.classList.contains('sound')) return;
  speaker ??= new AudioContext();
  const [times, pitch] = chimes[wanted];
  for (let i = 0; i < times; i++) {
    const at = speaker.currentTime + i * 0.45, tone = speaker.createOscillator(), volume = speaker.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.12 * times, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.4);
    tone.connect(volume).connect(speaker.destination);
    tone.start(at);
    tone.stop(at + 0.4);
  }
}

const button = e => e.target.closest?.('[data-i]');
const name = b => `${shown} ${b.dataset.i}`;
const send = b => { if (ui?.readyState === WebSocket.OPEN) ui.send(name(b)); };
addEventListener('pointerdown', e => {
  const b = button(e);
  pressed = b ? name(b) : '';
  if (b && 'down' in b.dataset) send(b);
});
addEventListener('click', e => {             // detail 0: keyboard or switch; else begun and ended on one button of one screen
  const b = button(e);
  if (b && (e.detail === 0 || (!('down' in b.dataset) && pressed === name(b)))) send(b);
});
for (const unwanted of ['contextmenu', 'dragstart', 'selectstart']) addEventListener(unwanted, e => e.preventDefault());
setInterval(() => page.toggleAttribute('data-offline', performance.now() - heard > 2500), 250);
open();
