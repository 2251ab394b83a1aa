/** The answer to OSC 11, found in what the terminal sends, however it is cut into reads. Pure. */

export type AnsweredBackground = 'dark' | 'light';

const part = (digits: string): number => Number.parseInt(digits, 16) / (16 ** digits.length - 1);

/** `rgb:1e1e/1e1e/2e2e`, `rgba:…`, `#1e1e2e`: how light it is to the eye decides; null: not a colour that we know. */
export const backgroundOf = (color: string): AnsweredBackground | null => {
  const parts =
    /^rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})/i.exec(color) ??
    /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(color);
  if (parts === null) return null;
  const [red = 0, green = 0, blue = 0] = parts.slice(1).map(part);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5 ? 'light' : 'dark';
};

const esc = '\u001b';
const body = '[^\\u0007\\u001b\\u009c]{0,64}';
const answers = new RegExp(`${esc}\\]11;(${body})(?:\\u0007|${esc}\\\\|\\u009c)`, 'g');
/** What a next read may go on with; the second one is no key of anybody. */
const begun = new RegExp(`${esc}\\](?:1(?:1(?:;${body}${esc}?)?)?)?$`);
const surelyBegun = new RegExp(`${esc}\\]11;${body}${esc}?$`);
const status = `${esc}[0n`;

export interface Filtered {
  /** What is left for everybody else. */
  readonly text: string;
  /** Null: the status came and no colour before it, so the question is not known. Absent: nothing was answered. */
  readonly background?: AnsweredBackground | null;
}

/**
 * Reads in, keys out. An escape at the end of a read is handed on at once, as it may be the key: when the answer goes on after it, a status
 * report, which nobody minds, takes the place of the rest.
 */
export const createAnswerFilter = (): ((chunk: string) => Filtered) => {
  let held = '';
  /** The escape at the start of `held` was handed on already. */
  let isLeadGiven = false;
  let isExpected = true;

  return (chunk) => {
    let text = held + chunk;
    held = '';
    let background: AnsweredBackground | null | undefined;
    text = text.replace(answers, (_whole, color: string, at: number) => {
      background = backgroundOf(color) ?? background;
      isExpected = false;
      return isLeadGiven && at === 0 ? status : '';
    });
    if (isExpected && text.includes(status)) {
      isExpected = false;
      background = null;
    }

    const rest = (isExpected ? begun : surelyBegun).exec(text);
    if (rest !== null) {
      held = rest[0];
      text = text.slice(0, rest.index);
    }
    if (isLeadGiven && text !== '') {
      text = text.slice(1);
      isLeadGiven = false;
    }
    if (isExpected && held === '' && text.endsWith(esc)) {
      held = esc;
      isLeadGiven = true;
    }
    return background === undefined ? { text } : { text, background };
  };
};
