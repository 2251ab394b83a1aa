import { createHash } from 'node:crypto';
import type { SessionRow } from '../../protocol/fleet.ts';
import { formatPhone } from '../../session/phone.ts';
import type { EpochMs } from '../../session/units.ts';
import { isRunElsewhere, qrIdleReason, waitsForAnswer } from '../../session/verdict.ts';
import type { Language } from '../../words/language.ts';
import { pageWords } from '../../words/page-words.ts';
import { html, page } from './html.ts';

/** All that a client's link tells; nothing of the fleet, the session's name or its conversations is in it. */
export interface LinkState {
  readonly step:
    | 'qr'
    | 'code'
    | 'closed'
    | 'logged-out'
    | 'preparing'
    | 'syncing'
    | 'connected'
    | 'wrong-number'
    | 'unavailable';
  readonly label: string;
  /** Number to link, written for a person; null when any. */
  readonly phone: string | null;
  /** Changes with every new QR; the image is fetched under it. */
  readonly qr: string | null;
  readonly code: string | null;
  readonly codeExpiresAt: EpochMs | null;
  readonly linkExpiresAt: EpochMs;
}

const stepOf = (row: SessionRow): LinkState['step'] => {
  switch (row.state) {
    case 'qr':
      return row.qr === null ? 'preparing' : 'qr';
    case 'code':
      return row.pairing === null ? 'preparing' : 'code';
    case 'queued':
    case 'starting':
      return 'preparing';
    case 'waiting':
      return row.reasonCode === qrIdleReason ? 'closed' : 'preparing';
    case 'syncing':
      return 'syncing';
    case 'connected':
      return 'connected';
    case 'held':
      if (waitsForAnswer(row.reasonCode)) return 'preparing';
      return isRunElsewhere(row.reasonCode) ? 'unavailable' : 'wrong-number';
    case 'logged_out':
      return 'logged-out';
    case 'offline':
    case 'stopping':
    case 'stopped':
    case 'failed':
      return 'unavailable';
  }
};

export const linkState = (row: SessionRow, link: { connected: boolean; expiresAt: EpochMs }): LinkState => {
  const step = link.connected ? 'connected' : stepOf(row);
  return {
    step,
    label: row.label,
    phone: row.expectedPhone === null ? null : formatPhone(row.expectedPhone),
    qr:
      step === 'qr' && row.qr !== null ? createHash('sha256').update(row.qr.payload).digest('hex').slice(0, 12) : null,
    code: step === 'code' ? (row.pairing?.code ?? null) : null,
    codeExpiresAt:
      step === 'qr' ? (row.qr?.expiresAt ?? null) : step === 'code' ? (row.pairing?.expiresAt ?? null) : null,
    linkExpiresAt: link.expiresAt,
  };
};

/** `base` is the link's own path: everything this page asks for lies under it. */
export const linkPage = (base: string, state: LinkState, language: Language, timeZone: string | null): string => {
  const texts = pageWords[language].link;
  const until = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    ...(timeZone === null ? {} : { timeZone }),
  }).format(state.linkExpiresAt);
  const list = (steps: readonly string[]) => html`<ol>${steps.map((step) => html`<li>${step}</li>`)}</ol>`;
  const number = state.phone === null ? null : html`<p>${texts.numberIs} <b class="number">${state.phone}</b></p>`;
  const renews = html`<p class="muted">${texts.renews}</p>`;
  const reopen = html`<button class="main" type="button" data-reopen>${texts.reopen}</button>`;
  const phoneInput =
    state.phone === null
      ? html`<label>${texts.phone}<input name="phone" type="tel" inputmode="tel" autocomplete="tel" maxlength="40" required></label>`
      : null;
  const askCode = html`<details><summary>${texts.samePhone}</summary><form id="ask-code">${phoneInput}<button>${texts.askCode}</button></form></details>`;
  const show = (step: LinkState['step'] | 'ended', body: ReturnType<typeof html>) =>
    html`<section data-step="${step}"${step === state.step ? null : html` hidden`}>${body}</section>`;
  return page({
    title: texts.title,
    language,
    script: '/assets/link.js',
    data: { base, step: state.step, ended: texts.ended, lost: pageWords[language].lost },
    body: html`<main class="narrow"><h1>${texts.title}</h1><div class="line" aria-hidden="true"><i></i></div>${state.label === '' ? null : html`<h2>${state.label}</h2>`}<p id="notice" role="status" hidden></p>${show('qr', html`${number}<img id="qr" class="qr" alt="QR"${state.qr === null ? null : html` src="${base}/qr?v=${state.qr}"`}>${renews}${list(texts.steps)}${askCode}`)}${show('code', html`<p>${texts.codeIs}</p><p id="code" class="code">${state.code ?? ''}</p>${renews}${number}${list(texts.codeSteps)}`)}${show('closed', html`<p>${texts.closed}</p>${reopen}`)}${show('logged-out', html`<p>${texts.loggedOut}</p>${number}${reopen}`)}${show('preparing', html`<p>${texts.preparing}</p>`)}${show('syncing', html`<p>${texts.syncing}</p>`)}${show('connected', html`<p class="badge ok">${texts.connected}</p><p>${texts.connectedHint}</p>`)}${show('wrong-number', html`<p class="banner bad">${texts.wrongNumber}</p>`)}${show('unavailable', html`<p>${texts.unavailable}</p>`)}${show('ended', html`<p class="banner warn">${texts.ended}</p><p>${texts.endedHint}</p>`)}<p class="muted">${texts.validUntil(until)}</p></main>`,
  });
};

/** The same for a link that expired, was revoked, or never was. */
export const linkEndedPage = (language: Language): string => {
  const texts = pageWords[language].link;
  return page({
    title: texts.title,
    language,
    script: null,
    body: html`<main class="narrow"><h1>${texts.title}</h1><p class="banner warn">${texts.ended}</p><p>${texts.endedHint}</p></main>`,
  });
};
