/** Words as knowledge is looked up by them: without accents, in small letters, without plural. The same for files and questions. Pure. */

const shortest = 2;
const longest = 40;

/** Endings that a plural changes, Portuguese first: pães, limões, papéis, anéis, lençóis, azuis, viagens. The first that fits is taken. */
const plurals: readonly (readonly [ending: RegExp, instead: string, least: number])[] = [
  [/(?:oes|aes)$/, 'ao', 4],
  [/ais$/, 'al', 5],
  [/eis$/, 'el', 5],
  [/ois$/, 'ol', 5],
  [/uis$/, 'ul', 5],
  [/is$/, 'el', 5],
  [/ns$/, 'm', 4],
  [/s$/, '', 4],
];

/** One form for what singular and plural are then: flor and flores, mês and meses, fácil and fáceis, box and boxes, party and parties. */
const forms: readonly (readonly [ending: RegExp, instead: string])[] = [
  [/(?<=r|z|s|x|ch|sh)e$/, ''],
  [/il$/, 'el'],
  [/y$/, 'ie'],
];
const shortestFormed = 4;

/** Words that the rules would take for what they are not. */
const own: Readonly<Record<string, string>> = { maes: 'mae', pais: 'pai', mais: 'mais', meses: 'mes', reses: 'res' };

const singular = (word: string): string => {
  const rule = plurals.find(([ending, , least]) => word.length >= least && ending.test(word));
  return rule === undefined ? word : word.replace(rule[0], rule[1]);
};

const formed = (word: string): string => {
  if (word.length < shortestFormed) return word;
  const rule = forms.find(([ending]) => ending.test(word));
  return rule === undefined ? word : word.replace(rule[0], rule[1]);
};

/** A word without accents and in small letters → as it is kept. */
const foldPlain = (word: string): string => {
  if (/\d/.test(word)) return word;
  const known = Object.hasOwn(own, word) ? own[word] : undefined;
  if (known !== undefined) return known;
  const once = formed(singular(word));
  // ingleses → ingles → ingle, as ingles itself.
  return once.length >= shortestFormed && once !== word && once.endsWith('s') ? formed(singular(once)) : once;
};

const withoutAccents = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o');

export const foldWord = (word: string): string => foldPlain(withoutAccents(word));

/** Asked with nearly every question, and in nearly every text: they tell nothing apart. Already without accents. */
const emptyWords: ReadonlySet<string> = new Set(
  (
    'a ao aos as ate com como da das de dela dele deles do dos e ela elas ele eles em entao era essa essas esse esses esta estao estas este estes ' +
    'estou eu foi ha isso isto ja la lhe mais mas me mesmo meu meus minha minhas muito na nao nas nem no nos nossa nosso num numa o os ou para pela ' +
    'pelas pelo pelos por pra pro qual quais quando quanto quantos quanta quantas que quem se sem ser seu seus sim so sua suas tambem te tem tenho ' +
    'ter teu tua tudo um uma umas uns voce voces vc vcs pode podem posso poderia queria quero gostaria saber sabe custa custam fica ficam sai valor ' +
    'preco favor oi ola bom boa dia tarde noite obrigado obrigada opa blz beleza bem ai ali aqui onde porque pq vou vai vamos ir fazer faz fazem ' +
    'cada hoje amanha ontem agora ainda sempre depois antes outro outra outros outras today tomorrow now each other ' +
    'existe existem aceita aceitam trabalham informar dizer diga fala moco moca amigo amiga senhor senhora sr sra ' +
    'an and any are at be can could do does for from good have hello hey hi how i if in is it its many me much my need of on or please price cost ' +
    'costs so some thank thanks that the their there this to want was we what when where which who why will with would you your'
  )
    .split(' ')
    .map(foldPlain),
);

/** What is cut out of a text as one word. */
const wordPattern = /[\p{L}\p{N}]+/gu;

/** All words of a text that tell something, folded, in their order. */
export const wordsIn = (text: string): readonly string[] => {
  const found: string[] = [];
  for (const [raw] of withoutAccents(text).matchAll(wordPattern)) {
    if (raw.length < shortest && !/[\d]/.test(raw)) continue;
    const word = foldPlain(raw.slice(0, longest));
    if (!emptyWords.has(word)) found.push(word);
  }
  return found;
};

/** Each once. */
export const termsIn = (text: string, most: number): readonly string[] => [...new Set(wordsIn(text))].slice(0, most);

const asks =
  /\?|^\s*(?:(?:oi|ol[aá]|bom dia|boa (?:tarde|noite)|hi|hello|hey)[\s,!.]+)*(?:qua(?:l|is|nto|ntos|nta|ntas|ndo)|como|onde|quem|por ?que|que horas|tem|t[eê]m|h[aá]|voc[eê]s?|vcs?|aceita|faz|fazem|entrega|entregam|posso|pode|gostaria de saber|queria saber|quero saber|how|what|when|where|which|who|why|do you|does|can|could|is|are)\b/iu;

/** Whether a customer asks something, as far as a few words can tell. */
export const isQuestion = (text: string): boolean => asks.test(text);
