/** Which language a text is in, by the small words that every sentence has. Pure. */

export type TextLanguage = 'pt' | 'en' | 'es';

const smallWords: Readonly<Record<TextLanguage, ReadonlySet<string>>> = {
  pt: new Set(
    'não nao você voce vocês voces com uma um para pra por que qual é está estão são de do da dos das em no na nos nas ao à às e ou mas seu sua meu minha nosso nossa temos tem posso pode quero obrigado obrigada bom dia tarde noite isso aqui também hoje amanhã sim então olá oi'.split(
      ' ',
    ),
  ),
  en: new Set(
    'the and you your is are was were we our they this that these those for with from have has do does can could will would please thank thanks hello hi good not what when where how open until today tomorrow yes of to in at on it be'.split(
      ' ',
    ),
  ),
  es: new Set(
    'el la los las una un y con para por qué que cuál es está están son del al su sus mi nuestro nuestra tenemos tiene puede puedo quiero gracias buenos buenas días tardes noches hola usted ustedes sí también hoy mañana pero muy aquí'.split(
      ' ',
    ),
  ),
};

const languages = ['pt', 'en', 'es'] as const;
/** Fewer say nothing: an address or a name has some by chance. */
const leastHits = 3;

/** Null: too short or too mixed to say. */
export const languageOf = (text: string): TextLanguage | null => {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  const hits = languages
    .map((language) => ({ language, count: words.filter((word) => smallWords[language].has(word)).length }))
    .sort((a, b) => b.count - a.count);
  const [first, second] = hits;
  if (first === undefined || second === undefined) return null;
  return first.count >= leastHits && first.count >= second.count * 1.5 ? first.language : null;
};
