/**
 * Actions that an answer says were done: booked, noted down, cancelled. Portuguese, English and Spanish, in the first person ("agendei",
 * "I have booked", "he reservado") and in the passive ("sua mesa está reservada"). Pure.
 *
 * Told apart from what only sounds like it: infinitives and offers ("posso agendar?"), what the customer did ("você reservou"), conditions
 * ("quando estiver agendado"), denials ("ainda não agendei"), quotes, and slots that are taken ("10h já está reservado por outro cliente").
 */

const boundary = String.raw`(?<![\p{L}\p{N}])`;
const end = String.raw`(?![\p{L}\p{N}])`;

/** Whole words, whatever their case. */
export const phrase = (body: string): RegExp => new RegExp(`${boundary}(?:${body})${end}`, 'giu');

interface ClaimPattern {
  readonly pattern: RegExp;
  /** Somebody says `I did`; otherwise that it is done. */
  readonly isOwn: boolean;
}

const own = (body: string): ClaimPattern => ({ pattern: phrase(body), isOwn: true });
const passive = (body: string): ClaimPattern => ({ pattern: phrase(body), isOwn: false });

const words = String.raw`(?:[\p{L}\p{N}]+ ){0,3}`;
const ptDone =
  'agendad|reservad|marcad|anotad|registrad|confirmad|cancelad|remarcad|reagendad|separad|cadastrad|garantid';
const esDone = 'agendad|reservad|anotad|registrad|confirmad|cancelad|programad|reprogramad|apuntad';
const enDone =
  'booked|scheduled|reserved|placed|noted down|recorded|registered|confirmed|cancell?ed|rescheduled|moved|arranged';
const enThings = 'appointment|booking|reservation|order|visit|slot';
/** Said of a slot that somebody else has. */
const notTaken = '(?! (?:por|para|pra|by|for) (?:outr|another|someone|somebody))';
const clauseStart = String.raw`(?:(?<=^|[\n.!:…✅👍]\s{0,2}|^[^\p{L}\p{N}\n]{1,4}))`;

const patterns: readonly ClaimPattern[] = [
  // Portuguese.
  own(
    'agendei|reservei|marquei|remarquei|reagendei|desmarquei|anotei|registrei|confirmei|cancelei|separei|enviei|encaminhei|providenciei|cadastrei|solicitei',
  ),
  own(
    `(?:fiz|efetuei|realizei) (?:a |o |sua |seu )*(?:reserva|agendamento|pedido|marcação|encomenda|cadastro|cancelamento)`,
  ),
  own(
    `(?:já|acabamos de|acabei de|consegui|conseguimos) (?:te |lhe )?(?:agendar|reservar|marcar|remarcar|anotar|registrar|confirmar|cancelar|separar|cadastrar)`,
  ),
  own(
    `já (?:agendamos|reservamos|marcamos|anotamos|registramos|confirmamos|cancelamos|separamos|remarcamos|enviamos|encaminhamos)`,
  ),
  own(`deixei ${words}(?:${ptDone})[oa]s?`),
  own(`coloquei ${words}(?:lista|agenda|fila)`),
  own(`passei (?:o |a )?(?:seu|sua) (?:pedido|recado|encomenda)`),
  passive(
    `(?:est[áa]|estão|tá|ficou|ficaram|foi|foram) (?:já |tudo |agora |devidamente )?(?:${ptDone})[oa]s?${end}${notTaken}`,
  ),
  passive(`fica (?:então |assim )?(?:agendad|marcad|confirmad)[oa]s?`),
  // English.
  own(
    `(?:i|we)(?:['’]ve| have)(?: just| already| now| also| successfully){0,2} (?:${enDone}|noted|sent|forwarded|added|set (?:it |that |this )?(?:up|aside)|made (?:a|the|your) (?:${enThings}))`,
  ),
  own(
    `(?:i|we)(?: just| already| also){0,1} (?:booked|scheduled|rescheduled|noted down|cancell?ed|placed|registered|reserved) (?:you|your|it|that|this|the|a) ?`,
  ),
  passive(
    `(?:your|the|this) (?:[\\p{L}\\p{N}]+ ){0,2}(?:${enThings}|table|room) (?:is|are|was|has been|have been)(?: now| all| already| successfully){0,2} (?:${enDone}|made)${end}${notTaken}`,
  ),
  passive(`(?:you['’]re|you are)(?: now| all| already){0,2} (?:booked|scheduled|registered|confirmed)`),
  // Spanish: without its accent `agende` is an order in both languages.
  own('agendé|reservé|anoté|registré|confirmé|cancelé|programé|reprogramé|apunté|envié'),
  own(`(?:he|hemos|te he|le he) (?:ya )?(?:(?:${esDone})o|enviado|hecho (?:la |tu |su )?(?:reserva|cita|pedido))`),
  own(`(?:hice|hicimos) (?:la |tu |su )(?:reserva|cita|pedido)`),
  passive(`(?:queda|quedó|quedaron|fue|fueron|ha sido|han sido|están) (?:ya )?(?:${esDone})[oa]s?${end}${notTaken}`),
  // Without a verb: "Reserva confirmada!", "Agendado para sexta".
  {
    isOwn: false,
    pattern: new RegExp(
      `${clauseStart}(?:(?:reserva|agendamento|consulta|horário|pedido|mesa|visita|encomenda|cita|booking|order|appointment|reservation) (?:confirmad[oa]|agendad[oa]|marcad[oa]|reservad[oa]|anotad[oa]|registrad[oa]|confirmed|booked|placed)|agendad[oa]|reservad[oa]|anotad[oa])(?=\\s?[!.✅]|\\s(?:para|pra|às|for|at)\\s)`,
      'giu',
    ),
  },
];

const quotes =
  /"[^"\n]{1,300}"|“[^”\n]{1,300}”|«[^»\n]{1,300}»|(?<![\p{L}\p{N}])['‘][^'’\n]{1,300}['’](?![\p{L}\p{N}])|^>.*$/gmu;
const conditions = phrase(
  'se|caso|quando|assim que|logo que|depois que|depois de|após|até|para que|só|somente|if|once|when|after|unless|until|whether|as soon as|si|cuando|una vez|en cuanto|hasta',
);
const denials =
  /(?<![\p{L}\p{N}])(?:não|nao|nunca|nem|ainda|no|not|never|haven['’]t|hasn['’]t|nunca|sin|sem)(?: [\p{L}\p{N}]+){0,2} $/iu;

const after = (text: string, ends: RegExp): string => text.slice(text.search(ends) + 1);

/** From the last end of a sentence, or of a clause, to here. */
const sentenceBefore = (text: string): string => after(text, /[.!?\n][^.!?\n]*$/u);
const clauseBefore = (text: string): string => after(text, /[.!?\n,;:–][^.!?\n,;:–]*$/u);
const isQuestion = (rest: string): boolean => /^[^.!\n]*\?/u.test(rest);

const has = (pattern: RegExp, text: string): boolean => text.search(pattern) >= 0;

/** Enough of what stands before to know what it depends on. */
const looksBack = 300;

const isClaim = (text: string, match: RegExpExecArray, { isOwn }: ClaimPattern): boolean => {
  const before = text.slice(Math.max(0, match.index - looksBack), match.index);
  if (denials.test(clauseBefore(before))) return false;
  if (isOwn) return !has(conditions, clauseBefore(before));
  return !has(conditions, sentenceBefore(before)) && !isQuestion(text.slice(match.index + match[0].length));
};

/** Phrases as they are written, each once, without those that the instructions themselves say and those inside of others. */
export const withoutAllowed = (found: readonly string[], instructions: string): readonly string[] => {
  const allowed = instructions.toLowerCase();
  const phrases = [...new Set(found.map((text) => text.toLowerCase().trim()))].filter(
    (text) => !allowed.includes(text),
  );
  return phrases.filter((text) => !phrases.some((other) => other !== text && other.includes(text)));
};

/** What an answer says was done, as it is written, each phrase once. What the instructions themselves say may be said. */
export const claimsIn = (answer: string, instructions: string): readonly string[] => {
  const text = answer.replace(quotes, (quoted) => ' '.repeat(quoted.length));
  const found = patterns.flatMap((each) =>
    [...text.matchAll(each.pattern)].filter((match) => isClaim(text, match, each)).map(([written]) => written),
  );
  return withoutAllowed(found, instructions);
};
