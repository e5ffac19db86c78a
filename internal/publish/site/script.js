// What pages do beyond their links and forms. Without this script the calendar's address
// can be copied by hand, and who asks where many do waits instead of working.

// The button that sends the page on: the device's own way to share, else a copy of the link.
function shares(button) {
  const said = document.querySelector("#copied");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const { url, title } = button.dataset;
    try {
      if (navigator.share && matchMedia("(pointer: coarse)").matches) return await navigator.share({ title, url });
      await navigator.clipboard.writeText(url);
      said.textContent = button.dataset.copied;
    } catch {
      // the reader thought better of it, or the page may not copy
    }
  });
}

// When an event takes place on the clock of a reader who is elsewhere.
function zones(note) {
  const from = new Date(note.dataset.start), to = note.dataset.end && new Date(note.dataset.end);
  const there = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (from.getTimezoneOffset() === -540) return;
  const lang = document.documentElement.lang, hour = { hour: "2-digit", minute: "2-digit" };
  let text = from.toLocaleString(lang, { month: "short", day: "numeric", weekday: "short", ...hour });
  if (to) text += "–" + to.toLocaleTimeString(lang, hour);
  note.textContent += " · " + note.dataset.here + " " + text + " (" + there + ")";
}

// The button that copies the calendar's address.
function copies(button) {
  const address = document.querySelector("#feed"), said = document.querySelector("#copied");
  button.hidden = false;
  button.addEventListener("click", async () => {
    address.focus();
    address.select();
    try {
      await navigator.clipboard.writeText(address.value);
    } catch {
      document.execCommand("copy"); // without https there is no other way
    }
    said.textContent = button.dataset.copied;
  });
}

// SHA-256 (FIPS 180-4) of a short ASCII text; its first 32 bits are enough here.
// crypto.subtle is not there without https.
const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
const fraction = (x) => Math.floor((x - Math.floor(x)) * 2 ** 32) | 0;
const rounds = Int32Array.from(primes, (p) => fraction(Math.cbrt(p)));
const begin = Int32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p)));
const turn = (x, n) => (x >>> n) | (x << (32 - n));

function block(h, w) {
  for (let i = 16; i < 64; i++) {
    const a = w[i - 15], b = w[i - 2];
    w[i] = (w[i - 16] + w[i - 7] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
  }
  let a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], z = h[7];
  for (let i = 0; i < 64; i++) {
    const one = (z + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + rounds[i] + w[i]) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    z = g, g = f, f = e, e = (d + one) | 0, d = c, c = b, b = a, a = (one + two) | 0;
  }
  h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e, h[5] += f, h[6] += g, h[7] += z;
}

function firstBits(text) {
  const length = ((text.length + 8) >> 6) + 1, words = new Int32Array(length * 16);
  for (let i = 0; i <= text.length; i++) words[i >> 2] |= (i < text.length ? text.charCodeAt(i) : 0x80) << (24 - (i % 4) * 8);
  words[length * 16 - 1] = text.length * 8;
  const h = begin.slice(), w = new Int32Array(64);
  for (let i = 0; i < length; i++) {
    w.set(words.subarray(i * 16, i * 16 + 16));
    block(h, w);
  }
  return h[0];
}

// The work that is asked for where many ask for the daily mail, a little at a time.
function works(field) {
  const question = field.value, bits = Number(field.dataset.bits), said = document.querySelector("#work");
  said.textContent = said.dataset.working;
  let n = 0;
  const some = () => {
    for (const end = n + 2000; n < end; n++) {
      if (Math.clz32(firstBits(question + "." + n)) < bits) continue;
      field.value = question + "." + n;
      said.textContent = said.dataset.ready;
      return;
    }
    setTimeout(some);
  };
  some();
}

const button = document.querySelector("#copy"), proof = document.querySelector("#proof[data-bits]");
const share = document.querySelector("#share"), zone = document.querySelector(".zone");
if (share) shares(share);
if (zone) zones(zone);
if (button) copies(button);
if (proof) works(proof);
