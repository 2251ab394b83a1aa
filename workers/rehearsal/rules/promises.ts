import { claimsIn, phrase, withoutAllowed } from '../../conversation/limits/claimed-actions.ts';

/** Actions that an answer promises, or says were done, and no program did: nobody calls back, reserves or checks because an AI said so. Pure. */

const patterns: readonly RegExp[] = [
  phrase(
    `(?:vou|vamos|irei|iremos) (?:já |te |lhe |logo )?(?:verificar|checar|confirmar|conferir|ligar|retornar|enviar|mandar|encaminhar|agendar|marcar|reservar|separar|avisar|consultar|providenciar|entregar|falar com|entrar em contato)`,
  ),
  phrase(`(?:já|em breve|logo) (?:te |lhe )?(?:retorno|retornamos|ligo|ligamos|aviso|avisamos|envio|enviamos)`),
  phrase(`(?:te|lhe) (?:ligo|ligamos|aviso|avisamos|retorno|retornamos|mando|mandamos|envio|enviamos)`),
  phrase(
    `(?:i|we)(?:['’]ll| will|['’]m going to| am going to|['’]re going to| are going to) (?:check|verify|confirm|call|get back|send|forward|book|schedule|reserve|notify|let you know|look into|arrange|deliver|contact)`,
  ),
  phrase(`(?:voy|vamos) a (?:verificar|confirmar|llamar|enviar|agendar|reservar|avisar|consultar|contactar)`),
];

/** The phrases, as they are written, each once. What the instructions themselves say may be said; what a tool did (`isDone`), too. */
export const promisesIn = (answer: string, instructions: string, isDone = false): readonly string[] =>
  withoutAllowed(
    [
      ...patterns.flatMap((pattern) => [...answer.matchAll(pattern)].map(([text]) => text)),
      ...(isDone ? [] : claimsIn(answer, instructions)),
    ],
    instructions,
  );
