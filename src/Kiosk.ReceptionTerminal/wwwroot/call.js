"use strict";
// Who calls staff is heard at the desk: a chime, then the call in words where the browser has a Japanese voice of its own.
// The chime falls quickly and has none of the kiosk's notes, so that staff know without looking that they are meant.
const CHIME = [1047, 831, 622, 1047, 831, 622], NOTE_S = 0.16, AGAIN_MS = 30_000;
let calling = [], heardCalls = new Set(), deskAudio = null, again = 0;

function hearCalls(kiosks) {
  calling = kiosks.map(k => ({ key: `${k.id} ${k.call.at}`, words: `${k.id}から、呼び出しです。${k.call.code ? k.call.text : "患者さんがお手伝いを求めています。"}` }));
  const fresh = calling.filter(call => !heardCalls.has(call.key));
  heardCalls = new Set(calling.map(call => call.key));
  if (fresh.length) soundCall(fresh);
  if (!calling.length && "speechSynthesis" in window) speechSynthesis.cancel();
}

function isAlarmOn() {
  return localStorage.getItem("alarm") !== "off";
}

function soundCall(calls) {
  if (!isAlarmOn()) return;
  // Until someone has come: the first chime may have been missed.
  clearTimeout(again);
  again = setTimeout(() => { if (calling.length) soundCall(calling); }, AGAIN_MS);
  wakeAudio();
  playTones(CHIME.slice(0, 3), NOTE_S, 0.4, "triangle");
  playTones(CHIME.slice(3), NOTE_S, 0.4, "triangle", 3 * NOTE_S + 0.3);
  say(calls.map(call => call.words));
}

// One audio output for all sounds of the page. False: the browser still waits for the first press.
function wakeAudio() {
  deskAudio ??= new AudioContext();
  deskAudio.onstatechange = showAlarm;
  deskAudio.resume();
  showAlarm();
  return deskAudio.state === "running";
}

function playTones(pitches, seconds, loudness, type, after = 0) {
  pitches.forEach((pitch, i) => {
    const at = deskAudio.currentTime + after + i * seconds, tone = deskAudio.createOscillator(), volume = deskAudio.createGain();
    tone.type = type;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(loudness, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + seconds);
    tone.connect(volume).connect(deskAudio.destination);
    tone.start(at);
    tone.stop(at + seconds);
  });
}

// A voice that is not on this computer would send the words to somebody's server.
function say(lines) {
  if (!("speechSynthesis" in window)) return;
  const voice = speechSynthesis.getVoices().find(v => v.lang.startsWith("ja") && v.localService);
  if (!voice) return;
  speechSynthesis.cancel();
  for (const line of lines) {
    const words = new SpeechSynthesisUtterance(line);
    words.voice = voice;
    words.lang = "ja-JP";
    setTimeout(() => speechSynthesis.speak(words), 1500);
  }
}

// A browser plays no sound before the first press on a page.
function showAlarm() {
  const b = document.getElementById("alarm"), isSilent = isAlarmOn() && deskAudio?.state === "suspended";
  b.setAttribute("aria-pressed", isAlarmOn());
  b.textContent = isSilent ? "音を出す" : isAlarmOn() ? "音 あり" : "音 なし";
  b.title = isSilent ? "ブラウザーが音を止めています。押すと、呼び出しの音を出すようになります。" : "職員の呼び出しを音で知らせます。";
  b.setAttribute("aria-label", isSilent ? "呼び出しの音を出す" : `呼び出しの${b.textContent}`);
}

document.getElementById("alarm").onclick = () => {
  const isSilent = deskAudio?.state === "suspended";
  if (!isSilent) localStorage.setItem("alarm", isAlarmOn() ? "off" : "on");
  if (isAlarmOn()) soundCall(calling);
  else if ("speechSynthesis" in window) speechSynthesis.cancel();
  showAlarm();
};
// Voices are loaded after the first question for them.
if ("speechSynthesis" in window) speechSynthesis.getVoices();
showAlarm();
