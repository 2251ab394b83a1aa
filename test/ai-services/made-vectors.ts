/**
 * Vectors as a model would make them, as far as a test can tell: the same at every run, words that mean the same are one, words that say
 * nothing are left out, and all texts are a little alike, as they are to every real model.
 */

const meanings: readonly (readonly string[])[] = [
  ['horario', 'hora', 'fecha', 'fecham', 'fechar', 'abre', 'abrem', 'abrir', 'funcionamento', 'atendimento', 'aberto'],
  ['bolo', 'torta', 'cake', 'pie'],
  ['estacionamento', 'estacionar', 'vaga', 'carro', 'parking', 'car'],
  ['entrega', 'entregam', 'entregar', 'levam', 'motoboy', 'delivery', 'deliver'],
  ['pagamento', 'pagar', 'cartao', 'pix', 'payment', 'card'],
  ['gluten', 'celiaco', 'trigo'],
];
const silent = new Set(
  'a o os as de do da dos das e em no na nos nas um uma que qual quais com por para voce voces vcs eu se tem ha e sao seg sex sab the is are do you how what of in on to and at'.split(
    ' ',
  ),
);
/** How much of every vector is the same. */
const alike = 0.3;

const hashOf = (text: string): number => {
  let hash = 2166136261;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16777619);
  return hash >>> 0;
};

const directions = new Map<string, readonly number[]>();

/** Of one length, in a direction of its own (mulberry32). */
const directionOf = (meaning: string, dimensions: number): readonly number[] => {
  const key = `${dimensions} ${meaning}`;
  const known = directions.get(key) ?? madeDirection(meaning, dimensions);
  directions.set(key, known);
  return known;
};

const madeDirection = (meaning: string, dimensions: number): readonly number[] => {
  let state = hashOf(meaning);
  const numbers = Array.from({ length: dimensions }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296 - 0.5;
  });
  const length = Math.hypot(...numbers);
  return numbers.map((number) => number / length);
};

const meaningsIn = (text: string): ReadonlySet<string> =>
  new Set(
    text
      .normalize('NFKD')
      .replace(/\p{M}+/gu, '')
      .toLowerCase()
      .split(/[^\p{L}]+/u)
      .filter((word) => word.length > 1 && !silent.has(word))
      .map((word) => {
        const one = word.replace(/s$/, '');
        const index = meanings.findIndex((words) => words.includes(word) || words.includes(one));
        return index < 0 ? one : `meaning ${index}`;
      }),
  );

export const madeVector = (text: string, dimensions: number): readonly number[] => {
  const parts = [...meaningsIn(text)].map((meaning) => directionOf(meaning, dimensions));
  const shared = directionOf('every text', dimensions).map((number) => number * alike);
  const sum = shared.map((number, at) => parts.reduce((total, part) => total + (part[at] ?? 0), number));
  const length = Math.hypot(...sum);
  return sum.map((number) => number / length);
};

/** Without a wish for another one. */
export const usualDimensions = 1536;
