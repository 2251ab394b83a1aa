import type { Sentences } from './sentences.ts';

/** Of other machines and the ways to them, in Portuguese. */
export const nodeSentences: Sentences = [
  // Addresses.
  [
    'a node has an address like https://HOST, http://10.0.0.2:3000 or ssh://USER@HOST',
    'um nó tem endereço como https://HOST, http://10.0.0.2:3000 ou ssh://USUARIO@HOST',
  ],
  [
    'an ssh address is ssh://USER@HOST, ssh://HOST:PORT or ssh://USER@HOST/FLEET_HOME',
    'um endereço ssh é ssh://USUARIO@HOST, ssh://HOST:PORTA ou ssh://USUARIO@HOST/FLEET_HOME',
  ],
  [
    'over http:// anybody on the way could read the token: say https://{}, or ssh://…',
    'por http:// qualquer um no caminho leria o token: use https://{}, ou ssh://…',
  ],
  [
    'an address carries no password and no token: leave them out, the token is asked for',
    'um endereço não leva senha nem token: tire-os, o token é perguntado',
  ],
  [
    'an address ends with its path: leave out what follows ? and #',
    'um endereço termina no caminho: tire o que vem depois de ? e #',
  ],
  // The list.
  [
    '{} is not a node\'s name: use 1 to 48 letters, digits, ".", "-" and "_"',
    '{} não é nome de nó: use de 1 a 48 letras, números, ".", "-" e "_"',
  ],
  ['a node lacks its name, number or address', 'falta a um nó o nome, o número ou o endereço'],
  ['it holds no nodes', 'não há nós nele'],
  ['it is not JSON', 'não é JSON'],
  [
    '{} is not a file. Move it away, then add the nodes again',
    '{} não é um arquivo. Tire-o dali e adicione os nós de novo',
  ],
  ['Move it away, then add the nodes again', 'Tire-o dali e adicione os nós de novo'],
  ['Run: chmod 600 {}', 'Rode: chmod 600 {}'],
  ['others can read the tokens in {}', 'outros podem ler os tokens em {}'],
  ['{} cannot be read: {}', '{} não pode ser lido: {}'],
  ['Mend it, or remove it and add the nodes again', 'Conserte, ou remova e adicione os nós de novo'],
  ['there are {} nodes already', 'já há {} nós'],
  ['there is a node {} already, at {}', 'já existe o nó {}, em {}'],
  ['Choose another name, or first: {}', 'Escolha outro nome, ou antes: {}'],
  ['{} is the node {} already', '{} já é o nó {}'],
  ['say its name and address', 'diga o nome e o endereço'],
  ['there is no node {}', 'não existe o nó {}'],
  [
    'several servers call themselves {}: say its address, {} or {}',
    'vários servidores se chamam {}: diga o endereço, {} ou {}',
  ],
  ['Token of {} (there: zap-fleet token): ', 'Token de {} (lá: zap-fleet token): '],
  [
    'its token is needed. It is printed there by: zap-fleet token, and read here with: --token - < FILE',
    'falta o token dele. Lá quem o mostra é: zap-fleet token, e aqui ele se lê com: --token - < ARQUIVO',
  ],
  ['its token is needed', 'falta o token dele'],
  [
    'It is printed there by: zap-fleet token, and read here with: --token - < FILE',
    'Lá quem o mostra é: zap-fleet token, e aqui ele se lê com: --token - < ARQUIVO',
  ],
  ['Once and for all: {}', 'De uma vez por todas: {}'],
  ['{} added; its door was not tried', '{} adicionado; a porta dele não foi testada'],
  ['{} added: 1 session on {}, zap-fleet {}', '{} adicionado: 1 sessão em {}, zap-fleet {}'],
  ['{} added: {} sessions on {}, zap-fleet {}', '{} adicionado: {} sessões em {}, zap-fleet {}'],
  ['{} is not shown here any more', '{} não é mais mostrado aqui'],
  ['On it nothing changed', 'Nele nada mudou'],
  [
    'No other node is known here. Add one with: zap-fleet node add NAME ssh://USER@HOST',
    'Nenhum outro nó é conhecido aqui. Adicione um com: zap-fleet node add NOME ssh://USUARIO@HOST',
  ],
  ['No other node is known here', 'Nenhum outro nó é conhecido aqui'],
  ['Add one with: {}', 'Adicione um com: {}'],
  [
    '"{}" works on the machine that it is run on: run it on {} itself',
    '"{}" age na máquina em que roda: rode na própria {}',
  ],
  ['this is done on the machine itself: run it on {}', 'isto se faz na própria máquina: rode em {}'],
  [
    '--node looks at another machine: leave out --demo and --daemon',
    '--node olha outra máquina: tire --demo e --daemon',
  ],
  [
    'a program speaks here, not a person. From another machine: zap-fleet node add NAME ssh://USER@HOST',
    'aqui fala um programa, não uma pessoa. De outra máquina: zap-fleet node add NOME ssh://USUARIO@HOST',
  ],
  ['a program speaks here, not a person', 'aqui fala um programa, não uma pessoa'],
  ['From another machine: {}', 'De outra máquina: {}'],
  ['the master of this fleet went away: {}', 'o mestre desta frota se foi: {}'],
  [
    'this master speaks {} of the protocol (zap-fleet {}), you speak {}: this program is too old',
    'este mestre fala {} do protocolo (zap-fleet {}), você fala {}: este programa é antigo demais',
  ],
  [
    'this master speaks {} of the protocol (zap-fleet {}), you speak {}: the master is too old',
    'este mestre fala {} do protocolo (zap-fleet {}), você fala {}: o mestre é antigo demais',
  ],
  ['Upgrade it', 'Atualize-o'],
  ['Upgrade this program', 'Atualize este programa'],
  ['Upgrade it there: {}', 'Atualize lá: {}'],
  [
    'its node says "{}", which this program does not know: upgrade this program',
    'o nó diz "{}", que este programa não conhece: atualize este programa',
  ],
  ['{} is on several nodes: say {} or {}', '{} está em vários nós: diga {} ou {}'],
  ['{} is on several nodes: say {}', '{} está em vários nós: diga {}'],
  ['this is about one machine: say which, with --node NAME', 'isto é de uma máquina: diga qual, com --node NOME'],
  [
    'there is no fleet on this machine: say which with --node NAME',
    'não há frota nesta máquina: diga qual com --node NOME',
  ],
  [
    'it is of a node that is not shown here any more. See: zap-fleet node ls',
    'é de um nó que não aparece mais aqui. Veja: zap-fleet node ls',
  ],
  ['it is of a node that is not shown here any more', 'é de um nó que não aparece mais aqui'],
  ['no node answers', 'nenhum nó responde'],
  ['They are looked for; try again in a moment', 'São procurados; tente de novo em um instante'],
  ['no node was reached yet', 'nenhum nó foi alcançado ainda'],
  ['No answer now from {}', 'Sem resposta agora de {}'],
  ['nothing of {} is shown: {}', 'nada de {} é mostrado: {}'],
  ['{} is not open here', '{} não está aberto aqui'],
  // The door over HTTP.
  ['this server has no door', 'este servidor não tem porta'],
  ['too many dashboards and commands at once; close one', 'painéis e comandos demais ao mesmo tempo; feche um'],
  [
    'the door opens for the token of the API, not for a browser',
    'a porta se abre para o token da API, não para um navegador',
  ],
  ['{} opens with its token', '{} se abre com o token dele'],
  ['{} does not take this token', '{} não aceita este token'],
  ['Its own is printed there by: {}', 'O dele quem mostra, lá, é: {}'],
  [
    '{} saw too many wrong tokens from here; it is tried again in a minute',
    '{} viu tokens errados demais vindos daqui; tenta de novo em um minuto',
  ],
  ['{} leads to {}: give that address', '{} leva a {}: use esse endereço'],
  ['{} speaks https: give it as https://', '{} fala https: escreva com https://'],
  ['{} hangs up: if it speaks https, give it as https://', '{} desliga: se fala https, escreva com https://'],
  [
    'there is no door at {}: another program answers, or an older zap-fleet',
    'não há porta em {}: responde outro programa, ou um zap-fleet mais antigo',
  ],
  ['{} refuses this: {}', '{} recusa isto: {}'],
  ['{} answers {}: no master is behind it now', '{} responde {}: não há mestre atrás dele agora'],
  ['{} answers {} instead of opening its door', '{} responde {} em vez de abrir a porta'],
  ['the certificate of {} has expired: renew it there', 'o certificado de {} venceu: renove lá'],
  [
    'the certificate of {} is not valid yet: set the clock of this machine',
    'o certificado de {} ainda não vale: acerte o relógio desta máquina',
  ],
  [
    'the certificate of {} is signed by itself: give this machine its authority with NODE_EXTRA_CA_CERTS, or use ssh://',
    'o certificado de {} é assinado por si mesmo: dê a autoridade dele a esta máquina em NODE_EXTRA_CA_CERTS, ou use ssh://',
  ],
  [
    'the certificate of {} is signed by an authority of its own: name it in NODE_EXTRA_CA_CERTS',
    'o certificado de {} é de uma autoridade própria: indique-a em NODE_EXTRA_CA_CERTS',
  ],
  [
    'the certificate of {} lacks its chain: let the proxy send the whole chain',
    'falta a cadeia do certificado de {}: faça o proxy enviar a cadeia inteira',
  ],
  [
    'the certificate of {} is signed by nobody whom this machine knows: name the authority in NODE_EXTRA_CA_CERTS',
    'o certificado de {} é de quem esta máquina não conhece: indique a autoridade em NODE_EXTRA_CA_CERTS',
  ],
  [
    'the certificate of {} is for another name: give the address that it names',
    'o certificado de {} é de outro nome: use o endereço que ele diz',
  ],
  [
    '{} does not speak TLS there: give it as http:// on a private network, or mend its proxy',
    '{} não fala TLS ali: use http:// numa rede privada, ou conserte o proxy',
  ],
  ['there is no host {} that this machine knows', 'esta máquina não conhece o host {}'],
  ['nobody answers at {}', 'ninguém responde em {}'],
  ['{} did not answer within {}', '{} não respondeu em {}'],
  ['{} cannot be reached from here', '{} não é alcançável daqui'],
  ['{} does not answer any more', '{} não responde mais'],
  ['the connection to {} ended', 'a conexão com {} terminou'],
  ['{} ended it: {}', '{} encerrou: {}'],
  // The door over ssh.
  [
    'the host key of {} is not the one that was known. If the server was set up anew: {}',
    'a chave de {} não é a que se conhecia. Se o servidor foi refeito: {}',
  ],
  ['the host key of {} is not the one that was known', 'a chave de {} não é a que se conhecia'],
  ['If the server was set up anew: {}, then {} once', 'Se o servidor foi refeito: {}, depois {} uma vez'],
  ['the host key of {} is not known yet', 'a chave de {} ainda não é conhecida'],
  ['Run once and confirm it: {}', 'Rode uma vez e confirme: {}'],
  ['{} asks for a password or another key', '{} pede senha ou outra chave'],
  ['Put your key there: {} (or load it: ssh-add)', 'Ponha a sua chave lá: {} (ou carregue-a: ssh-add)'],
  [
    'there is no host {} that ssh knows. Mend the address, or name it in ~/.ssh/config',
    'o ssh não conhece o host {}. Corrija o endereço, ou dê-lhe nome em ~/.ssh/config',
  ],
  ['there is no host {} that ssh knows', 'o ssh não conhece o host {}'],
  ['Mend the address, or name it in ~/.ssh/config', 'Corrija o endereço, ou dê-lhe nome em ~/.ssh/config'],
  ['no ssh server answers on {}', 'nenhum servidor ssh responde em {}'],
  ['there is no ssh on this machine', 'não há ssh nesta máquina'],
  ['Install it (openssh-client)', 'Instale (openssh-client)'],
  ['ssh to {} ended', 'o ssh para {} terminou'],
  ['there is no zap-fleet on {} that ssh finds', 'o ssh não acha o zap-fleet em {}'],
  ['Install it there, or say how it is run: {}', 'Instale lá, ou diga como se roda: {}'],
  ['zap-fleet on {} is older than doors', 'o zap-fleet em {} é anterior às portas'],
  ['Upgrade it there', 'Atualize lá'],
  ['{} says: {}', '{} diz: {}'],
  ['it says something else than a fleet does', 'ele diz outra coisa que uma frota'],
  // Help.
  [
    'another machine: its name (node ls) or its address, https://… or ssh://…',
    'outra máquina: o nome (node ls) ou o endereço, https://… ou ssh://…',
  ],
  [
    'the other machines that this dashboard shows: ls, add NAME URL, remove NAME',
    'as outras máquinas que este painel mostra: ls, add NOME URL, remove NOME',
  ],
  [
    'of its API, for http(s)://; asked for when left out, "-" reads it from standard input',
    'da API dela, para http(s)://; perguntado quando falta, "-" lê da entrada padrão',
  ],
  [
    "how zap-fleet is run there, for ssh://: 'docker exec -i fleet zap-fleet'",
    "como se roda o zap-fleet lá, para ssh://: 'docker exec -i fleet zap-fleet'",
  ],
  ['add it without trying its door', 'adicionar sem testar a porta'],
  [
    'the door of this fleet over a pipe, for a dashboard on another machine',
    'a porta desta frota por um pipe, para um painel em outra máquina',
  ],
  ['over standard input and output', 'pela entrada e saída padrão'],
];
