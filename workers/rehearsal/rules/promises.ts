/** Actions that an answer promises and no program will do: nobody calls back, reserves or checks because an AI said so. Pure. */

const boundary = String.raw`(?<![\p{L}\p{N}])`;
const end = String.raw`(?![\p{L}\p{N}])`;
const phrase = (body: string): RegExp => new RegExp(`${boundary}(?:${body})${end}`, 'giu');

const patterns: readonly RegExp[] = [
  phrase(
    `(?:vou|vamos|irei|iremos) (?:já |te |lhe |logo )?(?:verificar|checar|confirmar|conferir|ligar|retornar|enviar|mandar|encaminhar|agendar|marcar|reservar|separar|avisar|consultar|providenciar|entregar|falar com|entrar em contato)`,
  ),
  phrase(`(?:já|em breve|logo) (?:te |lhe )?(?:retorno|retornamos|ligo|ligamos|aviso|avisamos|envio|enviamos)`),
  phrase(`(?:te|lhe) (?:ligo|ligamos|aviso|avisamos|retorno|retornamos|mando|mandamos|envio|enviamos)`),
  phrase(`(?:já )?(?:reservei|agendei|marquei|separei|enviei|encaminhei|providenciei)`),
  phrase(
    `(?:i|we)(?:['’]ll| will|['’]m going to| am going to|['’]re going to| are going to) (?:check|verify|confirm|call|get back|send|forward|book|schedule|reserve|notify|let you know|look into|arrange|deliver|contact)`,
  ),
  phrase(`(?:i|we)(?:['’]ve| have) (?:booked|scheduled|reserved|sent|forwarded|arranged|set (?:it |that )?aside)`),
  phrase(`(?:voy|vamos) a (?:verificar|confirmar|llamar|enviar|agendar|reservar|avisar|consultar|contactar)`),
];

/** The phrases, as they are written, each once. What the instructions themselves say may be said. */
export const promisesIn = (answer: string, instructions: string): readonly string[] => {
  const allowed = instructions.toLowerCase();
  const found = patterns.flatMap((pattern) => [...answer.matchAll(pattern)].map(([text]) => text));
  const phrases = [...new Set(found.map((text) => text.toLowerCase()))].filter((text) => !allowed.includes(text));
  return phrases.filter((text) => !phrases.some((other) => other !== text && other.includes(text)));
};
