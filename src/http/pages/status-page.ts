import type { FleetSnapshot, SessionRow } from '../../protocol/fleet.ts';
import { linksOpenOnlyHere } from '../../session/link-reach.ts';
import { formatPhone } from '../../session/phone.ts';
import type { EpochMs } from '../../session/units.ts';
import { verdictLooks } from '../../session/verdict.ts';
import type { Language } from '../../words/language.ts';
import { pageWords } from '../../words/page-words.ts';
import { inPortuguese } from '../../words/portuguese/in-portuguese.ts';
import { type Html, html, page } from './html.ts';

/** `9m`, `27m`, `3h`, `6d`: whole units, seconds in steps of ten, so that a page at rest stays the same. */
const shortAge = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${Math.floor(seconds / 10) * 10}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
};

/** Master and workers say why in English; whoever looks reads his own language. */
const said = (text: string, language: Language): string => (language === 'pt-BR' ? inPortuguese(text) : text);

const order = ['needs_you', 'unknown', 'recovering', 'answering', 'off'] as const;

const detailOf = (row: SessionRow, language: Language): string => {
  if (row.silent.chats > 0) {
    const left = pageWords[language].silent(row.silent.chats);
    return row.reason === null
      ? left
      : `${left}${row.verdict === 'not_replying' ? ':' : ';'} ${said(row.reason, language)}`;
  }
  if (row.reason !== null) return said(row.reason, language);
  const phone = row.phone === null ? '' : formatPhone(row.phone);
  return [phone, row.model].filter((part) => part !== '').join(' ');
};

const waitingOf = (row: SessionRow): string => {
  const left = row.silent.chats === 0 ? [] : [`!${row.silent.chats}`];
  const waits =
    row.waiting.chats === 0 && !row.waiting.estimated
      ? []
      : [`${row.waiting.estimated ? '~' : ''}${row.waiting.chats}`];
  return [...waits, ...left].join(' ') || '-';
};

const sessionLine = (row: SessionRow, language: Language, now: EpochMs): Html => {
  const texts = pageWords[language];
  const look = verdictLooks[row.verdict];
  return html`<tr data-key="${row.name}" class="${look.group}"><td><b>${row.name}</b>${row.label === '' ? null : html`<small>${row.label}</small>`}</td><td><span class="badge ${look.token}">${texts.verdicts[row.verdict]}</span></td><td>${shortAge(now - row.since)}</td><td>${waitingOf(row)}</td><td>${detailOf(row, language)}</td></tr>`;
};

const wallCard = (row: SessionRow, language: Language, now: EpochMs): Html => {
  const texts = pageWords[language];
  const code =
    row.pairing !== null
      ? html`<p class="code">${row.pairing.code}</p>`
      : row.qr !== null
        ? html`<img class="qr" alt="QR" src="/api/sessions/${row.name}/qr?v=${row.qr.attempt}-${row.qr.expiresAt % 1e9}">`
        : html`<p class="muted">${row.reason === null ? texts.verdicts[row.verdict] : said(row.reason, language)}</p>`;
  const expires = (row.pairing ?? row.qr)?.expiresAt;
  const left =
    expires === undefined
      ? null
      : html`<p class="muted">${texts.expiresIn(Math.max(0, Math.round((expires - now) / 1000)))}</p>`;
  return html`<article class="card" data-key="${row.name}"><h3>${row.name}</h3>${row.label === '' ? null : html`<p>${row.label}</p>`}${code}${left}<button type="button" data-link="${row.name}">${texts.clientLink}</button></article>`;
};

const waitsForPhone = (row: SessionRow): boolean =>
  row.verdict === 'scan_qr' ||
  row.verdict === 'enter_code' ||
  row.verdict === 'qr_closed' ||
  row.verdict === 'logged_out';

/** The part of the page that changes; fetched again by its script. */
export const statusFragment = (snapshot: FleetSnapshot, language: Language, now: EpochMs): Html => {
  const texts = pageWords[language];
  const rows = [...snapshot.sessions].sort(
    (a, b) => order.indexOf(verdictLooks[a.verdict].group) - order.indexOf(verdictLooks[b.verdict].group),
  );
  const needing = rows.filter((row) => verdictLooks[row.verdict].group === 'needs_you').length;
  const wall = rows.filter(waitsForPhone);
  const silent = rows.reduce((all, row) => all + row.silent.chats, 0);
  // Whoever was left in silence is not well, however well the sessions are.
  const badge =
    needing > 0
      ? html`<p class="badge bad">${texts.needYou(needing)}</p>`
      : silent > 0
        ? html`<p class="badge person">${texts.silent(silent)}</p>`
        : html`<p class="badge ok">${texts.allAnswering(rows.length)}</p>`;
  const banners = snapshot.banners.map(
    (banner) => html`<p class="banner ${banner.level}">${said(banner.text, language)}</p>`,
  );
  const table =
    rows.length === 0
      ? html`<p>${texts.noSessions}</p>`
      : html`<table><thead><tr>${texts.columns.map((column) => html`<th>${column}</th>`)}</tr></thead><tbody>${rows.map((row) => sessionLine(row, language, now))}</tbody></table>`;
  const cards =
    wall.length === 0 ? html`<p class="muted">${texts.noCodes}</p>` : wall.map((row) => wallCard(row, language, now));
  /** The whole fleet edge to edge, a piece for each session: heavy where a person is needed. */
  const line = html`<div class="line" aria-hidden="true">${rows.map((row) => html`<i class="${verdictLooks[row.verdict].group}"></i>`)}</div>`;
  return html`${line}${badge}<div>${banners}</div>${table}<h2>${texts.wall}</h2><div class="wall">${cards}</div>`;
};

export const statusPage = (snapshot: FleetSnapshot, language: Language, now: EpochMs): string => {
  const texts = pageWords[language];
  return page({
    title: `zap-fleet ${snapshot.fleet.host}`,
    language,
    script: '/assets/status.js',
    data: {
      copied: texts.copied,
      lost: texts.lost,
      ...(linksOpenOnlyHere(snapshot.fleet) ? { 'only-here': texts.onlyHere } : {}),
    },
    body: html`<header><h1>zap-fleet <small>${snapshot.fleet.version} ${snapshot.fleet.host}</small></h1><form method="post" action="/logout"><button>${texts.logout}</button></form></header><p id="notice" role="status" hidden></p><main id="status">${statusFragment(snapshot, language, now)}</main>`,
  });
};

export const loginPage = (language: Language, problem: 'wrong' | 'too-many' | null): string => {
  const texts = pageWords[language];
  const notice =
    problem === null ? null : html`<p class="banner bad">${problem === 'wrong' ? texts.wrongToken : texts.tooMany}</p>`;
  return page({
    title: 'zap-fleet',
    language,
    script: null,
    body: html`<main class="narrow"><h1>${texts.login.title}</h1>${notice}<form method="post" action="/login"><label>${texts.login.token}<input name="token" type="password" autocomplete="current-password" required maxlength="512" autofocus></label><button>${texts.login.enter}</button></form><p class="muted">${texts.login.hint}</p></main>`,
  });
};
