import type { Sentences } from './sentences.ts';

/** Of sessions that go to another server, and of servers that are drained, in Portuguese. */
export const moveSentences: Sentences = [
  // Before anything is stopped.
  ['{} is on {} already', '{} já está em {}'],
  ['{} is on {}, not here', '{} está em {}, não aqui'],
  ['Move it from there', 'Mova-a de lá'],
  [
    '{} was never heard of: see that its master runs (there: zap-fleet doctor), or choose another server (zap-fleet node ls)',
    '{} nunca foi ouvido: veja se o mestre dele roda (lá: zap-fleet doctor), ou escolha outro servidor (zap-fleet node ls)',
  ],
  [
    '{} was not heard of for {} s: see that its master runs (there: zap-fleet doctor), or choose another server (zap-fleet node ls)',
    '{} não é ouvido há {} s: veja se o mestre dele roda (lá: zap-fleet doctor), ou escolha outro servidor (zap-fleet node ls)',
  ],
  [
    '{} was not heard of for {} min: see that its master runs (there: zap-fleet doctor), or choose another server (zap-fleet node ls)',
    '{} não é ouvido há {} min: veja se o mestre dele roda (lá: zap-fleet doctor), ou escolha outro servidor (zap-fleet node ls)',
  ],
  ['was never heard of', 'nunca foi ouvido'],
  ['was not heard of for {} s', 'não é ouvido há {} s'],
  ['was not heard of for {} min', 'não é ouvido há {} min'],
  [
    '{} {}: see that its master runs (there: zap-fleet doctor), or choose another server (zap-fleet node ls)',
    '{} {}: veja se o mestre dele roda (lá: zap-fleet doctor), ou escolha outro servidor (zap-fleet node ls)',
  ],
  ['{} is drained and takes nothing', '{} está esvaziado e não recebe nada'],
  ['First: {}', 'Antes: {}'],
  [
    '{} runs an older zap-fleet ({}), which cannot read what this one wrote: update it first',
    '{} roda um zap-fleet mais antigo ({}), que não lê o que este gravou: atualize-o antes',
  ],
  [
    '{} is wanted where the label {} is (wanted_node in Supabase), and {} has it not (FLEET_LABELS)',
    '{} é para ficar onde há o rótulo {} (wanted_node no Supabase), e {} não o tem (FLEET_LABELS)',
  ],
  [
    '{} has no room: {} sessions run there, and no other fits',
    '{} não tem vaga: {} sessões rodam lá, e não cabe outra',
  ],
  [
    'Stop one there, or choose another server (zap-fleet node ls)',
    'Pare uma lá, ou escolha outro servidor (zap-fleet node ls)',
  ],
  [
    'servers that share sessions share a Supabase: set SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY on each, then restart (docs/supabase.md)',
    'servidores que dividem sessões dividem um Supabase: defina SUPABASE_URL e SUPABASE_SERVICE_ROLE_KEY em cada um e reinicie (docs/supabase.md)',
  ],
  [
    'Supabase was not reached yet, or lacks file 10 of supabase/migrations',
    'o Supabase ainda não foi alcançado, ou lhe falta o arquivo 10 de supabase/migrations',
  ],
  [
    'several servers call themselves {}: set FLEET_NODE on them, and restart them',
    'vários servidores se chamam {}: defina FLEET_NODE neles e reinicie-os',
  ],
  ['no server of the group is called {}', 'nenhum servidor do grupo se chama {}'],
  ['There are: {}', 'Há: {}'],
  [
    'the login of {} does not travel, so {} will ask for a QR: {}',
    'o login de {} não viaja, então {} vai pedir um QR: {}',
  ],
  ['To move it all the same: --yes', 'Para movê-la assim mesmo: --yes'],
  ['{} moves already', '{} já está indo'],
  ['To call it back: {}', 'Para chamá-la de volta: {}'],
  ['{} does not move now', '{} não está indo a lugar nenhum agora'],
  [
    '{} is offered to the other server by now and cannot be called back',
    '{} já foi oferecida ao outro servidor e não volta mais',
  ],
  ['When it has arrived, move it back from there', 'Quando chegar, mova-a de volta de lá'],
  ['this server has not said yet that it is there', 'este servidor ainda não disse que está no ar'],
  ['Try again in some seconds', 'Tente de novo em alguns segundos'],
  ['{} Nothing was changed', '{} Nada foi mudado'],
  ['Nothing was changed', 'Nada foi mudado'],
  ['this server shares no Supabase with another', 'este servidor não divide um Supabase com outro'],
  // On its way, and why it stays.
  ['this master is starting', 'este mestre está iniciando'],
  ['the master ends; the next one goes on with it', 'o mestre termina; o próximo continua'],
  ['moves to {}', 'vai para {}'],
  [
    'moves to {}; Supabase cannot say whether it has arrived: {}',
    'vai para {}; o Supabase não pode dizer se chegou: {}',
  ],
  ['moved to {}', 'foi para {}'],
  [
    'Supabase is away, and without it no server can be told',
    'o Supabase está fora, e sem ele não há como avisar outro servidor',
  ],
  [
    'what was said in it could not be sent to Supabase in time (zap-fleet store status)',
    'o que foi dito nela não chegou a tempo ao Supabase (zap-fleet store status)',
  ],
  ['{} is not in Supabase any more', '{} não está mais no Supabase'],
  ['{} did not take it', '{} não a assumiu'],
  [
    '{} did not take it within {} s: see that its master runs (there: zap-fleet doctor)',
    '{} não a assumiu em {} s: veja se o mestre dele roda (lá: zap-fleet doctor)',
  ],
  ['its login is not in Supabase Storage after {} s', 'o login não está no Supabase Storage depois de {} s'],
  ['its login could not be taken to Supabase Storage: {}', 'não deu para levar o login ao Supabase Storage: {}'],
  ['{} was deleted meanwhile', '{} foi excluída enquanto isso'],
  ['its login does not travel, so it would ask for a QR: {}', 'o login dela não viaja, então ela pediria um QR: {}'],
  ['it is wanted here (wanted_node in Supabase): {}', 'ela é para ficar aqui (wanted_node no Supabase): {}'],
  [
    'no other server has room for it (zap-fleet node ls)',
    'nenhum outro servidor tem vaga para ela (zap-fleet node ls)',
  ],
  ['there is no other server in the group', 'não há outro servidor no grupo'],
  ['the server that it is wanted on, {}, is not there', 'o servidor em que ela deve ficar, {}, não está no ar'],
  ['its move was called back', 'a mudança foi desfeita'],
  // What the commands print.
  ['{} stays on {}: its move was called back', '{} fica em {}: a mudança foi desfeita'],
  ['{} stays on {}: {}', '{} fica em {}: {}'],
  ['{} stays on {}', '{} fica em {}'],
  ['{} answers on {} now', '{} responde em {} agora'],
  ['{} is on {} now, stopped', '{} está em {} agora, parada'],
  [
    '{} is on {} now, which has not said yet how it stands there',
    '{} está em {} agora, que ainda não disse como ela está',
  ],
  ['{} is on {} now: {}', '{} está em {} agora: {}'],
  ['{}: its login does not travel: {}', '{}: o login não viaja: {}'],
  [
    '{}: its tools ({}), the files that it knows ({}), those that it sends ({}) and its hooks ({}) do not travel',
    '{}: as ferramentas ({}), os arquivos que ela sabe ({}), os que ela envia ({}) e os webhooks ({}) não viajam',
  ],
  [
    '{}: its tools ({}), the files that it knows ({}), those that it sends ({}) and its hooks ({}) travel with it',
    '{}: as ferramentas ({}), os arquivos que ela sabe ({}), os que ela envia ({}) e os webhooks ({}) viajam junto',
  ],
  [
    'Set them on {} too: zap-fleet tool add, zap-fleet knowledge add, zap-fleet files add, zap-fleet hook add',
    'Defina-os também em {}: zap-fleet tool add, zap-fleet knowledge add, zap-fleet files add, zap-fleet hook add',
  ],
  ['Move {} to {}, and scan its QR there?', 'Mover {} para {}, e ler o QR lá?'],
  ['nothing was moved', 'nada foi movido'],
  ['say to which server', 'diga para qual servidor'],
  ['They are listed by: {}', 'A lista sai com: {}'],
  ['nobody can say how the move ended', 'não dá para dizer como a mudança terminou'],
  [
    '{} takes nothing any more, and moves its {} sessions by itself within some seconds',
    '{} não recebe mais nada, e move suas {} sessões por conta própria em alguns segundos',
  ],
  ['{} is on {}', '{} está em {}'],
  ['{} stays: {}', '{} fica: {}'],
  ['The drain of {} was ended: {} sessions were moved', 'O esvaziamento de {} foi encerrado: {} sessões foram movidas'],
  ['the drain of {} was ended: {} sessions were moved', 'o esvaziamento de {} foi encerrado: {} sessões foram movidas'],
  ['{} takes nothing any more; {} sessions stay', '{} não recebe mais nada; {} sessões ficam'],
  ['Again, when there is room: {}', 'De novo, quando houver vaga: {}'],
  [
    '{} is drained: no session that wants to run is left there',
    '{} está esvaziado: não sobrou lá nenhuma sessão que deva rodar',
  ],
  ['say which server', 'diga qual servidor'],
  ['{} takes sessions again', '{} recebe sessões de novo'],
  ['{} is drained: {} sessions moved, {} stay', '{} está esvaziado: {} sessões foram, {} ficam'],
  [
    'drain {}: it takes nothing, and its sessions go to others',
    'esvaziar {}: não recebe nada, e suas sessões vão para outros',
  ],
  // Help.
  [
    'move a session to another server of the group, with its login, history, tools, files and hooks',
    'leva uma sessão a outro servidor do grupo, com login, histórico, ferramentas, arquivos e webhooks',
  ],
  [
    'call a move back that has not come to the other server yet',
    'desfaz uma mudança que ainda não chegou ao outro servidor',
  ],
  ['do not ask, also when it needs a QR there', 'não pergunta, nem quando for preciso um QR lá'],
  [
    'the other machines: ls, add NAME URL, remove NAME; drain NAME (it takes nothing, and its sessions go to others), undrain NAME',
    'as outras máquinas: ls, add NOME URL, remove NOME; drain NOME (não recebe nada, e as sessões vão para outros), undrain NOME',
  ],
  ['drain: move also what asks for a QR elsewhere', 'drain: move também o que vai pedir um QR'],
  [
    'say ls, add NAME URL, remove NAME, drain NAME or undrain NAME',
    'diga ls, add NOME URL, remove NOME, drain NOME ou undrain NOME',
  ],
];
