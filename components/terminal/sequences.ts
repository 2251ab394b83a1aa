import { plainText } from '../../src/session/plain-text.ts';

/** Escape sequences that Ink does not know: title, clipboard, mouse. */

const esc = '\u001b';
const bell = '\u0007';

/** Everything gone, cursor at the top left. */
export const clearScreen = `${esc}[2J${esc}[H`;
/** The start of the line, which is emptied. The alternate screen takes the cursor's column over: a first frame behind echoed keys would wrap. */
export const freshLine = `\r${esc}[K`;
export const pushTitle = `${esc}[22;2t`;
export const popTitle = `${esc}[23;2t`;
export const title = (text: string): string => `${esc}]2;${plainText(text)}${bell}`;

/** OSC 52: the terminal at the other end of the SSH line takes the text into its clipboard. At most 74,994 bytes, as xterm does. */
export const copyToClipboard = (text: string): string =>
  `${esc}]52;c;${Buffer.from(text.slice(0, 50_000), 'utf8').toString('base64')}${bell}`;

/** Presses, releases and moves with a button held; 1006: in decimal numbers, so that no column is too far right. */
export const mouseOn = `${esc}[?1002h${esc}[?1006h`;
export const mouseOff = `${esc}[?1006l${esc}[?1002l`;
