/** Styles and scripts of the pages, served as files of their own: the content policy allows no inline code. */

const css = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1c1c1c;--dim:#626262;--line:#d0d0d0;--field:#f4f4f4}
@media(prefers-color-scheme:dark){:root{--bg:#161616;--fg:#eaeaea;--dim:#a0a0a0;--line:#3a3a3a;--field:#242424}}
*{box-sizing:border-box}body{margin:0;padding:1rem;background:var(--bg);color:var(--fg);font:16px/1.45 system-ui,sans-serif}
header{display:flex;justify-content:space-between;align-items:center;gap:1rem}h1{font-size:1.25rem;margin:.4rem 0}h2{font-size:1.05rem}h3{margin:0}
small,.muted{color:var(--dim);font-weight:400}td small{display:block}.narrow{max-width:26rem;margin:0 auto}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .5rem;border-bottom:1px solid var(--line);vertical-align:top}
.badge{display:inline-block;padding:.1rem .5rem;border-radius:.2rem;font-weight:600}
.badge.bad{background:#d70000;color:#fff}.badge.person{background:#ffaf00;color:#000}.badge.motion{background:#005faf;color:#fff}.badge.ok,.badge.off{padding-left:0;font-weight:400}.badge.off{color:var(--dim)}
.banner{padding:.5rem .7rem;border-left:.3rem solid #ffaf00;background:var(--field)}.banner.bad{border-color:#d70000}
.wall{display:grid;grid-template-columns:repeat(auto-fill,minmax(16rem,1fr));gap:1rem}.card{border:1px solid var(--line);border-radius:.3rem;padding:.8rem;text-align:center}
.qr{width:100%;max-width:24rem;aspect-ratio:1;background:#fff;image-rendering:pixelated;display:block;margin:.5rem auto}
.code{font:700 2rem/1.2 ui-monospace,monospace;letter-spacing:.15em;text-align:center;user-select:all}
button,input{font:inherit;padding:.6rem .9rem;border-radius:.3rem;border:1px solid var(--line);background:var(--field);color:inherit}input{width:100%;margin:.2rem 0 .6rem}
button{cursor:pointer}label{display:block}#notice{padding:.5rem .7rem;background:var(--field);border-left:.3rem solid #005faf;overflow-wrap:anywhere}
details{margin:1rem 0}[hidden]{display:none}
@media(max-width:40rem){thead{display:none}tr{display:grid;grid-template-columns:1fr auto auto;border-bottom:1px solid var(--line);padding:.4rem 0}td{border:0;padding:.1rem .3rem}td:nth-child(5){grid-column:1/-1;color:var(--dim)}td:nth-child(4){display:none}}
`;

const statusScript = `
'use strict';
const main = document.getElementById('status');
const notice = document.getElementById('notice');
const say = (text) => { notice.textContent = text; notice.hidden = text === ''; };
let asked = false, again = false, wait = 1000;
const refresh = async () => {
  if (asked) { again = true; return; }
  asked = true;
  try {
    const response = await fetch('/status', { headers: { accept: 'text/html' } });
    if (response.status === 401) { location.reload(); return; }
    if (response.ok) { main.innerHTML = await response.text(); if (notice.textContent === document.body.dataset.lost) say(''); }
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
  const response = await fetch('/api/sessions/' + encodeURIComponent(name) + '/link', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
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
    const response = await fetch(data.base + what, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
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
document.getElementById('reopen').addEventListener('click', (event) => post('/new-codes', {}, event.target));
ask();
`;

export const assets: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {
  'page.css': { type: 'text/css; charset=utf-8', text: css },
  'status.js': { type: 'text/javascript; charset=utf-8', text: statusScript },
  'link.js': { type: 'text/javascript; charset=utf-8', text: linkScript },
};
