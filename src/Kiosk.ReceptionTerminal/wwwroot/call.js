"use strict";
// Who calls staff is heard at the desk: a chime, then the call in words where the browser has a Japanese voice of its own.
// The chime falls quickly and has none of the kiosk's notes, so that staff know without looking that they are meant.
const CHIME = [1047, 831, 622, 1047, 831, 622], NOTE_S = 0.16, AGAIN_MS = 30_000;
let calling = [], heardCalls = new Set(), deskAudio = null, again = 0;

function hearCalls(kiosks) {
  calling = kiosks.map(k => ({ key: `${k.id} ${k.call.at}`, words: `${k.id}から、呼び出しです。${k.call.code ? k.call.text : "患者さんがお手伝いを求めています。"}` }));
  const fresh = calling.filter(call => !heardCalls.has(call.key));
  heardCalls = new Set(calling.map(call => call.key));
  if (fresh.length) sound(fresh);
  if (!calling.length && "speechSynthesis" in window) speechSynthesis.cancel();
}

function isAlarmOn() {
  return localStorage.getItem("alarm") !== "off";
}

function sound(calls) {
  if (!isAlarmOn()) return;
  // Until someone has come: the first chime may have been missed.
  clearTimeout(again);
  again = setTimeout(() => { if (calling.length) sound(calling); }, AGAIN_MS);
  deskAudio ??= new AudioContext();
  deskAudio.onstatechange = showAlarm;
  deskAudio.resume();
  showAlarm();
  CHIME.forEach((pitch, i) => {
    const at = deskAudio.currentTime + i * NOTE_S + (i < 3 ? 0 : 0.3), tone = deskAudio.createOscillator(), volume = deskAudio.createGain();
    tone.type = "triangle";
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.4, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + NOTE_S);
    tone.connect(volume).connect(deskAudio.destination);
    tone.start(at);
    tone.stop(at + NOTE_S);
  });
  say(calls.map(call => call.words));
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
  if (isAlarmOn()) sound(calling);
  else if ("speechSynthesis" in window) speechSynthesis.cancel();
  showAlarm();
};
// Voices are loaded after the first question for them.
if ("speechSynthesis" in window) speechSynthesis.getVoices();
showAlarm();
