import type { CanaryEnd, CanaryState } from '../../../src/session/canary.ts';
import { belongingWords } from '../../../src/words/belonging-words.ts';
import { canaryEndWords } from '../../../src/words/canary-words.ts';
import { inPortuguese } from '../../../src/words/portuguese/in-portuguese.ts';
import { storeWords } from '../../../src/words/store-words.ts';
import type { Told } from '../templates.ts';
import type { Texts } from '../texts.ts';
import { ptBlame } from './reason-words.ts';

const storeSentences: Readonly<Record<string, string>> = storeWords['pt-BR'];

const exits: Readonly<Record<string, string>> = {
  crashed: 'o processo do robô caiu; o log diz a causa',
  'wrong-start': 'o processo do robô foi iniciado errado; o log diz o que falta',
  'store-unusable': 'o banco de dados não abre',
  'profile-busy': 'outro processo ainda usa este login',
  'browser-missing': 'nenhum navegador foi encontrado',
  'start-failed': 'o navegador não subiu',
  unreachable: 'sem rede até o WhatsApp',
  broken: 'o navegador ou a página caiu',
  deaf: 'conectada, mas as mensagens não chegavam sozinhas',
  orphaned: 'o daemon do PM2 sumiu',
  fenced: 'o direito de rodar neste servidor não foi renovado a tempo',
};

const leftovers: Readonly<Record<string, string>> = {
  'orphan-browser': 'navegador sem robô',
  singleton: 'trava antiga do navegador',
  temporary: 'pasta temporária antiga',
  unfinished: 'resto de um backup ou restauração interrompidos',
};

/** What of a bot's hands it is about. */
const inHand = (v: Told): string => belongingWords(v('what'), 'pt-BR');

const budgetOf = (whose: string): string => (whose === 'fleet' ? 'da frota' : 'da sessão');

const canaryEnded = (state: CanaryState, end: CanaryEnd, v: Told): string => {
  const by = v('by', '');
  const [canary, canaryOf, control, controlOf] = ['canary', 'canaryOf', 'control', 'controlOf'].map((key) =>
    Number(v(key, '0')),
  ) as [number, number, number, number];
  const evidence = {
    measure: v('measure', ''),
    rule: v('rule', ''),
    reason: v('reason', ''),
    canary,
    canaryOf,
    control,
    controlOf,
  };
  return canaryEndWords({ state, end, evidence, decidedBy: by === '' ? null : by }, 'pt-BR', inPortuguese);
};

/** O que o mestre e os robôs registram, pelo tipo do evento. */
export const ptEvents: Texts['event'] = {
  'session-created': (v: Told) => `criada com ${v('provider')}`,
  'session-adopted': () => 'trazida do Supabase com o histórico, parada',
  'session-arrived': (v: Told) => `veio de ${v('from')}${v('runs') === 'true' ? '' : ', parada'}`,
  'left-behind': (v: Told) =>
    `as ferramentas (${v('tools')}), os arquivos que ela sabe (${v('files')}), os que ela envia (${v('sends', '0')}) e os webhooks (${v('hooks', '0')}) ficaram aqui: defina-os também em ${v('to')}`,
  'not-come-along': (v: Told) =>
    `ela tinha mais em ${v('from')}: faltam aqui ferramentas (${v('tools')}), arquivos que ela sabe (${v('files')}), arquivos que ela envia (${v('sends', '0')}) e webhooks (${v('hooks', '0')}). Defina-os: zap-fleet tool add, zap-fleet knowledge add, zap-fleet files add, zap-fleet hook add`,
  'session-moved-away': (v: Told) => `foi para ${v('to')}`,
  'moves-for-room': (v: Told) => `não há lugar para ela aqui, e ${v('to')} tem: vai para lá (failover auto)`,
  'move-asked': (v: Told) => `mover para ${v('to')}`,
  'move-cancelled': (v: Told) => `não vai para ${v('to')}: chamada de volta`,
  'move-not-done': (v: Told) => `não foi para ${v('to')}, e continua aqui: ${inPortuguese(v('reason'))}`,
  'drain-asked': (v: Told) => `esvaziar ${v('node')}: não recebe nada, e suas sessões vão para outros`,
  'drain-ended': (v: Told) => `${v('node')} recebe sessões de novo`,
  'node-drained': (v: Told) =>
    v('cancelled') === 'true'
      ? `o esvaziamento de ${v('node')} foi encerrado: ${v('moved')} sessões foram`
      : `${v('node')} está esvaziado: ${v('moved')} sessões foram, ${v('stayed')} ficam`,
  'session-offered': (v: Told) =>
    `${v('name')} está no Supabase e em nenhum servidor. Para trazer: zap-fleet store adopt ${v('name')}`,
  'sessions-offered': (v: Told) =>
    `${v('count')} sessões estão no Supabase e em nenhum servidor. Para ver: zap-fleet store status`,
  'session-erased': (v: Told) => `${v('session')} foi apagada com ${v('messages')} mensagens`,
  'session-deleted': (v: Told) =>
    v('purged') === 'true' ? 'excluída com as conversas' : 'excluída; as conversas ficam',
  'probe-set': (v: Told) => `${v('from')} pergunta a ela como cliente oculto`,
  'probe-off': () => 'nenhum cliente oculto pergunta mais a ela',
  'probe-missed': (v: Told) => `${v('from')} perguntou e ficou sem resposta, e pergunta de novo daqui a um minuto`,
  'probe-failed': (v: Told) => `${v('from')} perguntou duas vezes e ficou sem resposta`,
  'probe-answered': (v: Told) => `${v('from')} perguntou, e é respondida de novo`,
  'session-qr': () => 'espera a leitura do QR',
  'session-code': () => 'espera o código no celular',
  'session-connected': () => 'conectada',
  'session-offline': () => 'sem conexão',
  'session-waiting': () => 'espera uma pessoa',
  'session-logged-out': () => 'deslogada',
  'session-held': () => 'em espera',
  'session-failed': () => 'desistiu',
  'session-stopped': () => 'parada',
  'start-asked': () => 'iniciar',
  'stop-asked': () => 'parar',
  'restart-asked': () => 'reiniciar',
  'bundle-kept': (v: Told) => `o login está no Supabase Storage, cifrado (${v('megabytes')} MB)`,
  'bundle-not-kept': (v: Told) => `o login não está no Supabase Storage: ${inPortuguese(v('reason'))}`,
  'bundle-damaged': (v: Told) => `um pacote de login não serve, tenta-se o anterior: ${inPortuguese(v('reason'))}`,
  'bundle-skipped': () =>
    'o próximo início usa o login, as ferramentas e os arquivos que estão aqui, seja o que for que esteja no Supabase Storage',
  'belongings-kept': (v: Told) =>
    `${inHand(v)} estão no Supabase Storage, com cifra: ${v('count')} (${v('megabytes')} MB)`,
  'belongings-not-kept': (v: Told) => `${inHand(v)} não estão no Supabase Storage: ${inPortuguese(v('reason'))}`,
  'belongings-came': (v: Told) => `${inHand(v)} vieram de ${v('from')} (de ${v('age')} atrás): ${v('count')}`,
  'belongings-replaced': (v: Told) =>
    `${inHand(v)} mudaram aqui também, e o que veio de ${v('from')} é mais novo: vale o de lá (${v('count')}). O daqui fica guardado; para voltar a ele: zap-fleet bundle undo ${v('name')}`,
  'belongings-not-here': (v: Told) =>
    `não deu para trazer de outro servidor ${inHand(v)}: ${inPortuguese(v('reason'))}. Segue com o que está aqui; tenta-se de novo sozinho`,
  'belongings-not-asked': (v: Told) =>
    `não deu para saber se outro servidor tem ferramentas e arquivos mais novos: ${inPortuguese(v('reason'))}. Segue com o que está aqui; pergunta-se de novo sozinho`,
  'belongings-changed-first': (v: Told) =>
    `${inHand(v)} mudaram aqui antes de chegar o que outro servidor tinha: vale o daqui`,
  'belongings-damaged': (v: Told) =>
    `um pacote não serve (${inHand(v)}), tenta-se o anterior: ${inPortuguese(v('reason'))}`,
  'belongings-gone-there': (v: Told) => `não estão mais no Supabase Storage e vão para lá de novo: ${inHand(v)}`,
  'belongings-left': (v: Told) =>
    `${inHand(v)} mudaram aqui durante a mudança, e isso ficou aqui. Configure também em ${v('to')}`,
  'belongings-late': () =>
    'o que outro servidor tem de mais novo em ferramentas e arquivos ainda está chegando: inicia com o que está aqui',
  'belongings-undone': (v: Told) => `valem de novo, como eram aqui: ${inHand(v)}`,
  'login-came': (v: Told) =>
    `o login veio de ${v('from')} (de ${v('age')} atrás); o que estava aqui fica até o WhatsApp aceitar o novo`,
  'login-refused': (v: Told) =>
    `o WhatsApp não aceitou o login que veio de ${v('from')}: leia o QR. O login de antes fica até lá`,
  'login-not-here': (v: Told) => `o login de outro servidor não está aqui: ${inPortuguese(v('reason'))}`,
  'login-fetch-asked': () => 'o login foi trazido à mão',
  'login-reset': () => 'novo login; ajustes e histórico ficam',
  'number-changed': (v: Told) => `${v('linked')} vinculado no lugar de ${v('before')}`,
  'link-made': () => 'link para o cliente feito, vale 30 minutos',
  'link-revoked': () => 'o link do cliente foi encerrado',
  'config-changed': (v: Told) => `${v('key')} mudou`,
  'instructions-changed': (v: Told) => `instruções agora na versão ${v('version')}`,
  'instructions-rolled-back': (v: Told) => `instruções de volta à versão ${v('backTo')}, como versão ${v('version')}`,
  'edited-in-supabase': (v: Told) => `mudado no Supabase: ${v('fields')}`,
  'edit-lost': (v: Told) => `duas mudanças ao mesmo tempo, aqui e no Supabase; a mais antiga se perdeu: ${v('fields')}`,
  'edit-refused': (v: Told) => `uma mudança no Supabase não foi aceita: ${v('problems')}. O último valor bom continua`,
  'replies-on': () => 'respostas ligadas',
  'replies-paused': () => 'respostas em pausa',
  'replies-draft': () => 'modo de observação: respostas viram rascunhos',
  'chat-paused': () => 'uma conversa em pausa',
  'knowledge-added': (v: Told) => `conhece ${v('file')}, versão ${v('version')}: ${v('passages')} trechos`,
  'knowledge-removed': (v: Told) => `não conhece mais ${v('file')}`,
  'meaning-made': (v: Told) =>
    `seus arquivos são achados também por sentido: vetores de ${v('passages')} trechos (${v('model')}, $${v('cost')})`,
  'meaning-waits': (v: Told) =>
    `nem tudo em seus arquivos é achado por sentido (${v('done')} de ${v('total')} trechos): ${inPortuguese(v('reason'))}. São achados por palavras; é tentado de novo sozinho`,
  'file-added': (v: Told) => `pode enviar ${v('fileName')} como ${v('file')}, versão ${v('version')}`,
  'file-removed': (v: Told) => `não envia mais ${v('file')}`,
  'file-missing': (v: Told) => `${v('fileName')} não está neste servidor: acrescente de novo`,
  'file-not-sent': (v: Told) => `${v('file')} não foi enviado a ${v('chat')}: ${inPortuguese(v('reason'))}`,
  'voice-failed': (v: Told) => `uma resposta a ${v('chat')} vai por texto: ${inPortuguese(v('reason'))}`,
  'lesson-dismissed': () => 'uma lição não aparece mais',
  'silence-dismissed': () => 'um contato sem resposta não precisa de uma',
  'chat-resumed': () => 'uma conversa atendida de novo',
  'chats-merged': (v: Told) => `${v('other')} e ${v('chat')} são a mesma pessoa: as conversas viraram uma`,
  takeover: (v: Told) => `o dono assumiu a conversa com ${v('chat')} por ${v('minutes')} min`,
  'takeover-in-doubt': (v: Told) =>
    `conversa com ${v('chat')} em pausa por ${v('minutes')} min: uma pessoa ou uma saudação automática escreveu no celular. Retome se foi saudação`,
  'takeover-lifted': () => 'o texto que pausou uma conversa saiu em outra também: é uma saudação automática',
  'owner-command': (v: Told) => `${v('by') === 'owner' ? 'dono' : v('by')}: ${v('command')} ${v('where')}`,
  'bot-loop': (v: Told) => `${v('chat')} responde como robô: conversa em pausa. Retome se for uma pessoa.`,
  'asks-for-person': (v: Told) => `${v('chat')} pede uma pessoa`,
  'tool-failed': (v: Told) => `${v('tool')} não foi feita para ${v('chat')}: ${v('reason')}`,
  'tool-unknown': (v: Told) => `ninguém sabe se ${v('tool')} foi feita para ${v('chat')}: ${v('reason')}`,
  'token-added': (v: Told) => `um token foi feito: ${v('called')}, escopo ${v('scope')}`,
  'token-revoked': (v: Told) => `o token ${v('called')} foi revogado`,
  'tool-set': (v: Told) => `a ferramenta ${v('tool')} foi definida`,
  'hook-set': (v: Told) => `o webhook ${v('hook')} foi definido: ${v('host')}`,
  'hook-removed': (v: Told) => `o webhook ${v('hook')} foi removido`,
  'hook-failing': (v: Told) =>
    `o webhook ${v('hook')} não recebe eventos: ${inPortuguese(v('reason'))}. Eles esperam por um dia`,
  'hook-well': (v: Told) => `o webhook ${v('hook')} recebe eventos de novo`,
  'hook-dead': (v: Told) =>
    `o webhook ${v('hook')} deixou de receber ${v('events')} evento(s): ${inPortuguese(v('reason'))}. Veja: zap-fleet hook dead ${v('session')} ${v('hook')}`,
  'tool-removed': (v: Told) => `a ferramenta ${v('tool')} foi removida`,
  unanswered: (v: Told) => `${v('chat')} ficou sem resposta`,
  'left-in-silence': (v: Told) => `${v('chat')} ficou sem resposta de ninguém`,
  'too-old': (v: Told) => `${v('messages')} mensagens de ${v('chat')} ficaram velhas demais para responder`,
  'send-refused': (v: Told) => `o WhatsApp recusou uma mensagem para ${v('chat')}`,
  'send-unknown': (v: Told) => `não se sabe se uma mensagem para ${v('chat')} chegou; não é enviada outra vez`,
  'send-failed': (v: Told) => `o WhatsApp não entregou uma mensagem para ${v('chat')}`,
  'answer-cut': (v: Told) =>
    `a resposta para ${v('chat')} tinha ${v('characters')} caracteres: só as primeiras ${v('parts')} partes são enviadas`,
  'ai-waits': (v: Told) => `o serviço de IA pede para esperar ${v('minutes')} min`,
  restricted: (v: Told) =>
    `o WhatsApp não aceita mensagens deste número ${v('scope') === 'all' ? 'para ninguém' : 'para contatos novos'}: espere, e responda pelo celular`,
  'restriction-lifted': (v: Told) =>
    `o WhatsApp aceita mensagens deste número de novo; recusou ${v('refused')} em ${v('minutes')} min. O que esperava sai agora`,
  'ai-refused': () => 'o serviço de IA recusa',
  'ai-ok': () => 'o serviço de IA responde de novo',
  'budget-near': (v: Told) =>
    `orçamento de IA do dia ${budgetOf(v('whose'))} quase gasto: ${v('spentUsd')} de ${v('budgetUsd')}`,
  'budget-spent': (v: Told) =>
    `orçamento de IA do dia ${budgetOf(v('whose'))} gasto: ${v('spentUsd')} de ${v('budgetUsd')}`,
  'customer-erased': (v: Told) => `um contato foi apagado, recibo ${v('receiptId')}`,
  'backup-made': (v: Told) =>
    `backup ${v('file')}${v('withoutLogin') === '' ? '' : `, sem o login de ${v('withoutLogin')}`}${v('problem') === '' ? '' : `; a restauração o recusaria: ${v('problem')}`}`,
  'worker-died': (v: Told) => exits[v('code')] ?? 'o processo do robô terminou',
  'step-failed': () => 'um passo falhou; o mestre tenta de novo',
  'wake-failed': () => 'o robô não soube de uma mudança; ele a lê quando voltar',
  'worker-silent': () => 'o processo do robô não responde; é iniciado de novo',
  'leftover-removed': (v: Told) => `${leftovers[v('leftover')] ?? 'restos'} de ${v('where')}: removido`,
  'daemon-hung': (v: Told) =>
    v('isOurs') === 'true'
      ? 'o daemon do PM2 não responde; é encerrado e iniciado de novo'
      : 'o daemon do PM2 não responde. É o seu (PM2_HOME): encerre com kill -9, o zap-fleet inicia outro',
  'daemon-unreachable': (v: Told) =>
    v('isOurs') === 'true'
      ? 'os sockets do daemon do PM2 foram removidos; ele é encerrado e iniciado de novo'
      : 'os sockets do daemon do PM2 foram removidos. É o seu (PM2_HOME): encerre com kill -9, o zap-fleet inicia outro',
  'descriptors-short': (v: Told) =>
    `${v('used')} de ${v('limit')} arquivos abertos: dá para ${v('fits')} sessões; aumente o limite (ulimit -n) para ${v('needed')}`,
  'home-lost': () => 'o FLEET_HOME sumiu com a frota rodando (movido ou desmontado); ela para e volta com ele',
  'socket-reopened': () => 'o socket do mestre foi removido ou trocado; está aberto de novo',
  'bus-ill': () => 'nada chega pelo bus do PM2, embora o PM2 responda; o próximo mestre o abre de novo',
  'master-stop-asked': (v: Told) =>
    v('sessions') === 'true' ? 'a frota é parada' : 'o mestre é parado; os robôs seguem',
  'store-broken': (v: Told) => `${storeSentences[v('fault')] ?? storeSentences['corrupt']} (${v('seen')})`,
  'store-repaired': () => 'o banco de dados foi consertado',
  'store-well': (v: Told) => `o banco de dados está bom de novo, depois de ${v('lastedMs')}`,
  'store-rewound': (v: Told) =>
    `o banco de dados perdeu as últimas mudanças (${v('known')} conhecidas, ${v('found')} presentes): nada que já possa ter sido respondido é respondido de novo`,
  'disk-low': (v: Told) => `disco em ${v('percent')}%: economizando espaço`,
  'disk-better': (v: Told) => `disco em ${v('percent')}%: há espaço de novo`,
  'lease-taken': (v: Told) => `assumida pelo servidor ${v('where')}; para aqui, para que ninguém receba duas respostas`,
  'session-taken-in': () => 'estava ativa no Supabase e nenhum servidor a rodava: assumida e iniciada aqui',
  'session-moved-here': (v: Told) => `o servidor ${v('from')} sumiu: ela segue aqui (failover auto)`,
  'server-gone': (v: Told) => `o servidor ${v('server')} sumiu: não dá mais notícia`,
  'server-back': (v: Told) => `o servidor ${v('server')} dá notícia de novo`,
  'lease-copied': () => 'para aqui: outra máquina roda com uma cópia destes dados e atende lá',
  'lease-expiring': () => 'para aqui: sem o Supabase, outro servidor pode assumi-la',
  'replica-row-refused': () => 'o Supabase recusa uma linha; ela fica aqui, o resto segue',
  'network-lost-no-network': (v: Told) =>
    `incidente ${v('incident')}: sem internet; ${v('waiting')} esperam e voltam sozinhas`,
  'network-lost-dns': (v: Told) =>
    `incidente ${v('incident')}: sem internet (o DNS não responde); ${v('waiting')} esperam e voltam sozinhas`,
  'network-lost-whatsapp-unreachable': (v: Told) =>
    `incidente ${v('incident')}: o WhatsApp não é alcançado; ${v('waiting')} esperam e voltam sozinhas`,
  'unreachable-alone': () => 'só esta sessão não alcança o WhatsApp; o servidor alcança',
  'incident-opened': (v: Told) =>
    `incidente ${v('incident')}: ${v('dropped')} de ${v('totalSessions')} sessões caíram; reinícios em pausa`,
  'incident-joined': (v: Told) => `incidente ${v('incident')}: mais ${v('joined')} sessões`,
  'incident-cause': (v: Told) => `incidente ${v('incident')}: ${ptBlame[v('blame')]?.conclusion ?? v('blame')}`,
  'incident-trial': () => 'tenta primeiro; as outras esperam',
  'incident-trial-failed': (v: Told) => `não conectou; ${ptBlame[v('blame')]?.conclusion ?? v('blame')}`,
  'incident-ended': (v: Told) => `incidente ${v('incident')} acabou; as sessões voltam`,
  'health-worker-died': () => 'o processo do robô caiu',
  'health-worker-hung': (v: Told) => `sem sinal há ${v('silentMs')}, e /health não responde`,
  'health-bus-ill': (v: Told) => `sem sinal há ${v('silentMs')}, mas /health responde: é o daemon do PM2, não a sessão`,
  'health-browser-missing': () => 'nenhum navegador para iniciar; rode: zap-fleet doctor',
  'health-memory-hard': (v: Told) => `${v('memoryBytes')} passam do limite duro de ${v('limitBytes')}`,
  'health-memory-soft': (v: Told) => `${v('memoryBytes')} passam do limite de ${v('limitBytes')}`,
  'health-memory-soft-too-low': (v: Told) =>
    `${v('memoryBytes')} passam do limite de ${v('limitBytes')} logo após iniciar: reiniciar não ajudaria`,
  'health-start-deadline': (v: Told) => `ainda iniciando depois de ${v('heldMs')}`,
  'health-sync-deadline': (v: Told) => `ainda recebendo o histórico depois de ${v('heldMs')}`,
  'health-nobody-scans': (v: Told) => `${v('codesShown')} códigos mostrados e ninguém leu`,
  'health-page-crashed': (v: Told) => `a página caiu há ${v('heldMs')} e não voltou`,
  'health-page-hung': (v: Told) => `a página não responde há ${v('heldMs')}`,
  'health-offline-too-long': (v: Told) => `sem conexão há ${v('heldMs')}`,
  'health-loop-blocked': (v: Told) => `o processo do robô está travado há ${v('heldMs')}`,
  'health-cpu-stuck': (v: Told) => `CPU em ${v('cpuPercent')}% há ${v('heldMs')}`,
  'health-deaf': () => 'conectada, mas nada chega',
  'health-strangely-silent': (v: Told) => `nenhuma mensagem há ${v('silentMs')}, incomum para ela`,
  'health-profile-prune': (v: Told) => `perfil de ${v('profileBytes')}: reinicia para limpar os caches`,
  'health-profile-large': (v: Told) => `o perfil cresceu para ${v('profileBytes')}`,
  'proposal-waits': (v: Told) =>
    `uma mudança nas instruções espera uma pessoa: ${v('edits')} ${v('edits') === '1' ? 'trecho' : 'trechos'}`,
  'proposal-ended': (v: Told) => `nenhuma mudança nas instruções é proposta: ${v('reason')}`,
  'proposal-dropped': () => 'uma mudança proposta nas instruções foi descartada',
  'proposal-waits-for-budget': () =>
    'nenhuma mudança nas instruções foi pedida: o orçamento acabou. Fica para a próxima noite',
  'canary-begun': (v: Told) =>
    v('share', '') === ''
      ? `um canário corre em todas as conversas, ao lado de ${v('label')}`
      : `um canário corre em ${v('share')}% das conversas`,
  'canary-over': () => canaryEnded('over', 'time', () => ''),
  'canary-promoted': (v: Told) => canaryEnded('promoted', 'promoted', v),
  'canary-rolled-back': (v: Told) => canaryEnded('rolled-back', v('end') as CanaryEnd, v),
  'rehearsal-done': (v: Told) =>
    `ensaio pronto: ${v('asked')} perguntas, ${v('worse')} piores, ${v('better')} melhores, ${v('same')} iguais, ${v('unjudged')} sem juízo`,
  'rehearsal-ended': (v: Told) =>
    `ensaio terminou em ${v('asked')} de ${v('total')}: ${v('worse')} piores, ${v('better')} melhores, ${v('same')} iguais, ${v('unjudged')} sem juízo`,
};
