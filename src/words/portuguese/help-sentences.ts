import type { Sentences } from './sentences.ts';

/** `--help` in Portuguese: what each command and option is for. */
export const helpSentences: Sentences = [
  [
    'A fleet of WhatsApp bots in one terminal: without a command it opens the dashboard.',
    'Uma frota de robôs de WhatsApp em um terminal: sem comando, abre o painel.',
  ],
  [
    'where this fleet lives (default FLEET_HOME or ~/.zap-fleet)',
    'onde esta frota mora (padrão: FLEET_HOME ou ~/.zap-fleet)',
  ],
  ['en or pt-BR (default FLEET_LANG, then LANG)', 'en ou pt-BR (padrão: FLEET_LANG, depois LANG)'],
  ['run headless in the foreground, for Docker and systemd', 'roda sem tela em primeiro plano, para Docker e systemd'],
  ['a throw-away fleet of twelve simulated bots', 'uma frota descartável de doze robôs simulados'],
  ['output the version number', 'mostra a versão'],
  ['display help for command', 'mostra esta ajuda'],
  ['Usage:', 'Uso:'],
  ['Options:', 'Opções:'],
  ['Commands:', 'Comandos:'],
  ['Arguments:', 'Argumentos:'],
  ['Example:', 'Exemplo:'],
  ['Examples:', 'Exemplos:'],
  ['See: zap-fleet --help', 'Veja: zap-fleet --help'],
  ['the dashboard', 'o painel'],
  ['have a look, nothing to set up', 'dê uma olhada, sem configurar nada'],
  ['print JSON', 'imprime JSON'],
  ['do not ask', 'não pergunta'],
  [
    'every session with state, verdict, CPU, memory, who waits and who got no answer',
    'todas as sessões: estado, CPU, memória, quem espera e quem ficou sem resposta',
  ],
  ['make a new session', 'cria uma sessão'],
  ['what people call it', 'como as pessoas a chamam'],
  ['the number that is expected to link; another one is held', 'o número que deve ser vinculado; outro é retido'],
  [
    'wppconnect (WhatsApp) or simulated (a scripted phone)',
    'wppconnect (WhatsApp) ou simulated (um celular de mentira)',
  ],
  ['openai, gemini, echo or none', 'openai, gemini, echo ou none'],
  ['instructions for the AI, or @FILE', 'instruções para a IA, ou @ARQUIVO'],
  ['start it at once', 'inicia em seguida'],
  ['start sessions and wait until they run', 'inicia sessões e espera até rodarem'],
  ['stop sessions; their logins stay', 'para sessões; o vínculo com o celular fica'],
  ['stop and start sessions', 'para e inicia sessões'],
  ['every session', 'todas as sessões'],
  ['return at once, do not wait for the result', 'volta logo, sem esperar o resultado'],
  [
    'the server that has it is gone for good: run it here now',
    'o servidor que a tinha não volta mais: roda aqui agora',
  ],
  [
    'the QR that links the phone, in the terminal or as a picture',
    'o QR que vincula o celular, no terminal ou como imagem',
  ],
  ['write a picture instead', 'grava uma imagem'],
  ['print {payload, expiresAt}', 'imprime {payload, expiresAt}'],
  ['a code to type on the phone instead of a QR', 'um código para digitar no celular, em vez do QR'],
  [
    'a web page for the client with the live QR of this session only, 30 minutes',
    'uma página para o cliente com o QR vivo só desta sessão, 30 minutos',
  ],
  ['end the links that were given', 'encerra os links que foram dados'],
  [
    'show or change the settings of a session: config NAME [get [KEY] | set KEY VALUE]',
    'mostra ou muda os ajustes de uma sessão: config NOME [get [AJUSTE] | set AJUSTE VALOR]',
  ],
  [
    "show or change a session's instructions; TEXT or @FILE sets them",
    'mostra ou muda as instruções de uma sessão; TEXTO ou @ARQUIVO as define',
  ],
  ['in $EDITOR', 'no $EDITOR'],
  ['every version: who and when', 'todas as versões: quem e quando'],
  ['what a version changed', 'o que uma versão mudou'],
  [
    'the new version only drafts (watch mode) until: zap-fleet resume NAME',
    'a versão nova só escreve rascunhos (modo observação) até: zap-fleet resume NOME',
  ],
  ['go back to a version (as a new one)', 'volta a uma versão (como versão nova)'],
  [
    'stop answering; messages are still received and kept',
    'para de responder; as mensagens ainda chegam e ficam guardadas',
  ],
  ['answer again', 'volta a responder'],
  [
    'this customer was left without an answer and needs none; `why NAME` lists them',
    'este contato ficou sem resposta e não precisa de uma; `why NOME` os lista',
  ],
  [
    'send one message; CHAT is a phone number or a chat id',
    'envia uma mensagem; CHAT é um número de telefone ou o id da conversa',
  ],
  [
    'its chats, the longest waiter first: who waits, who got no answer, which are paused and by whom, drafts',
    'suas conversas, quem espera há mais tempo primeiro: quem espera, quem ficou sem resposta, pausas e rascunhos',
  ],
  ['in names, numbers and the last text', 'em nomes, números e no último texto'],
  [
    'watch mode: answers wait as drafts for a person; `resume NAME` goes live',
    'modo observação: as respostas esperam uma pessoa como rascunhos; `resume NOME` põe no ar',
  ],
  ['answers that wait for a person, oldest first', 'respostas que esperam uma pessoa, a mais antiga primeiro'],
  [
    'approve, edit (with TEXT) or drop a draft; its number is in `drafts`',
    'aprova (approve), muda (edit, com TEXTO) ou descarta (drop) um rascunho; o número está em `drafts`',
  ],
  [
    'who got no answer and why, and how the last answers came about, in words',
    'quem ficou sem resposta e por quê, e como vieram as últimas respostas, em palavras',
  ],
  ['how many answers (default 1)', 'quantas respostas (padrão 1)'],
  [
    'what people did otherwise than the bot: chats that the owner took over, drafts that were changed or dropped',
    'o que as pessoas fizeram diferente do robô: conversas que o dono assumiu, rascunhos mudados ou descartados',
  ],
  ['how many lessons (default 20)', 'quantas lições (padrão 20)'],
  ['read on where the last page ended', 'continuar de onde a última página acabou'],
  ['do not show this one any more', 'não mostrar mais esta'],
  ["a session's log, or the fleet's own", 'o log de uma sessão, ou o da frota'],
  ['go on as it grows, also across a rotation', 'acompanha enquanto cresce, também depois de uma rotação'],
  ['how many to begin with (default 100)', 'quantas linhas no começo (padrão 100)'],
  [
    'from now on write debug, info, warn or error lines, until it starts again',
    'passa a escrever linhas debug, info, warn ou error, até iniciar de novo',
  ],
  ['the event log, newest last', 'o registro de eventos, o mais novo por último'],
  ['how many (default 50)', 'quantos (padrão 50)'],
  [
    'unlink the phone; the session then shows a new QR when started',
    'desvincula o celular; ao iniciar, a sessão mostra um QR novo',
  ],
  ['a new login; configuration and history stay', 'um vínculo novo; ajustes e histórico ficam'],
  [
    'unlink and remove a session; its login is archived for 30 days',
    'desvincula e exclui uma sessão; o login fica arquivado por 30 dias',
  ],
  [
    'erase it with conversations, login, logs and key; nothing is archived (no undo)',
    'apaga com conversas, login, logs e chave; nada é arquivado (sem volta)',
  ],
  ['with --purge: rewrite the backups without it, too', 'com --purge: reescreve também os backups sem ela'],
  [
    'test: send a test message through every alert channel that is set up',
    'test: envia uma mensagem de teste por todo canal de alerta configurado',
  ],
  [
    'the database: check, repair; its replica in Supabase: status, push (fill it), pull (fill this server), adopt NAME',
    'o banco de dados: check, repair; sua réplica no Supabase: status, push (enche lá), pull (enche aqui), adopt NOME',
  ],
  [
    'repair: begin with an empty database, what is here is kept aside',
    'repair: começa com um banco vazio; o que está aqui é guardado à parte',
  ],
  [
    'talk to its AI without WhatsApp and without touching its history; shows tokens and cost',
    'conversa com a IA dela sem WhatsApp e sem mexer no histórico; mostra tokens e custo',
  ],
  ['do not wait as a person would', 'sem as esperas de uma pessoa'],
  [
    'which of its tools are called for real: none (usual), reads (those that only look) or all (they book)',
    'quais de suas ferramentas são chamadas de verdade: none (o comum, nenhuma), reads (as que só consultam) ou all (elas agendam)',
  ],
  [
    'what the AI is told when it calls this tool; nothing is called',
    'o que é dito à IA quando ela chama esta ferramenta; nada é chamado',
  ],
  [
    'one session in the foreground, without PM2 (what SINGLE_SESSION_MODE does)',
    'uma sessão em primeiro plano, sem PM2 (o que SINGLE_SESSION_MODE faz)',
  ],
  [
    'status, or stop (with all sessions; they come back with the next start)',
    'status, ou stop (com todas as sessões; elas voltam no próximo início)',
  ],
  ['stop only the master: bots go on, nothing heals them', 'para só o master: os robôs seguem, ninguém os conserta'],
  [
    'four questions to the first session; every one can be skipped with enter',
    'quatro perguntas até a primeira sessão; enter pula qualquer uma',
  ],
  [
    'database, settings and logins in one archive, of the fleet or one session; running ones pause a moment',
    'banco, ajustes e logins em um arquivo, da frota ou de uma sessão; as que rodam pausam um instante',
  ],
  [
    'where (default: FLEET_HOME/data/backups, BACKUP_KEEP are kept)',
    'onde (padrão: FLEET_HOME/data/backups, guardam-se BACKUP_KEEP)',
  ],
  [
    'a fleet or a session from a backup, also on an empty machine; restored sessions stay stopped',
    'uma frota ou sessão a partir de um backup, também em máquina vazia; as restauradas ficam paradas',
  ],
  ['replace what is here; it is kept aside', 'troca o que está aqui; fica guardado à parte'],
  [
    'the backup is your own: also take programs, addresses and tokens that it names',
    'o backup é seu: aceita também programas, endereços e tokens que ele traz',
  ],
  [
    'every conversation, message and turn of a session as JSON lines',
    'todas as conversas, mensagens e respostas de uma sessão em linhas JSON',
  ],
  [
    'erase one customer from store, logs and turns, with a receipt (no undo)',
    'apaga um contato do banco, dos logs e das respostas, com recibo (sem volta)',
  ],
  ['rewrite the backups without them, too', 'reescreve também os backups sem ele'],
  ['a new one: the old one and every login in a browser end', 'um novo: o antigo e todo login no navegador acabam'],
  [
    'let the .env of a directory (default: this one) say which programs run and where data goes',
    'deixa o .env de um diretório (padrão: este) dizer que programas rodam e para onde vão os dados',
  ],
  ['take it back', 'desfaz'],
  ['only show what is trusted', 'só mostra no que se confia'],
  [
    'install: run this fleet under systemd, also after a reboot; uninstall takes it back',
    'install: roda esta frota no systemd, também depois de reiniciar; uninstall desfaz',
  ],
  [
    "in your own systemd (~/.config/systemd/user), without root's rights",
    'no seu próprio systemd (~/.config/systemd/user), sem direitos de root',
  ],
  [
    'user that the fleet runs as (default: who called sudo, else you)',
    'usuário com que a frota roda (padrão: quem chamou sudo, senão você)',
  ],
  [
    'name of the unit (default zap-fleet), for a second fleet',
    'nome da unidade (padrão zap-fleet), para uma segunda frota',
  ],
  ['only show the unit, change nothing', 'só mostra a unidade, sem mudar nada'],
  [
    'bring master and sessions to the installed version: one session first, then the rest',
    'leva master e sessões à versão instalada: primeiro uma sessão, depois as outras',
  ],
  ['only show what runs which version', 'só mostra o que roda em que versão'],
  [
    'how long each session must stay well before the next (default 10)',
    'quanto tempo cada sessão deve ficar bem antes da próxima (padrão 10)',
  ],
  [
    'look for what is wrong and say what mends it; where every setting came from',
    'procura o que está errado e diz o que conserta; de onde veio cada ajuste',
  ],
  [
    'remove what crashes left behind: orphan browsers, stale locks, temporary files',
    'remove o que quedas deixaram: navegadores órfãos, travas velhas, arquivos temporários',
  ],
  ['only show what would go', 'só mostra o que sairia'],
  [
    'also logins of sessions that are gone, without asking',
    'também logins de sessões que já não existem, sem perguntar',
  ],
  ['completion for bash, zsh or fish', 'completar comandos em bash, zsh ou fish'],
  // What commander says of a command that was typed wrongly.
  ["missing required argument '{}'", "falta o argumento '{}'"],
  ["unknown option '{}'", "não existe a opção '{}'"],
  ["option '{}' argument missing", "falta o valor da opção '{}'"],
  [
    "too many arguments for '{}'. Expected {} arguments but got {}: {}",
    "argumentos demais para '{}': espera {}, vieram {}: {}",
  ],
  [
    "too many arguments for '{}'. Expected {} argument but got {}: {}",
    "argumentos demais para '{}': espera {}, vieram {}: {}",
  ],
  [
    'logins, tools and files in Supabase Storage, encrypted: ls [NAME], push NAME (take them there), fetch NAME (bring them here), skip NAME (start with those here), undo NAME (tools and files as they were before others came), remove NAME',
    'logins, ferramentas e arquivos no Supabase Storage, com cifra: ls [NAME], push NAME (leva para lá), fetch NAME (traz para cá), skip NAME (inicia com os daqui), undo NAME (ferramentas e arquivos como eram antes de chegarem outros), remove NAME',
  ],
  [
    'ask recorded turns again with a change, old beside new; nobody is sent anything',
    'pergunta de novo o que foi gravado com uma mudança, antes e agora lado a lado; ninguém recebe nada',
  ],
  [
    'the AI proposes a change of the instructions, from what people did otherwise, and rehearses it; `ls`, or NAME. Only --publish puts it in use',
    'a IA propõe uma mudança nas instruções, do que as pessoas fizeram diferente, e a ensaia; `ls`, ou NOME. Só --publish a põe em uso',
  ],
  [
    'the last proposal: its diff, the lessons it rests on, its rehearsal',
    'a última proposta: o diff, as lições em que se apoia, o ensaio',
  ],
  ['make it the next version of the instructions', 'faz dela a próxima versão das instruções'],
  ['let it be; the same change is not proposed again', 'descarta; a mesma mudança não é proposta de novo'],
  [
    'go on with its rehearsal where the budget or the service ended it',
    'continua o ensaio dela onde o orçamento ou o serviço o terminou',
  ],
  ['with the instructions of this file', 'com as instruções deste arquivo'],
  ['with a version of the instructions: prompt NAME --history', 'com uma versão das instruções: prompt NAME --history'],
  ['with this model', 'com este modelo'],
  ['with this setting; several, one behind the other', 'com este ajuste; vários, um atrás do outro'],
  ['turns of so many days (30)', 'dos últimos tantos dias (30)'],
  ['of so many chats, those that wrote last (50)', 'de tantas conversas, as que escreveram por último (50)'],
  [
    'this model judges where rules see no difference; costs two calls a turn',
    'este modelo julga onde as regras não veem diferença; custa duas chamadas por resposta',
  ],
  ['end with 1 when too much is worse: "worse>5%"', 'termina com 1 quando muito piora: "worse>5%"'],
  ['do not ask what it may cost', 'não pergunta quanto pode custar'],
  ['the last rehearsal as it stands', 'o último ensaio como está'],
  ['go on with one that was stopped or ran out of budget', 'continua um que parou ou ficou sem orçamento'],
  ['stop it; what was asked stays', 'para; o que foi perguntado fica'],
  [
    'make a recorded turn a case, without names and numbers; why NAME --json tells its number',
    'faz de um turno gravado um caso, sem nomes nem números; why NAME --json diz o número',
  ],
  [
    "make what was rehearsed the session's: instructions as a new version",
    'o que foi ensaiado passa a valer: instruções como versão nova',
  ],
];
