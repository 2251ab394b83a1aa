/**
 * Every emoji sequence that this Node's Unicode recommends for general interchange, without a list: what could be one is built from what
 * emoji are made of, and `\p{RGI_Emoji}` says what is.
 */
const isEmoji = (text: string): boolean => /^\p{RGI_Emoji}$/v.test(text);

const joiner = '\u200d';
const selector = '\ufe0f';
const tones = ['', '\u{1f3fb}', '\u{1f3fc}', '\u{1f3fd}', '\u{1f3fe}', '\u{1f3ff}'];
const range = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index));
const pairs = (first: readonly string[], second: readonly string[]): readonly string[] =>
  first.flatMap((a) => second.map((b) => a + b));

export const everyEmoji = (): readonly string[] => {
  const single = [...range(0x23, 0x39), ...range(0xa9, 0x3299), ...range(0x1f000, 0x1fbff)].filter((char) =>
    /^\p{Emoji}$/u.test(char),
  );
  const shown = [...single, ...single.map((char) => char + selector)];
  const toned = single.filter((char) => isEmoji(char + (tones[1] ?? '')));
  const withTone = pairs(toned, tones.slice(1));
  const flags = pairs(range(0x1f1e6, 0x1f1ff), range(0x1f1e6, 0x1f1ff));
  const keycaps = [...'0123456789#*'].map((key) => `${key}${selector}\u20e3`);
  const tags = ['gbeng', 'gbsct', 'gbwls'].map(
    (region) =>
      `🏴${[...region].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('')}\u{e007f}`,
  );

  const joinable = shown.filter(isEmoji);
  const seconds = [
    ...joinable.filter((char) => isEmoji(`🧑${joiner}${char}`)),
    ...['♀️', '♂️', '🌈', '⚧️', '☠️', '🦺', '⬛', '❄️', '🔥', '🩹', '💨', '💫', '🌫️', '↔️', '↕️', '🗨️', '🟩', '🟫', '💥', '➡️'],
  ].map((char) => joiner + char);
  const joined = pairs(joinable, seconds).filter(isEmoji);
  const joinedToned = pairs(withTone, seconds);
  // People beside each other: with a heart, a kiss or a handshake between them, or only joined (families).
  const people = pairs(['🧑', '👨', '👩'], tones);
  const between = ['❤️‍', '❤️‍💋‍', '🤝‍', '🐰‍', '🫯‍'];
  const couples = people.flatMap((a) => between.flatMap((link) => people.map((b) => `${a}${joiner}${link}${b}`)));
  const shake = pairs(pairs(['🫱'], tones), pairs([`${joiner}🫲`], tones));
  const members = ['👨', '👩', '👦', '👧', '🧑', '🧒'];
  const two = pairs(
    members,
    members.map((member) => joiner + member),
  );
  const three = pairs(
    two,
    members.map((member) => joiner + member),
  );
  const four = pairs(
    three,
    members.map((member) => joiner + member),
  );
  const facingRight = [...joined, ...joinedToned.filter(isEmoji), ...withTone, ...single].map(
    (text) => `${text}${joiner}➡️`,
  );
  const wrestlers = people.concat(pairs(['👯', '🤼'], tones));
  const all = [
    shown,
    withTone,
    flags,
    keycaps,
    tags,
    joined,
    joinedToned,
    couples,
    shake,
    two,
    three,
    four,
    facingRight,
    wrestlers,
  ];
  return [...new Set(all.flat())].filter(isEmoji);
};
