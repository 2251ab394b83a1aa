import type { Sentences } from './sentences.ts';

/** What a talk with a bot in the shell (`try`) says beside the talk itself, in Portuguese. */
export const talkSentences: Sentences = [
  ['you', 'você'],
  ['bot', 'robô'],
  ['Write like a customer; /quit or ctrl+d ends', 'Escreva como um cliente; /quit ou ctrl+d termina'],
  ['{}, no instructions, quiet time {}', '{}, sem instruções, tempo de silêncio {}'],
  ['{}, instructions version {}, quiet time {}', '{}, instruções versão {}, tempo de silêncio {}'],
  [
    'closed now: a customer would be answered at opening time, or get the away message',
    'fechado agora: um cliente seria respondido na abertura, ou receberia a mensagem de ausência',
  ],
  ['no answer: {}', 'sem resposta: {}'],
  ['waits {}, typing… {}', 'espera {}, digitando… {}'],
  ['waits {}', 'espera {}'],
  ['{} answered in {}', '{} respondeu em {}'],
  ['{} tokens in, {} out, {} (so far {})', '{} tokens lidos, {} escritos, {} (até agora {})'],
  ['taken out: {}', 'tirado: {}'],
  ['reasoning', 'raciocínio'],
  ['citation marks', 'marcas de citação'],
  ['control characters', 'caracteres de controle'],
  ['bold for WhatsApp', 'negrito do WhatsApp'],
  ['headings for WhatsApp', 'títulos do WhatsApp'],
  ['links for WhatsApp', 'links do WhatsApp'],
  [
    'the AI asks for a person: {}. The chat would pause, the customer be told, and the owner get the summary:',
    'a IA pede uma pessoa: {}. A conversa pararia, o cliente seria avisado, e o dono receberia o resumo:',
  ],
  ['older messages were summed up: {}', 'as mensagens antigas foram resumidas: {}'],
  ['older messages were not summed up: {}', 'as mensagens antigas não foram resumidas: {}'],
  ['the AI service speaks {}, found by itself', 'o serviço de IA fala {}, descoberto sozinho'],
  ['the AI service speaks {}, as ai_config.api says', 'o serviço de IA fala {}, como ai_config.api diz'],
  [
    'the first answer called a tool in a way that cannot be read, so it was asked once more',
    'a primeira resposta chamou uma ferramenta de um jeito ilegível, então foi perguntado outra vez',
  ],
  [
    'the first answer was empty, so it was asked once more',
    'a primeira resposta veio vazia, então foi perguntado outra vez',
  ],
  [
    'the model thought and did not answer, so it was asked once more with less thinking',
    'o modelo pensou e não respondeu, então foi perguntado outra vez, pensando menos',
  ],
  [
    'the first answer was cut off, so it was asked once more with more room',
    'a primeira resposta veio cortada, então foi perguntado outra vez, com mais espaço',
  ],
  [
    'the first answer was of no use, so it was asked once more',
    'a primeira resposta não serviu, então foi perguntado outra vez',
  ],
  ['the model takes no temperature: asked without it', 'o modelo não aceita temperatura: perguntado sem ela'],
  [
    'the model takes no tools: it cannot ask for a person',
    'o modelo não aceita ferramentas: não pode pedir uma pessoa',
  ],
  ['the model takes no {}: asked without it', 'o modelo não aceita {}: perguntado sem isso'],
  ['the instructions name {}, which is nothing', 'as instruções citam {}, que não existe'],
  ['the AI calls {}, which it was not offered', 'a IA chama {}, que não lhe foi oferecido'],
  ['one tool is offered to the AI', 'uma ferramenta é oferecida à IA'],
  ['{} tools are offered to the AI', '{} ferramentas são oferecidas à IA'],
  [
    'none of them is called in this test (--call-tools of zap-fleet try)',
    'nenhuma delas é chamada neste teste (--call-tools de zap-fleet try)',
  ],
  [
    'those that only look something up are called for real, the others are not',
    'as que só consultam são chamadas de verdade, as outras não',
  ],
  ['they are called for real: what they book is booked', 'elas são chamadas de verdade: o que agendam fica agendado'],
  [
    'would have called {}; nothing was called, the AI was told: {}',
    'teria chamado {}; nada foi chamado, à IA foi dito: {}',
  ],
  ['would not have called {}: {}', 'não teria chamado {}: {}'],
  ['called {} for real; it answered: {}', 'chamou {} de verdade; a resposta: {}'],
  ['called {} for real; no answer: {}', 'chamou {} de verdade; sem resposta: {}'],
  ['it was called often enough for these messages', 'já foi chamada o bastante para estas mensagens'],
  [
    "nobody knows whether {} was carried out: a customer's chat would be given to a person",
    'ninguém sabe se {} foi executada: a conversa de um cliente iria para uma pessoa',
  ],
  [
    'this answer says "{}", and no tool did it: no customer gets it. It would be asked once more, then a person',
    'esta resposta diz "{}", e nenhuma ferramenta fez isso: nenhum cliente a recebe. Seria perguntado mais uma vez, depois uma pessoa',
  ],
];
