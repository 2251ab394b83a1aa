import { plainText } from '../../session/plain-text.ts';

declare const markup: unique symbol;
/** Markup that is safe to send: made by `html` alone. */
export interface Html {
  readonly [markup]: true;
  readonly text: string;
}

const escapeText = (text: string): string =>
  plainText(text).replace(
    /[&<>"'`]/g,
    (character) =>
      ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' })[character] ?? '',
  );

type Part = string | number | Html | null | readonly Part[];

const render = (part: Part): string => {
  if (part === null) return '';
  if (typeof part === 'string') return escapeText(part);
  if (typeof part === 'number') return String(part);
  if ('text' in part) return part.text;
  return part.map(render).join('');
};

/** Template tag: every value is made plain and escaped unless `html` made it. Attributes must stand in quotes. */
export const html = (strings: TemplateStringsArray, ...values: Part[]): Html =>
  ({ text: strings.reduce((so, string, index) => so + string + render(values[index] ?? null), '') }) as Html;

/** A whole page; styles and scripts come from files of ours, the policy forbids every other. */
export const page = (options: {
  readonly title: string;
  readonly language: string;
  readonly script: string | null;
  readonly data?: Readonly<Record<string, string>>;
  readonly body: Html;
}): string => {
  const attributes = Object.entries(options.data ?? {}).map(([name, value]) => html` data-${name}="${value}"`);
  const script = options.script === null ? null : html`<script src="${options.script}" defer></script>`;
  return html`<!doctype html><html lang="${options.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><meta name="color-scheme" content="light dark"><title>${options.title}</title><link rel="stylesheet" href="/assets/page.css"><link rel="icon" href="data:,">${script}</head><body${attributes}>${options.body}</body></html>`
    .text;
};
