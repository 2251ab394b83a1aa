/**
 * The one function that makes text from outside (contact names, message bodies, logs, error texts) plain before a screen, a
 * printer or a log shows it: no C0/C1 control, no escape sequence, no bidi mark, no line break.
 */

// OSC, DCS, SOS, PM and APC strings end at BEL or ST, or run to the end of the text; CSI and two-byte escapes follow.
const escapes =
  /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c|$)|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;
const lineBreaks = /\r\n|[\n\r\u2028\u2029\u0085]/g;
const controls =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;
const loneSurrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The mark that stands for a line break inside one line. */
export const lineBreakMark = '⏎';

/** `text` on one line without anything that a terminal or a log reader would act on; line breaks become `⏎`, tabs a blank. */
export const plainText = (text: string): string =>
  text
    .replace(escapes, '')
    .replace(lineBreaks, lineBreakMark)
    .replace(/\t/g, ' ')
    .replace(controls, '')
    .replace(loneSurrogates, '\ufffd');

/** Like `plainText`, but keeps line breaks: for panes that show several lines. */
export const plainLines = (text: string): readonly string[] =>
  text.replace(escapes, '').split(lineBreaks).map(plainText);

const unprintable =
  /\u001b\[[\d;]*m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;

const escaped = (text: string): string =>
  Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');

/**
 * What a terminal or a reader would act on, written as JSON writes it: `\u009b`. JSON stays the same JSON, with the same values; line
 * breaks and tabs stay. `keepColours` leaves colours of our own.
 */
export const escapeControls = (text: string, options: { readonly keepColours?: boolean } = {}): string =>
  text.replace(unprintable, (found) => {
    const isColour = found.length > 1 && found.startsWith('\u001b');
    if (!isColour) return escaped(found);
    return options.keepColours === true ? found : escaped('\u001b') + found.slice(1);
  });
