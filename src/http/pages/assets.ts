import { barColors, type ColorPair, pairColors, roleColors } from '../../look/colors.ts';

/** Styles and scripts of the pages, served as files of their own: the content policy allows no inline code. */

const grounds = {
  light: { bg: '#ffffff', fg: '#1c2026' },
  dark: { bg: '#0f1218', fg: '#dfe3ec' },
} as const;

/** The roles of the screen as variables, for one background. */
const variables = (ground: 'light' | 'dark'): string =>
  [
    ...Object.entries(grounds[ground]).map(([name, hex]) => `--${name}:${hex}`),
    ...Object.entries(roleColors[ground]).map(([name, [hex]]) => `--${name}:${hex}`),
    ...Object.entries(barColors[ground]).map(([name, [hex]]) => `--bar-${name}:${hex}`),
  ].join(';');

/** A filled badge has the same two colours on every background. */
const filled = ([[ink], [paper]]: ColorPair): string => `background:${paper};color:${ink}`;

const css = `
:root{color-scheme:light dark;${variables('light')}}
@media(prefers-color-scheme:dark){:root{${variables('dark')}}}
*{box-sizing:border-box}body{margin:0;padding:1rem;background:var(--bg);color:var(--fg);font:16px/1.45 system-ui,sans-serif}
header{display:flex;justify-content:space-between;align-items:center;gap:1rem}h1{font-size:1.25rem;margin:.4rem 0}h2{font-size:1.05rem}h3{margin:0}
small,.muted{color:var(--muted);font-weight:400}td small{display:block}.narrow{max-width:26rem;margin:0 auto}a{color:var(--accent)}
.line{display:flex;align-items:center;height:.5rem;margin:.2rem 0 .8rem}.line i{flex:1;min-width:0;height:.14rem;background:var(--ok)}
.line .needs_you{height:.4rem;background:var(--bad)}.line .recovering{height:.4rem;background:var(--move)}.line .off{background:var(--faint)}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .5rem;border-bottom:1px solid var(--faint);vertical-align:top}th{color:var(--muted);font-weight:400}
tr.needs_you td:first-child{box-shadow:inset .25rem 0 var(--bad)}tr.recovering td:first-child{box-shadow:inset .25rem 0 var(--move)}tr.off{color:var(--muted)}
.badge{display:inline-block;padding:.1rem .5rem;border-radius:.2rem;font-weight:600}
.badge.bad{${filled(pairColors.bad)}}.badge.person{${filled(pairColors.warn)}}.badge.motion{${filled(pairColors.move)}}p.badge.ok{${filled(pairColors.ok)}}
span.badge.ok,.badge.off{padding-left:0;font-weight:400}span.badge.ok{color:var(--ok)}.badge.off{color:var(--muted)}span.badge.ok::before{content:'\\25CF  '}.badge.off::before{content:'\\25CB  '}
.banner{padding:.5rem .7rem;border-left:.3rem solid var(--warn);background:var(--bar-head)}.banner.bad{border-color:var(--bad)}
.wall{display:grid;grid-template-columns:repeat(auto-fill,minmax(16rem,1fr));gap:1rem}.card{border:1px solid var(--faint);border-radius:.5rem;padding:.8rem;text-align:center}
.qr{width:100%;max-width:24rem;aspect-ratio:1;background:#fff;image-rendering:pixelated;display:block;margin:.5rem auto}
.code{font:700 2rem/1.2 ui-monospace,monospace;letter-spacing:.15em;text-align:center;user-select:all;background:var(--bar-field);border-radius:.3rem;padding:.4rem}
ol{padding-left:0;list-style:none;counter-reset:step}ol li{counter-increment:step;margin:.6rem 0;padding-left:2.4rem;position:relative}
ol li::before{content:counter(step);position:absolute;left:0;width:1.6rem;text-align:center;border-radius:.2rem;font-weight:600;${filled(pairColors.accent)}}
button,input{font:inherit;padding:.6rem .9rem;border-radius:.3rem;border:1px solid var(--faint);background:var(--bar-field);color:inherit}input{width:100%;margin:.2rem 0 .6rem}
button{cursor:pointer}button.main{${filled(pairColors.accent)};border-color:transparent;font-weight:600}.number{white-space:nowrap}.qr+.muted,.code+.muted{text-align:center;margin-top:0}button:hover,button:focus-visible,input:focus-visible{border-color:var(--accent);outline:1px solid var(--accent)}label{display:block}#notice{padding:.5rem .7rem;background:var(--bar-head);border-left:.3rem solid var(--move);overflow-wrap:anywhere}
details{margin:1rem 0}summary{color:var(--accent)}[hidden]{display:none}
@media(max-width:40rem){thead{display:none}tr{display:grid;grid-template-columns:1fr auto auto;border-bottom:1px solid var(--faint);padding:.4rem 0}td{border:0;padding:.1rem .3rem}td:nth-child(5){grid-column:1/-1;color:var(--muted)}td:nth-child(4){display:none}}
`;

const statusScript = `
'use strict';
const main = document.getElementById('status');
const notice = document.getElementById('notice');
const say = (text) => { notice.textContent = text; notice.hidden = text === ''; };
// What did not change stays the element that it was: a press that began before an update ends on its button, a QR is not drawn anew.
const keyOf = (node) => (node.dataset && node.dataset.key) || '';
const update = (node, next) => {
  if (node.nodeType !== 1) { if (node.data !== next.data) node.data = next.data; return; }
  for (const { name } of [...node.attributes]) if (!next.hasAttribute(name)) node.removeAttribute(name);
  for (const { name, value } of next.attributes) if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  updateChildren(node, next);
};
const updateChildren = (parent, wanted) => {
  const keys = new Set([...wanted.children].map(keyOf));
  for (const child of [...parent.children]) if (!keys.has(keyOf(child))) child.remove();
  const kept = new Map([...parent.children].map((child) => [keyOf(child), child]));
  let at = parent.firstChild;
  for (const next of [...wanted.childNodes]) {
    const key = keyOf(next);
    const same = key === '' ? at : kept.get(key);
    if (!same || same.nodeName !== next.nodeName || keyOf(same) !== key) { parent.insertBefore(next, at); continue; }
    if (same === at) at = at.nextSibling; else parent.insertBefore(same, at);
    update(same, next);
  }
  while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
};
const draw = (text) => {
  const fresh = document.createElement('template');
  fresh.innerHTML = text;
  updateChildren(main, fresh.content);
};
let asked = false, again = false, wait = 1000;
const refresh = async () => {
  if (asked) { again = true; return; }
  asked = true;
  try {
    const response = await fetch('/status', { headers: { accept: 'text/html' } });
    if (response.status === 401) { location.reload(); return; }
    if (response.ok) { draw(await response.text()); if (notice.textContent === document.body.dataset.lost) say(''); }
  } catch (error) { say(document.body.dataset.lost); }
  setTimeout(() => { asked = false; if (again) { again = false; refresh(); } }, 1000);
};
const connect = () => {
  const socket = new WebSocket(location.origin.replace(/^http/, 'ws') + '/api/events');
  socket.onopen = () => { wait = 1000; };
  socket.onmessage = refresh;
  socket.onclose = () => { setTimeout(connect, wait); wait = Math.min(wait * 2, 30000); refresh(); };
};
connect();
setInterval(refresh, 10000);
main.addEventListener('click', async (event) => {
  const name = event.target.dataset && event.target.dataset.link;
  if (!name) return;
  if (document.body.dataset.onlyHere && !confirm(document.body.dataset.onlyHere)) return;
  const response = await fetch('/api/sessions/' + encodeURIComponent(name) + '/link', { method: 'POST', headers: { 'content-type': 'application/json', 'x-page-language': document.documentElement.lang }, body: '{}' });
  const answer = await response.json();
  if (!response.ok) { say(answer.error.message); return; }
  say(answer.url);
  try { await navigator.clipboard.writeText(answer.url); say(document.body.dataset.copied + ': ' + answer.url); }
  catch (error) { say(answer.url); }
});
`;

const linkScript = `
'use strict';
const data = document.body.dataset;
const notice = document.getElementById('notice');
const say = (text) => { notice.textContent = text; notice.hidden = text === ''; };
let qr = null, done = false;
const show = (step) => {
  if (step === data.step) return;
  data.step = step;
  for (const section of document.querySelectorAll('[data-step]')) if (section !== document.body) section.hidden = section.dataset.step !== step;
};
const apply = (state) => {
  show(state.step);
  if (state.qr && state.qr !== qr) { qr = state.qr; document.getElementById('qr').src = data.base + '/qr?v=' + qr; }
  if (state.code) document.getElementById('code').textContent = state.code;
  if (state.step === 'connected') done = true;
};
const ask = async () => {
  try {
    const response = await fetch(data.base + '/state');
    if (response.status === 404) { show('ended'); done = true; say(''); }
    else if (response.ok) { apply(await response.json()); if (notice.textContent === data.lost) say(''); }
  } catch (error) { say(data.lost); }
  if (!done) setTimeout(ask, 2000);
};
const post = async (what, body, button) => {
  button.disabled = true;
  try {
    const response = await fetch(data.base + what, { method: 'POST', headers: { 'content-type': 'application/json', 'x-page-language': document.documentElement.lang }, body: JSON.stringify(body) });
    const answer = await response.json();
    if (response.ok) { say(''); apply(answer); } else say(answer.error.message);
  } catch (error) { say(data.lost); }
  button.disabled = false;
};
document.getElementById('ask-code').addEventListener('submit', (event) => {
  event.preventDefault();
  const phone = event.target.elements.namedItem('phone');
  post('/pair', phone ? { phone: phone.value } : {}, event.target.querySelector('button'));
});
for (const button of document.querySelectorAll('[data-reopen]')) button.addEventListener('click', (event) => post('/new-codes', {}, event.target));
ask();
`;

export const assets: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {
  'page.css': { type: 'text/css; charset=utf-8', text: css },
  'status.js': { type: 'text/javascript; charset=utf-8', text: statusScript },
  'link.js': { type: 'text/javascript; charset=utf-8', text: linkScript },
};
