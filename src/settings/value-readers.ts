/**
 * How the text of one setting is understood. By hand and not by schemas: every command reads the settings first of all, and a library of
 * schemas was half of what `zap-fleet ls` loaded (docs/decisions/starts.md).
 */

/** Says what is wrong with a value, as half a sentence that follows the setting's name. */
export class WrongValue extends Error {}

/** Throws `WrongValue`. */
export type ReadValue<T> = (text: string) => T;

/** A setting that may be missing is read from nothing, too. */
export type ReadSetting<T> = (text: string | undefined) => T;

const isBlank = (text: string | undefined): text is undefined => text === undefined || text.trim() === '';

export const optional =
  <T>(read: ReadValue<T>): ReadSetting<T | undefined> =>
  (text) =>
    isBlank(text) ? undefined : read(text);

export const withDefault =
  <T>(read: ReadValue<T>, value: string): ReadSetting<T> =>
  (text) =>
    read(isBlank(text) ? value : text);

export const asWritten: ReadValue<string> = (text) => text;
export const trimmed: ReadValue<string> = (text) => text.trim();

export const matching =
  (isRight: (text: string) => boolean, problem: string): ReadValue<string> =>
  (text) => {
    const value = text.trim();
    if (!isRight(value)) throw new WrongValue(problem);
    return value;
  };

/** `as`: how the text is made the same as one of `values` before it is compared. */
export const oneOf =
  <const T extends string>(
    values: readonly T[],
    problem: string,
    as: (text: string) => string = asWritten,
  ): ReadValue<T> =>
  (text) => {
    const given = as(text);
    const found = values.find((value) => value === given);
    if (found === undefined) throw new WrongValue(problem);
    return found;
  };

export const wholeNumber =
  (example: string, min: number, max: number): ReadValue<number> =>
  (text) => {
    const digits = text.trim();
    if (!/^\d+$/.test(digits))
      throw new WrongValue(`must be a whole number from ${min} to ${max}. Example: ${example}`);

    const value = Number(digits);
    if (value < min || value > max) throw new WrongValue(`must be from ${min} to ${max}. Example: ${example}`);
    return value;
  };

export const dollars: ReadValue<number> = (text) => {
  const amount = text.trim();
  if (!/^\d{1,6}(\.\d+)?$/.test(amount)) throw new WrongValue('must be dollars with a point. Example: 5.00');
  return Number(amount);
};

const yes: readonly string[] = ['true', '1', 'yes', 'on'];
const no: readonly string[] = ['false', '0', 'no', 'off'];

export const yesNo: ReadValue<boolean> = (text) => {
  const word = text.trim().toLowerCase();
  if (!yes.includes(word) && !no.includes(word)) throw new WrongValue('must be true or false. Example: true');
  return yes.includes(word);
};

export const url =
  (example: string): ReadValue<string> =>
  (text) => {
    const address = text.trim();
    if (!URL.canParse(address) || !/^https?:/.test(address))
      throw new WrongValue(`must be a web address. Example: ${example}`);
    return address.replace(/\/+$/, '');
  };

const isTextList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

export const textList =
  (example: string): ReadValue<readonly string[]> =>
  (text) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      // Not even JSON: said like any other value that is no list.
      value = null;
    }

    if (!isTextList(value)) throw new WrongValue(`must be a list of texts in brackets. Example: ${example}`);
    return value;
  };
